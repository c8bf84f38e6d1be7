import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatUsd } from '../../reports/cost.ts';
import { type DeploymentState, parseDeploymentState } from '../domain/deployment-state.ts';
import type { RunId } from '../domain/run.ts';
import { DEPLOYMENT_STATE_FILE } from '../run/deployment-state-store.ts';

/** What is known of a run that is left as it is. */
export interface LeftRun {
  readonly runId: RunId;
  /** The run's folder. */
  readonly folder: string;
  readonly region: string;
  readonly hourlyUsd: number;
  readonly expiresAt: Date | 'never';
  /** What the region, profile and so on must be named as again. */
  readonly flags: string;
}

/** The state as it was last written; undefined when there is none that can be read. Never throws, and waits for nothing: a signal may be near. */
function readState(folder: string): DeploymentState | undefined {
  try {
    return parseDeploymentState(readFileSync(join(folder, DEPLOYMENT_STATE_FILE), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether the account itself ends the run is only claimed when the guard that does it is known to stand. */
function describeEnd({ expiresAt }: LeftRun, state: DeploymentState | undefined): string {
  if (expiresAt === 'never') return 'nothing removes it by itself: --ttl none';
  const guarded = state?.stacks.some(({ kind, status }) => kind === 'guard' && status === 'created') === true;
  const at = expiresAt.toISOString();
  return guarded
    ? `the account itself removes it from ${at} on`
    : `from ${at} on "bench sweep --expired" removes it; nothing does by itself`;
}

/** What remains of a run, what it costs, when it ends by itself, and the command that ends it now; a line each. */
export function describeRemains(run: LeftRun): readonly string[] {
  const state = readState(run.folder);
  const standing = state?.stacks.filter(({ status }) => status !== 'deleted').map(({ name }) => name);
  const stacks =
    standing === undefined || standing.length === 0 ? `stacks lnb-${run.runId}-*, as far as they were made` : standing.join(', ');
  return [
    `left in ${run.region}: ${stacks}`,
    `  costs about ${formatUsd(run.hourlyUsd)} USD an hour; ${describeEnd(run, state)}`,
    `  remove it now: npm run bench -- destroy ${run.runId}${run.flags}`,
  ];
}
