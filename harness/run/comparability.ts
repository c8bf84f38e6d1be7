import type { BackendFacts, RunManifest } from '../domain/run.ts';

/** What two runs must share before one figure may be made of both; by name, as text. */
export type ComparabilityKey = Readonly<Record<string, string>>;

function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}

/** A place: backend, injected inputs, the tool's major version, and the region where it is known. */
export function placeKeyOf(
  { kind, region, injected, endpoint }: Pick<BackendFacts, 'kind' | 'injected' | 'endpoint'> & { readonly region?: string },
  toolVersion: string,
): ComparabilityKey {
  const inputs = Object.entries(injected ?? {}).map(([name, value]) => `${name} ${value}`);
  return {
    // Of two addresses nobody knows whether the same thing answers there; none is ever compared with AWS itself.
    backend: endpoint === undefined ? kind : `${kind} at an address of its own`,
    ...(region === undefined ? {} : { region }),
    'injected delays and faults': inputs.sort().join(', ') || 'none',
    "tool version's first number": majorOf(toolVersion),
  };
}

/** The place of a run. */
export function placeKey({ backend, toolVersion }: RunManifest): ComparabilityKey {
  return placeKeyOf(backend, toolVersion);
}

/** The place, and what was measured there. */
export function comparabilityKey(manifest: RunManifest): ComparabilityKey {
  const { plan } = manifest;
  return {
    ...placeKey(manifest),
    scenarios: plan.scenarios
      .map(({ name }) => name)
      .sort()
      .join(', '),
    targets: [...plan.targets].sort().join(', '),
    reference: plan.reference ?? 'none',
  };
}

/** What two runs must share to be set beside each other: the place, and the code that the functions ran. */
export function sideBySideKey(manifest: RunManifest): ComparabilityKey {
  return { ...placeKey(manifest), 'code of the functions (CodeSha256)': manifest.functionSettings?.['CodeSha256'] ?? 'not recorded' };
}

/** Settings that belong to the run itself, or that are compared elsewhere. */
const OWN_SETTING = /^(Environment\.|Role$|CodeSha256$|CodeSize$)/;

/** What may differ unseen between two runs that can be set beside each other; by name, as text. */
export function hiddenFields({ toolVersion, driver, plan, backend, functionSettings = {} }: RunManifest): ComparabilityKey {
  const settings = Object.entries(functionSettings).filter(([name]) => !OWN_SETTING.test(name));
  return {
    'tool version': toolVersion,
    'Node of the driver': driver.node,
    'kernel of the driver': driver.kernel,
    'processor of the driver': `${driver.cpuCount} × ${driver.cpuModel}`,
    'mode of the lab': backend.labMode ?? 'none',
    'CPU share of functions in the lab': backend.labCpu ?? (backend.kind === 'lab' ? 'unthrottled' : 'none'),
    'rounds planned': String(plan.rounds),
    'warm calls': String(plan.warm),
    ...Object.fromEntries(settings.map(([name, value]) => [`function setting ${name}`, value])),
  };
}

/** In what `other` differs from `key`: `region: eu-west-1 instead of us-east-1`. Empty when they are comparable. */
export function differencesFrom(key: ComparabilityKey, other: ComparabilityKey): readonly string[] {
  return Object.entries(key).flatMap(([name, value]) =>
    other[name] === value ? [] : [`${name}: ${other[name] ?? 'unknown'} instead of ${value}`],
  );
}
