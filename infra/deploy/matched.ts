import type { ConfigurationDiff, ConfigurationDifference, DeployedFunction } from '../../harness/domain/deployment.ts';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import type { FunctionSettings } from '../aws/settings.ts';

/** A function of the run with what Lambda stored for it. */
export interface StoredFunction {
  readonly fn: DeployedFunction;
  readonly settings: FunctionSettings;
}

/**
 * Compares every stored setting of every function. Allowed to differ: the network (`VpcConfig`), and the handler between
 * targets. A setting that one function has and another has not is a difference too; it is missing in `values` there.
 */
export function configurationDiffOf(functions: readonly StoredFunction[]): ConfigurationDiff {
  const compared = [...new Set(functions.flatMap(({ settings }) => Object.keys(settings)))].sort();
  const allowed: ConfigurationDifference[] = [nameDifference(functions)];
  const unexpected: ConfigurationDifference[] = [];
  for (const setting of compared) {
    if (isEqual(functions, setting)) continue;
    (mayDiffer(functions, setting) ? allowed : unexpected).push({ setting, values: valuesOf(functions, setting) });
  }
  return { compared, allowed: allowed.filter(({ values }) => Object.keys(values).length > 1), unexpected };
}

/** The settings that all functions share, for the manifest. */
export function sharedSettings(functions: readonly StoredFunction[]): FunctionSettings {
  const first = functions[0]?.settings ?? {};
  return Object.fromEntries(Object.entries(first).filter(([setting]) => isEqual(functions, setting)));
}

/** Throws `BenchError` naming what does not match, or the functions whose code is not the zip with this SHA-256 (base64). */
export function demandMatched(diff: ConfigurationDiff, functions: readonly StoredFunction[], codeSha256Base64: string): void {
  const foreign = functions.filter(({ settings }) => settings['CodeSha256'] !== codeSha256Base64).map(({ fn }) => fn.functionName);
  if (foreign.length > 0) {
    throw mismatch('functions do not have the code that was uploaded', `${foreign.join(', ')}: CodeSha256 is not ${codeSha256Base64}`);
  }
  if (diff.unexpected.length > 0) {
    const settings = diff.unexpected.map(({ setting }) => setting).join(', ');
    throw mismatch(`functions do not match: ${settings}`, diff.unexpected.map(formatDifference).join('; '));
  }
}

function mayDiffer(functions: readonly StoredFunction[], setting: string): boolean {
  if (setting.startsWith('VpcConfig.')) return true;
  if (setting !== 'Handler') return false;
  const targets = new Set(functions.map(({ fn }) => fn.target));
  return [...targets].every((target) =>
    isEqual(
      functions.filter(({ fn }) => fn.target === target),
      setting,
    ),
  );
}

function isEqual(functions: readonly StoredFunction[], setting: string): boolean {
  return functions.every(({ settings }) => settings[setting] === functions[0]?.settings[setting]);
}

function nameDifference(functions: readonly StoredFunction[]): ConfigurationDifference {
  return { setting: 'FunctionName', values: Object.fromEntries(functions.map(({ fn }) => [fn.functionName, fn.functionName])) };
}

function valuesOf(functions: readonly StoredFunction[], setting: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    functions.flatMap(({ fn, settings }) => {
      const value = settings[setting];
      return value === undefined ? [] : [[fn.functionName, value] as const];
    }),
  );
}

function formatDifference({ setting, values }: ConfigurationDifference): string {
  const byFunction = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return `${setting} (${byFunction.join(', ')})`;
}

function mismatch(what: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what,
    why,
    tryCommands: ['npm run bench -- --keep …   (the same flags again; on AWS it leaves the deployment to be looked at)'],
    leftBehind: 'nothing',
  });
}
