import { Refusal } from '../refusal.ts';
import { InjectedReason } from './failure-reason.ts';
import type { ResourceRecord, StackParts } from './record.ts';

/** Whether the knobs name this resource; a stack begins each creation once, so it fails once per stack. */
export function isToFail(parts: StackParts, { declared }: ResourceRecord): boolean {
  return parts.knobs().failResource === declared.logicalId;
}

/** Fails after `slow`, before anything is made. */
export async function failInjected(parts: StackParts, { declared }: ResourceRecord, slow: Promise<void>): Promise<never> {
  await slow;
  const { failReason } = parts.knobs();
  if (failReason !== undefined) throw new InjectedReason(failReason);
  throw new Refusal('InjectedFault', 400, `The lab was told to fail ${declared.logicalId} (knob failResource)`);
}

/** Whether the cancelled ones shall be written before the true cause. */
export function cancelsFirst(parts: StackParts): boolean {
  return parts.knobs().secondCause?.cancelled === 'before';
}

/** What a resource reads whose creation nobody waits for any more; `isLast` when it shall pass for a cause of its own. */
export function cancelledReason(parts: StackParts, { declared }: ResourceRecord): { readonly reason: string; readonly isLast: boolean } {
  const { secondCause } = parts.knobs();
  if (secondCause?.reason === undefined || secondCause.resource !== declared.logicalId) {
    return { reason: 'Resource creation cancelled', isLast: false };
  }
  return { reason: secondCause.reason, isLast: true };
}

/** Refuses a deletion that the knobs spoil, as often as they say. */
export function refuseInjectedDeletion(parts: StackParts, { declared: { logicalId } }: ResourceRecord): void {
  const { failDeletion } = parts.knobs();
  const fault = Object.hasOwn(failDeletion, logicalId) ? failDeletion[logicalId] : undefined;
  if (fault !== undefined && parts.countdown.take(fault)) throw new InjectedReason(fault.reason);
}
