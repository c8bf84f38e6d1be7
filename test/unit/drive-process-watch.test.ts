import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatDriverHealth, parseDriverHealth } from '../../harness/domain/driver-health.ts';
import { type Nanoseconds, nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { newDriverHealth } from '../../harness/drive/driver-health.ts';
import { newProcessWatch, type Pause, type ProcessWatch } from '../../harness/drive/process-watch.ts';

const origin = process.hrtime.bigint();
const now = (): Nanoseconds => nanoseconds(Number(process.hrtime.bigint() - origin));

describe('newProcessWatch', () => {
  it.each<[string | undefined, number | undefined, string]>([
    ['312376 61141 2\n', 61141, 'ran, waited, time slices'],
    ['5 0 1\n', 0, 'never waited'],
    ['', undefined, 'empty'],
    ['a b c', undefined, 'another form'],
    ['1 -2 3', undefined, 'no time is negative'],
    [undefined, undefined, 'no such file'],
  ])('reads the wait for a CPU from %j as %s: %s', (text, expected) => {
    expect(newProcessWatch(now, (path) => (path.endsWith('/schedstat') ? text : undefined)).runQueueWait()).toBe(expected);
  });

  it.each<[string | undefined, { steal: number; total: number } | undefined, string]>([
    ['cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1', { steal: 8, total: 36 }, 'guest time is in user already'],
    ['cpu  1 2 3 4 5 6 7\n', undefined, 'a kernel before steal was counted'],
    ['intr 1 2', undefined, 'another line'],
    [undefined, undefined, 'no such file'],
  ])('reads CPU ticks from %j', (text, expected) => {
    expect(newProcessWatch(now, () => text).cpuTicks()).toEqual(expected);
  });

  it('tells of a collection in the turn after it, on the clock that it was given', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const watch = newProcessWatch(now);
    onTestFinished(() => watch.stop());
    watch.start();
    await watch.takePauses();
    const from = now();
    collect();
    const to = now();
    const pauses = await watch.takePauses();
    const inside = pauses.filter((pause) => pause.from >= from - 1e6 && pause.to <= to + 1e6);
    expect(inside.length).toBeGreaterThan(0);
    expect(await watch.takePauses()).not.toContain(inside[0]);
  });
});

/** A machine that says what the test wants. */
function newFakeWatch(pauses: Pause[]): ProcessWatch {
  let reads = 0;
  return {
    start: () => undefined,
    stop: () => undefined,
    takePauses: async () => pauses.splice(0),
    runQueueWait: () => nanoseconds(reads++ * 5_000_000),
    cpuTicks: () => ({ steal: reads * 3, total: reads * 100 }),
  };
}

describe('driver health with a watch', () => {
  const at = (ms: number): Nanoseconds => nanoseconds(ms * 1e6);
  it.each<[number, number, boolean, string]>([
    [12, 15, true, 'a pause of 3 ms inside the call'],
    [12, 14, false, '2 ms is not yet long'],
    [4, 9, false, 'it ended before the call'],
    [21, 30, false, 'it began after the call'],
  ])('of a pause from %i to %i ms and a call from 10 to 20 ms is %s: %s', async (from, to, expected) => {
    const health = newDriverHealth(() => at(0), newFakeWatch([{ from: at(from), to: at(to) }]));
    onTestFinished(() => health.stop());
    health.start();
    await health.notePauses();
    expect(health.heldUp([at(10), at(20)])).toBe(expected);
  });

  it('sums up what came between start and stop', async () => {
    let ms = 100;
    const pauses = [
      { from: at(101), to: at(106) },
      { from: at(110), to: at(111) },
    ];
    const health = newDriverHealth(() => at(ms), newFakeWatch(pauses));
    health.start();
    ms = 150;
    await health.notePauses();
    health.heldUp([at(101), at(150)]);
    health.stop();
    ms = 999;
    const totals = health.totals();
    expect(totals).toEqual({ watchedMs: 50, stalls: 1, stallMs: 48, gcPauses: 2, gcMs: 6, runQueueMs: 5, stealShare: 0.03 });
    expect(health.totals()).toEqual(totals);
  });

  it('says nothing of what it does not know', () => {
    const health = newDriverHealth(() => at(5));
    health.start();
    health.stop();
    expect(health.totals()).toEqual({ watchedMs: 0, stalls: 0, stallMs: 0 });
  });
});

describe('parseDriverHealth', () => {
  const totals = { watchedMs: 50.5, stalls: 1, stallMs: 48, gcPauses: 2, gcMs: 6.125, runQueueMs: 5, stealShare: 0.03 };
  it('reads back what was written, and what some machines do not tell stays absent', () => {
    expect(parseDriverHealth(formatDriverHealth(totals))).toEqual(totals);
    const { gcPauses: _, stealShare: __, ...fewer } = totals;
    expect(parseDriverHealth(formatDriverHealth(fewer))).toEqual(fewer);
  });

  it.each<[Record<string, string>, string]>([
    [{ stalls: '' }, 'empty'],
    [{ stalls: 'NaN' }, 'not a number'],
    [{ stall_ms: '-1' }, 'negative'],
    [{ gc_ms: '1e99' }, 'absurd'],
    [{ steal_share: 'Infinity' }, 'infinite'],
  ])('is absent for %j: %s', (wrong) => {
    expect(parseDriverHealth({ ...formatDriverHealth(totals), ...wrong })).toBeUndefined();
  });

  it('is absent without a field that is always there', () => {
    expect(parseDriverHealth({ stalls: '1', stall_ms: '1' })).toBeUndefined();
    expect(parseDriverHealth({})).toBeUndefined();
  });
});
