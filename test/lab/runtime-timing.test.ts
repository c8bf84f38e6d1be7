import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportFigure, startTestRuntime, type TestRuntime } from '../support/runtime-functions.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime();
});
afterAll(() => runtime.close());

/** The least of several: what the work costs when nobody else has the CPU; other programs can only add to it. */
function least(values: readonly (number | undefined)[]): number {
  return Math.min(...values.map((value) => value ?? Number.NaN));
}

describe('the REPORT', () => {
  test('shows 50 ms burnt at import in Init, 30 ms burnt in the call in Duration, and each only there', async () => {
    const burn =
      'const burn = (ms) => { const end = process.hrtime.bigint() + BigInt(ms) * 1000000n; while (process.hrtime.bigint() < end); };';
    const slow = `${burn} burn(50); export const handler = async () => burn(30);`;
    const plain = 'export const handler = async () => undefined;';
    const colds = { slow: [] as string[], plain: [] as string[] };
    for (let round = 0; round < 7; round += 1) {
      for (const [name, code] of Object.entries({ slow, plain }) as ['slow' | 'plain', string][]) {
        await runtime.deploy(name, { 'index.mjs': code });
        colds[name].push((await runtime.invoke(name)).tail);
      }
    }
    const difference = (label: string): number =>
      least(colds.slow.map((tail) => reportFigure(tail, label))) - least(colds.plain.map((tail) => reportFigure(tail, label)));
    expect(difference('Init Duration')).toBeGreaterThan(42);
    expect(difference('Init Duration')).toBeLessThan(75);
    expect(difference('Duration')).toBeGreaterThan(26);
    expect(difference('Duration')).toBeLessThan(42);
  });
});
