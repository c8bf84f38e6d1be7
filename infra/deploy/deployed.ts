import { setMaxListeners } from 'node:events';
import type { Arm } from '../../harness/domain/arm.ts';
import type { DeployedFunction, DeployedTargets, Deployment } from '../../harness/domain/deployment.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import type { Clock } from '../../harness/domain/ports.ts';
import type { RunId } from '../../harness/domain/run.ts';
import type { Secret } from '../../harness/domain/secret.ts';
import type { FunctionControl } from '../aws/cold-forcer.ts';
import { type ReadyBounds, settingsWhenReady } from '../aws/readiness.ts';
import { DATABASE_NAME, DATABASE_USER, functionName, logGroupName, PROOF_KEYS, TIMED_KEY } from '../template/names.ts';
import type { Needs } from '../template/needs.ts';
import type { PaidOutputs } from '../template/outputs.ts';
import { configurationDiffOf, demandMatched, type StoredFunction, sharedSettings } from './matched.ts';
import { DEFAULT_ECHO_URL, type DeployOptions, defaultInternetUrl } from './options.ts';
import { pathFactsOf, s3EndpointNamesOf } from './path-facts.ts';

/** What is known of a run's resources once they stand. */
export interface StandingParts {
  /** The run that made them, and is part of their names. */
  readonly runId: RunId;
  /** What is measured: all that was deployed, or a part of it. */
  readonly plan: Plan;
  /** Of all that was deployed. */
  readonly needs: Needs;
  readonly options: DeployOptions;
  readonly accountId: string;
  readonly bucket: string;
  readonly paid: PaidOutputs;
  readonly functions: readonly StoredFunction[];
  /** Base64 of the SHA-256 of the zip that every function must have. */
  readonly codeSha256Base64: string;
  /** Absent when nobody who asks knows it; then there is no RDS target. */
  readonly password?: Secret;
  readonly caPem?: string;
  readonly stackIds: readonly string[];
}

/** The function of an arm of this run, by its name. */
export function deployedFunction(runId: RunId, { scenario, target }: Arm): DeployedFunction {
  const name = functionName(runId, { scenario, target });
  return { scenario, target, functionName: name, logGroup: logGroupName(name) };
}

/** Waits until the functions of a plan's arms are ready, and reads how they are stored. Throws `BenchError`. */
export function readyFunctions(
  runId: RunId,
  { arms }: Pick<Plan, 'arms'>,
  { client, clock, times }: { readonly client: FunctionControl; readonly clock: Clock; readonly times: DeployOptions['times'] },
  signal: AbortSignal,
): Promise<readonly StoredFunction[]> {
  // One listener a function; a signal of the caller's may not expect so many.
  const own = AbortSignal.any([signal]);
  setMaxListeners(0, own);
  const bounds: ReadyBounds = { pollMs: times.functionPollMs, deadlineMs: times.readyMs };
  return Promise.all(
    arms.map(async (arm) => {
      const fn = deployedFunction(runId, arm);
      return { fn, settings: await settingsWhenReady(client, clock, fn.functionName, bounds, own) };
    }),
  );
}

/** Proves that the functions match and puts together what a run measures. Throws `BenchError` naming what does not match. */
export function provenDeployment(parts: StandingParts): Deployment {
  const { runId, plan, needs, options, accountId, paid, functions, codeSha256Base64, stackIds } = parts;
  const configurationDiff = configurationDiffOf(functions);
  demandMatched(configurationDiff, functions, codeSha256Base64);
  return {
    runId,
    region: options.region,
    accountId,
    functions: functions.map((stored) => stored.fn),
    targets: targetsOf(parts),
    pathFacts: pathFactsOf(plan, needs, paid),
    configurationDiff,
    functionSettings: sharedSettings(functions),
    stackIds,
  };
}

function targetsOf({ options, plan, bucket, paid, password, caPem }: StandingParts): DeployedTargets {
  return {
    internetUrl: options.internetUrl ?? defaultInternetUrl(options.region),
    echoUrl: options.echoUrl ?? DEFAULT_ECHO_URL,
    region: options.region,
    bucket,
    key: TIMED_KEY,
    proofKeys: PROOF_KEYS,
    s3EndpointNames: s3EndpointNamesOf(plan, paid),
    ...(paid.database === undefined || password === undefined || caPem === undefined
      ? {}
      : { rds: { ...paid.database, database: DATABASE_NAME, user: DATABASE_USER, password, caPem } }),
  };
}
