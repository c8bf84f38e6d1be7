import type { ReportedSample } from '../../harness/domain/sample.ts';

const CALL = ['callId', 'scenario', 'target', 'round', 'position', 'purpose', 'startAsked', 'connection'] as const;
const CLIENT = ['total', 'sdk', 'wait', 'dns', 'connect', 'tls', 'write', 'ttfb', 'body'] as const;
const PHASES = ['dns', 'connect', 'tls', 'auth', 'ttfb', 'query', 'body'] as const;
const REPORT = [
  ...(['duration', 'billed', 'init', 'restore', 'billedRestore', 'memoryMb', 'maxMemoryMb'] as const),
  ...(['status', 'errorType', 'initType', 'runtimeVersionArn'] as const),
] as const;
const OWN = [
  ...(['outcome', 'start', 'errorClass', 'errorPhase', 'errorMessage', 'askedAt', 'age', 'idleGap', 'requestId'] as const),
  ...(['environmentId', 'logStream', 'moduleLoad', 'initGap', 'tlsResumed', 'localAddress', 'remoteAddress'] as const),
  ...(['seenAddress', 'provenPath', 'azId', 'perturbed', 'discardReason', 'reportSource'] as const),
] as const;

/** The named fields that are not absent, copied. */
function present<T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> {
  const found = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
  return Object.fromEntries(found) as Partial<T>;
}

/** A copy of a sample with everything in it: what reads like a sample need not compare or spread like one. */
export function wholeSample(sample: ReportedSample): ReportedSample {
  const { client, fn } = sample;
  return {
    ...present(sample, OWN),
    call: present(sample.call, CALL),
    ...(client === undefined ? {} : { client: present(client, CLIENT) }),
    ...(fn === undefined ? {} : { fn: { ...present(fn, ['total']), phases: present(fn.phases, PHASES) } }),
    report: present(sample.report, REPORT),
  } as ReportedSample;
}
