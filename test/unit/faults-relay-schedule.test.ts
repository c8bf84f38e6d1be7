import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRelaySchedule, type ScheduleClock } from '../../infra/lab/faults/relay-schedule.ts';

const MS = 1_000_000;

/** A loop whose turns cost `turnNs` and whose timers are `latenessNs` late. */
function newLoop(turnNs = 5_000, latenessNs = 400_000) {
  let now = 0;
  let turns = 0;
  let tasks: { at: number; task: () => void }[] = [];
  let soon: (() => void)[] = [];
  const clock: ScheduleClock = {
    now: () => now,
    after: (milliseconds, task) => tasks.push({ at: now + milliseconds * MS + latenessNs, task }),
    soon: (task) => soon.push(task),
  };
  const step = (): boolean => {
    const due = tasks.filter(({ at }) => at <= now);
    tasks = tasks.filter(({ at }) => at > now);
    const next = [...due.map(({ task }) => task), ...soon];
    soon = [];
    for (const task of next) task();
    if (next.length > 0) turns++;
    if (soon.length > 0) now += turnNs;
    else if (tasks.length > 0) now = Math.max(now, Math.min(...tasks.map(({ at }) => at)));
    return soon.length > 0 || tasks.length > 0;
  };
  const run = (): void => {
    while (step());
  };
  const pass = (ns: number): void => {
    now += ns;
  };
  return { clock, run, now: () => now, turns: () => turns, pass };
}

describe('a relay schedule', () => {
  test.each([
    ['no delay leaves at once', 0, 0],
    ['shorter than a timer can be: turns only', 0.25 * MS, 10_000],
    ['just where timers begin', 2.5 * MS, 10_000],
    ['long: a timer, then turns', 20 * MS, 10_000],
  ])('%s', (_why, delay, mostLate) => {
    const loop = newLoop();
    const sent: number[] = [];
    const schedule = newRelaySchedule(loop.clock);
    schedule.add(delay, () => sent.push(loop.now()));
    loop.run();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toBeGreaterThanOrEqual(delay);
    expect(sent[0]).toBeLessThanOrEqual(delay + mostLate);
  });

  test('a long wait sleeps: it does not turn all the time', () => {
    const loop = newLoop();
    newRelaySchedule(loop.clock).add(100 * MS, () => {});
    loop.run();
    expect(loop.turns()).toBeLessThan((2 * MS) / 5_000);
  });

  test('a shorter delay that comes later leaves earlier, also while a timer for the longer one runs', () => {
    const loop = newLoop();
    const sent: string[] = [];
    const schedule = newRelaySchedule(loop.clock);
    schedule.add(50 * MS, () => sent.push('long'));
    schedule.add(5 * MS, () => sent.push(`short at ${Math.round(loop.now() / MS)}`));
    loop.run();
    expect(sent).toEqual(['short at 5', 'long']);
  });

  test('a packet whose time has passed does not overtake those that still wait for theirs', () => {
    const loop = newLoop();
    const sent: string[] = [];
    const schedule = newRelaySchedule(loop.clock);
    schedule.add(MS, () => sent.push('first'));
    loop.pass(2 * MS);
    schedule.add(2 * MS, () => sent.push('second'));
    loop.run();
    expect(sent).toEqual(['first', 'second']);
  });

  test('whatever comes, each packet is sent once, never early, and in the order of the times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30 * MS), { maxLength: 30 }),
        fc.integer({ min: 1_000, max: 50_000 }),
        fc.nat(2 * MS),
        (delays, turn, lateness) => {
          const loop = newLoop(turn, lateness);
          const schedule = newRelaySchedule(loop.clock);
          const sent: number[] = [];
          for (const delay of delays) {
            schedule.add(delay, () => {
              expect(loop.now()).toBeGreaterThanOrEqual(delay);
              sent.push(delay);
            });
          }
          loop.run();
          expect(sent).toEqual([...delays].sort((left, right) => left - right));
        },
      ),
      { numRuns: 50 },
    );
  });
});
