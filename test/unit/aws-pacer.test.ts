import { describe, expect, it } from 'vitest';
import { newPacer } from '../../infra/aws/pacer.ts';
import { newManualClock } from '../support/manual-clock.ts';

const never = new AbortController().signal;

describe('the pacer', () => {
  it('lets eight of twelve leave at once, and thirty in any second never exceed twelve', async () => {
    const clock = newManualClock();
    const pacer = newPacer(clock, 12);
    const departures: number[] = [];
    const leave = async () => {
      await pacer.turn(never);
      departures.push(clock.elapsedMs());
    };
    await Promise.all(Array.from({ length: 30 }, leave));
    expect(departures.slice(0, 12)).toEqual(Array(12).fill(0));
    expect(departures).toHaveLength(30);
    for (const from of departures) expect(departures.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(12);
    expect(clock.elapsedMs()).toBe(2_000);
  });

  it('forgets what is longer ago than a second', async () => {
    const clock = newManualClock();
    const pacer = newPacer(clock, 1);
    await pacer.turn(never);
    clock.advance(1_000);
    await pacer.turn(never);
    expect(clock.sleeps).toEqual([]);
  });

  it('lets the next one through when one in the queue gave up', async () => {
    const clock = newManualClock();
    const pacer = newPacer(clock, 1);
    const stop = new AbortController();
    const first = pacer.turn(never);
    const second = pacer.turn(stop.signal);
    const third = pacer.turn(never);
    stop.abort(new Error('gave up'));
    await first;
    await expect(second).rejects.toThrow('gave up');
    await third;
    expect(clock.elapsedMs()).toBe(1_000);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a rate of %s', (rate) => {
    expect(() => newPacer(newManualClock(), rate)).toThrow(RangeError);
  });
});
