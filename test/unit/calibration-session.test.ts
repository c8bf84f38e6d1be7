import { beforeEach, describe, expect, it } from 'vitest';
import type { CalibrationOptions, CalibrationRecord } from '../../harness/domain/calibration.ts';
import { calibrationRunPlan, planCalibration } from '../../harness/plan/calibration.ts';
import type { HeldPacket, HeldPackets } from '../../harness/run/achieved-delays.ts';
import type { PathDelayer } from '../../harness/run/calibrate.ts';
import { type CalibrationSession, calibrate } from '../../harness/run/calibration.ts';
import type { MeasuringPlace } from '../../harness/run/measure.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newFakeClock, newFakePlace } from '../support/fake-place.ts';

const OPTIONS: CalibrationOptions = { seed: 'fixed', delaysMs: [0, 2], runs: 2, rounds: 7, warm: 3 };
const RUNS = planCalibration(OPTIONS);

/** A lab whose relay holds each packet for exactly half of the round trip; what it was asked is kept. */
function newFakeLab() {
  const clock = newFakeClock();
  const place = newFakePlace(calibrationRunPlan(OPTIONS, 'x', SCENARIOS), clock);
  const packets: HeldPacket[] = [];
  const asked: Readonly<Record<string, number>>[] = [];
  let page: Partial<HeldPackets> = {};
  const hold = (placeName: string): void => {
    const half = ((asked.at(-1)?.[placeName] ?? 0) / 2) * 1e6;
    const at = clock.now() + 1_000;
    packets.push({ place: placeName, flags: 'SYN', source: 'a:1', destination: 'b:443', receivedNs: at, achievedNs: half, sendNs: 0 });
    packets.push({
      place: placeName,
      flags: 'SYN+ACK',
      source: 'b:443',
      destination: 'a:1',
      receivedNs: at + half,
      achievedNs: half,
      sendNs: 0,
    });
  };
  const invoker: MeasuringPlace['invoker'] = {
    invoke: async (name, payload) => {
      hold(name.includes('vpc-nat') ? 'nat' : 'default');
      return place.invoker.invoke(name, payload);
    },
  };
  const delayer: PathDelayer = {
    setRoundTrips: async (byPlace) => void asked.push(byPlace),
    position: async () => packets.length,
    held: async (since) => ({ means: 'relay', packets: packets.slice(since), lost: 0, ...page }),
  };
  return {
    ...{ clock, asked, delayer },
    place: { ...place, invoker },
    answerWith: (parts: Partial<HeldPackets>) => {
      page = parts;
    },
  };
}

let lab: ReturnType<typeof newFakeLab>;
let records: CalibrationRecord[];
let interrupted: number[];
let abort: AbortController;
beforeEach(() => {
  lab = newFakeLab();
  records = [];
  interrupted = [];
  abort = new AbortController();
});

function session(parts: Partial<CalibrationSession> = {}): CalibrationSession {
  return {
    ...{
      runId: 'abcdefghij',
      options: OPTIONS,
      runs: RUNS,
      scenarios: SCENARIOS,
      place: lab.place,
      delayer: lab.delayer,
      clock: lab.clock,
    },
    ledger: {
      path: 'ledger',
      record: (record) => void records.push(record),
      interrupted: (number) => void interrupted.push(number),
      close: () => undefined,
    },
    machineNs: () => lab.clock.now(),
    load: () => 1.234,
    onRun: () => undefined,
    signal: abort.signal,
    ...parts,
  };
}

describe('a calibration', () => {
  it('makes the runs in their order, with the delay on one path and 0 ms on the other', async () => {
    await calibrate(session());
    expect(records.map(({ plan }) => plan)).toEqual(RUNS);
    const wanted = RUNS.map(({ delayMs, delayed }) =>
      delayed === 'default' ? { default: delayMs, nat: 0 } : { default: 0, nat: delayMs },
    );
    // The first was for warming up.
    expect(lab.asked.slice(1)).toEqual(wanted);
  });

  it('joins every measured call with what its own packets were held for', async () => {
    await calibrate(session());
    for (const { plan, outcome, load } of records) {
      if (outcome.kind === 'failed') throw new Error(outcome.why);
      const other = plan.delayed === 'default' ? 'vpc-nat' : 'default';
      expect([outcome.means, outcome.missing, load]).toEqual(['relay', 0, 1.23]);
      expect(outcome.calls[plan.delayed].achievedNs).toEqual(Array(21).fill(plan.delayMs * 1e6));
      expect(outcome.calls[other].achievedNs).toEqual(Array(21).fill(0));
      expect(new Set(outcome.calls[other].round).size).toBe(7);
      expect(outcome.calls[other].connectNs).toEqual(Array(21).fill(200_000));
    }
  });

  it.each([
    [{ lost: 3 }, 'the log of held packets ran over: 3 are lost'],
    [{ means: 'none' as const }, 'the lab delays nothing'],
  ])('records a run that failed, %j, and goes on', async (parts, why) => {
    let made = 0;
    await calibrate(
      session({
        onRun: () => {
          made += 1;
          lab.answerWith({});
        },
        delayer: {
          ...lab.delayer,
          setRoundTrips: async (byPlace) => {
            await lab.delayer.setRoundTrips(byPlace);
            // The warm-up run is the first, run 1 the second.
            if (lab.asked.length === 2) lab.answerWith(parts);
          },
        },
      }),
    );
    expect(made).toBe(RUNS.length);
    expect(records[0]?.outcome).toEqual({ kind: 'failed', why });
    expect(records.slice(1).every(({ outcome }) => outcome.kind === 'measured')).toBe(true);
  });

  it('leaves a run that was cut short open, and says so', async () => {
    await calibrate(
      session({
        delayer: {
          ...lab.delayer,
          setRoundTrips: async (byPlace) => {
            await lab.delayer.setRoundTrips(byPlace);
            if (lab.asked.length === 3) abort.abort(new Error('interrupted'));
          },
        },
      }),
    );
    expect(records.map(({ plan }) => plan.number)).toEqual([1]);
    expect(interrupted).toEqual([2]);
  });

  it('has nothing to do where no run is open', async () => {
    await calibrate(session({ runs: [] }));
    expect([lab.asked, records]).toEqual([[], []]);
  });
});
