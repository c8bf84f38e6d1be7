import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Resolves with the first value that is not undefined; throws what it waited for when `deadlineMs` have passed. */
export async function waitUntil<T>(what: string, deadlineMs: number, look: () => T | undefined): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await sleep(LOOK_EVERY_MS);
  }
}
