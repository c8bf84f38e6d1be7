import type { LabKnobs } from './knobs.ts';
import { scaledMs } from './scaled-clock.ts';

/** What the knobs say of one function's updates and creation, in milliseconds of the machine's clock. */
export function functionTimes(knobs: LabKnobs, isInVpc: boolean): Pick<LabKnobs, 'pendingMs' | 'updateMs' | 'routingLagMs'> {
  const { pendingMs, updateMs } = knobs;
  return {
    pendingMs: scaledMs(knobs, isInVpc ? (knobs.vpcPendingMs ?? pendingMs) : pendingMs),
    updateMs: scaledMs(knobs, isInVpc ? (knobs.vpcUpdateMs ?? updateMs) : updateMs),
    routingLagMs: scaledMs(knobs, knobs.routingLagMs),
  };
}
