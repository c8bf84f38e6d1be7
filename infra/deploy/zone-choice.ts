import { BenchError } from '../../harness/domain/exit-code.ts';
import { FIRST_ZONES, type ZoneOrder } from '../template/model.ts';

/** The order that is tried once when the first one was refused: the other zone is measured in. */
export const OTHER_ZONES: ZoneOrder = [FIRST_ZONES[1], FIRST_ZONES[0]];

const NAMES_ZONE = /availability ?zone|NotAvailableInZone|\bAZ\b/i;
/** RDS's words for a subnet group with too few zones, which no other order mends. */
const WANTS_MORE_ZONES = /coverage requirement/i;

/** True when a stack failed because a resource is not offered, or has no room, in the zone that was asked for. */
export function blamesZone(thrown: unknown): thrown is BenchError {
  return thrown instanceof BenchError && NAMES_ZONE.test(thrown.why) && !WANTS_MORE_ZONES.test(thrown.why);
}
