import type { CalibratedCalls, CalibratedScenario, CalibrationMeans } from '../domain/calibration.ts';
import { CALIBRATED_PLACES } from '../domain/calibration.ts';
import type { Sample } from '../domain/sample.ts';

/** A packet of a TCP handshake that was held, as the lab's log has it. */
export interface HeldPacket {
  readonly place: string;
  readonly flags: string;
  /** `a.b.c.d:port`. */
  readonly source: string;
  readonly destination: string;
  /** On the machine's monotonic clock, nanoseconds. */
  readonly receivedNs: number;
  /** Received → about to be sent on, nanoseconds. */
  readonly achievedNs: number;
  /** How long the sending on took, nanoseconds. */
  readonly sendNs: number;
}

/** What the lab tells of the packets that it held. */
export interface HeldPackets {
  readonly means: 'none' | CalibrationMeans;
  readonly packets: readonly HeldPacket[];
  /** Packets that newer ones have pushed out of the log before they were read. */
  readonly lost: number;
}

/** A measured call and when it was out, on the machine's monotonic clock, nanoseconds. */
export interface WatchedCall {
  readonly sample: Sample;
  readonly fromNs: number;
  readonly toNs: number;
}

const HTTPS = ':443';

/**
 * What the connect of one call was held for: from the moment when the relay had its SYN until its SYN-ACK was sent on. The sending is part of it:
 * in it the kernel carries the packet to the caller, which takes 0.15 ms and more where both had waited before. Beside the two
 * delays that contains the target's own answer, which is there on both paths. Calls go out one at a time, so the packets of a call are those of
 * its path within its span. Null unless there is exactly one of each: a packet that was sent again leaves open which one the caller saw.
 */
export function heldFor(call: WatchedCall, packets: readonly HeldPacket[]): number | null {
  const place = CALIBRATED_PLACES[call.sample.call.scenario as CalibratedScenario];
  const within = packets.filter((one) => one.place === place && one.receivedNs >= call.fromNs && one.receivedNs <= call.toNs);
  const syns = within.filter(({ flags, destination }) => flags === 'SYN' && destination.endsWith(HTTPS));
  const answers = within.filter(({ flags, source }) => flags === 'SYN+ACK' && source.endsWith(HTTPS));
  const [syn, answer] = [syns[0], answers[0]];
  if (syn === undefined || answer === undefined || syns.length > 1 || answers.length > 1) return null;
  return answer.receivedNs + answer.achievedNs + answer.sendNs - syn.receivedNs;
}

/** The measured calls of one scenario, in the order in which they were made, with what each was held for. */
export function calibratedCalls(
  scenario: CalibratedScenario,
  calls: readonly WatchedCall[],
  packets: readonly HeldPacket[],
): CalibratedCalls {
  const rows = calls.flatMap((call) => {
    const connectNs = call.sample.fn?.phases.connect;
    if (call.sample.call.scenario !== scenario || connectNs === undefined) return [];
    return [{ round: call.sample.call.round, connectNs, achievedNs: heldFor(call, packets) }];
  });
  return {
    round: rows.map(({ round }) => round),
    connectNs: rows.map(({ connectNs }) => connectNs),
    achievedNs: rows.map(({ achievedNs }) => achievedNs),
  };
}
