import { describe, expect, it, onTestFinished } from 'vitest';
import { type Nanoseconds, nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { newDriverHealth } from '../../harness/drive/driver-health.ts';

/**
 * Time that passes only when the test says so, with the real heartbeat on it: `live` lets the loop turn all along, `block` does not.
 */
function newLoop() {
  let at = 1_000_000_000;
  let looks = 0;
  const health = newDriverHealth(() => {
    looks++;
    return nanoseconds(at);
  });
  const heartbeat = async (): Promise<void> => {
    const before = looks;
    await expect.poll(() => looks, { interval: 1, timeout: 5000 }).toBeGreaterThan(before);
  };
  const block = (ms: number): void => {
    at += ms * 1e6;
  };
  const live = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed++) {
      block(1);
      await heartbeat();
    }
  };
  onTestFinished(() => health.stop());
  return { health, block, live, heartbeat, now: (): Nanoseconds => nanoseconds(at) };
}

describe('heldUp', () => {
  it('is false right after the start, before it, and after the stop', () => {
    const { health, block, now } = newLoop();
    const before = now();
    expect(health.heldUp([before, now()])).toBe(false);
    block(50);
    health.start();
    expect(health.heldUp([now(), now()])).toBe(false);
    expect(health.heldUp([before, now()])).toBe(false);
    health.stop();
    block(50);
    expect(health.heldUp([before, now()])).toBe(false);
    expect(health.stallCount()).toBe(0);
  });

  it('is false for a call while the loop turns, and of no call', async () => {
    const { health, live, now } = newLoop();
    health.start();
    const from = now();
    await live(12);
    expect(health.heldUp([from, now()])).toBe(false);
    expect(health.heldUp([])).toBe(false);
    expect(health.stallCount()).toBe(0);
  });

  it('is true for a call that went on right after a block of 30 ms, and not for the calls before and after it', async () => {
    const { health, block, live, heartbeat, now } = newLoop();
    health.start();
    await live(3);
    const before = { from: now(), to: await live(4).then(now) };
    expect(health.heldUp([before.from, before.to])).toBe(false);
    const during = now();
    block(30);
    await heartbeat();
    const head = now();
    await live(3);
    expect(health.heldUp([during, head, now()])).toBe(true);
    const after = now();
    await live(4);
    expect(health.heldUp([after, now()])).toBe(false);
    expect(health.stallCount()).toBe(1);
  });

  it.each([
    [0, true, 'in the turn after the block'],
    [1, true, '1 ms later'],
    [2, false, '2 ms later: the answer came when the loop turned again'],
    [9, false, 'long after a block in the middle of the wait'],
  ])('of a call whose answer came %i ms after a block is %s: %s', async (ms, expected) => {
    const { health, block, live, heartbeat, now } = newLoop();
    health.start();
    await live(3);
    const from = now();
    await live(2);
    const written = now();
    await live(4);
    block(30);
    await heartbeat();
    await live(ms);
    expect(health.heldUp([from, written, now()])).toBe(expected);
    expect(health.stallCount()).toBe(1);
  });

  it('is true where the request left late, whenever the answer came', async () => {
    const { health, block, live, heartbeat, now } = newLoop();
    health.start();
    await live(3);
    const from = now();
    block(5);
    await heartbeat();
    const written = now();
    await live(9);
    expect(health.heldUp([from, written, now()])).toBe(true);
  });

  it('sees a block whose heartbeat has not come yet', async () => {
    const { health, block, live, now } = newLoop();
    health.start();
    await live(3);
    const from = now();
    block(30);
    expect(health.heldUp([from, now()])).toBe(true);
  });

  it.each([
    [1, 'a call shorter than the heartbeat'],
    [8, 'a longer call'],
  ])('does not blame a call of %i ms for a block right before or right after it: %s', async (ms) => {
    const { health, block, live, heartbeat, now } = newLoop();
    health.start();
    await live(3);
    block(30);
    // The same turn of the loop that was blocked begins the call; the heartbeat comes only then.
    const from = now();
    await live(ms);
    const to = now();
    block(30);
    await heartbeat();
    expect(health.heldUp([from, to])).toBe(false);
    expect(health.stallCount()).toBe(2);
  });

  it.each([
    [4, false, '2 ms late is not yet a stall'],
    [5, true, '3 ms late is one'],
  ])('of a block of %i ms is %s: %s', async (ms, expected) => {
    const { health, block, live, now } = newLoop();
    health.start();
    await live(3);
    const from = now();
    block(ms);
    expect(health.heldUp([from, now()])).toBe(expected);
  });

  it('hides no stall when it is asked often', async () => {
    const { health, block, live, now } = newLoop();
    health.start();
    await live(3);
    for (let i = 0; i < 5; i++) {
      block(1);
      expect(health.heldUp([now(), now()])).toBe(false);
    }
    const from = now();
    block(6);
    expect(health.heldUp([from, now()])).toBe(true);
  });

  it('finds a loop that really is blocked', async () => {
    const origin = process.hrtime.bigint();
    const now = (): Nanoseconds => nanoseconds(Number(process.hrtime.bigint() - origin));
    const health = newDriverHealth(now);
    onTestFinished(() => health.stop());
    health.start();
    const from = now();
    const call = new Promise((resolve) => setImmediate(resolve));
    while (now() - from < 30e6);
    await call;
    expect(health.heldUp([from, now()])).toBe(true);
    expect(health.stallCount()).toBeGreaterThan(0);
  });
});
