import { visibleText } from '../../reports/free-text.ts';
import { sizingLines } from '../../reports/sizing.ts';
import { type DeployEvent, NOTE_STATUS } from '../domain/ports.ts';
import type { Progress } from '../run/progress.ts';

/** Of a deploy, what a person waits for: whole stacks, and everything that went wrong. */
function describeDeployEvent({ stack, resource, status, reason }: DeployEvent): readonly string[] {
  if (status === NOTE_STATUS) return [`  ${stack}  ${visibleText(reason ?? '')}`];
  const worthTelling = /^(CREATE_COMPLETE|DELETE_COMPLETE|.*FAILED|.*ROLLBACK.*)$/.test(status);
  if (!worthTelling || resource !== undefined) return [];
  return [`  ${stack}  ${status}${reason === undefined ? '' : `: ${visibleText(reason)}`}`];
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
    case 'collecting':
      return [`collecting ${progress.open} late REPORTs`];
    case 'removing':
      return progress.event === undefined ? ['removing what was deployed'] : describeDeployEvent(progress.event);
    case 'removed':
      return progress.leftovers.map(({ kind, id, why }) => `✗ left: ${kind} ${visibleText(id)}: ${visibleText(why)}`);
  }
}
