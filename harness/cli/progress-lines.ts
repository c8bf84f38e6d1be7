import { visibleText } from '../../reports/free-text.ts';
import { sizingLines } from '../../reports/sizing.ts';
import { toMilliseconds } from '../domain/nanoseconds.ts';
import { type DeployEvent, NOTE_STATUS } from '../domain/ports.ts';
import { ROUND_TERMS, type RoundTimes } from '../domain/round-times.ts';
import type { Progress } from '../run/progress.ts';

/** Of a deploy, what a person waits for: whole stacks, and everything that went wrong. */
function describeDeployEvent({ stack, resource, status, reason }: DeployEvent): readonly string[] {
  if (status === NOTE_STATUS) return [`  ${stack}  ${visibleText(reason ?? '')}`];
  const worthTelling = /^(CREATE_COMPLETE|DELETE_COMPLETE|.*FAILED|.*ROLLBACK.*)$/.test(status);
  if (!worthTelling || resource !== undefined) return [];
  return [`  ${stack}  ${status}${reason === undefined ? '' : `: ${visibleText(reason)}`}`];
}

/** `✓ 4 rounds in 30.1 s = 1.08 × 27.9 s (slowest updates 10.2 s + settling 8.0 s + planned calls 1.2 s + pacing 8.5 s)`. */
function formatRoundTimes(rounds: number, times: RoundTimes): string {
  const shown = (ns: number): string => `${(toMilliseconds(ns) / 1000).toFixed(2)} s`;
  const least = ROUND_TERMS.reduce((sum, term) => sum + times[term], 0);
  const { slowestUpdate, settle, calls, pacing } = times;
  const terms = `slowest updates ${shown(slowestUpdate)} + settling ${shown(settle)} + planned calls ${shown(calls)} + pacing ${shown(pacing)}`;
  const share = least === 0 ? '' : ` = ${(times.total / least).toFixed(2)} × ${shown(least)} (${terms})`;
  return `✓ ${rounds} round${rounds === 1 ? '' : 's'} in ${shown(times.total)}${share}`;
}

/**
 * The lines that scroll by for one step of a run; none for what only the status line shows. Words of others are made visible:
 * an error text must not move the cursor.
 */
export function describeProgress(progress: Progress): readonly string[] {
  switch (progress.kind) {
    case 'started':
      return [`run ${progress.runId}  results in ${progress.location}`];
    case 'deploying':
      return describeDeployEvent(progress.event);
    case 'deployed':
      return [`✓ deployed ${progress.functions} functions in ${progress.seconds.toFixed(1)} s`];
    case 'observed':
    case 'round':
      return [];
    case 'sized':
      return sizingLines(progress.sizing);
    case 'arm-dropped':
      return [`! ${progress.arm} is not asked any more: ${visibleText(progress.why)}`];
    case 'rounds-timed':
      return [formatRoundTimes(progress.rounds, progress.times)];
    case 'collecting':
      return [`collecting ${progress.open} late REPORTs`];
    case 'removing':
      return progress.event === undefined ? ['removing what was deployed'] : describeDeployEvent(progress.event);
    case 'removed':
      return progress.leftovers.map(({ kind, id, why }) => `✗ left: ${kind} ${visibleText(id)}: ${visibleText(why)}`);
  }
}
