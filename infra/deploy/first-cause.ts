import type { StackHappening } from './stacks.ts';

/** Why a stack failed: the first resource that failed by itself. */
export interface FailureCause {
  readonly logicalId: string;
  readonly type: string;
  readonly reason: string;
}

/** What CloudFormation says of resources that it stopped because another one had failed. */
const CONSEQUENCE = /^Resource (?:creation|update|deletion) cancelled/i;

/**
 * Finds it among a stack's happenings, oldest first. Resources that were only cancelled, and the stack itself, are
 * consequences; the stack's own words are the cause only where no resource failed (a timeout, a refused template).
 */
export function firstCause(happenings: readonly StackHappening[]): FailureCause | undefined {
  const failures = happenings.filter(({ status }) => status.endsWith('_FAILED'));
  const real = failures.filter(({ type, reason }) => type !== 'AWS::CloudFormation::Stack' && !CONSEQUENCE.test(reason ?? ''));
  const ofStack = happenings.filter(
    ({ type, status, reason }) => type === 'AWS::CloudFormation::Stack' && tellsFailure(status) && reason !== undefined,
  );
  const cause = real.find(({ reason }) => reason !== undefined) ?? real[0] ?? ofStack[0] ?? failures[0];
  if (cause === undefined) return undefined;
  return { logicalId: cause.logicalId, type: cause.type, reason: cause.reason ?? 'CloudFormation gave no reason' };
}

function tellsFailure(status: string): boolean {
  return status.endsWith('_FAILED') || status.startsWith('ROLLBACK_') || status === 'DELETE_IN_PROGRESS';
}
