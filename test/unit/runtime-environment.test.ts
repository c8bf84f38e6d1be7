import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, processState, reportFigure, startTestRuntime, type TestRuntime } from '../support/runtime-functions.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime();
});
afterAll(() => runtime.close());

const ECHO = `
  import { randomUUID } from 'node:crypto';
  const id = randomUUID(); let calls = 0;
  export const handler = async (event, context) => ({ id, call: ++calls, event, context, remaining: context.getRemainingTimeInMillis() });`;

describe('one environment', () => {
  test('answers, says that it was cold, and is the same and frozen afterwards', async () => {
    await runtime.deploy('echo', { 'index.mjs': ECHO });
    const first = await runtime.invoke('echo', { n: 1 });
    console.log(first.tail, first.result);
    const pid = runtime.pids.at(-1) ?? 0;
    await eventually(async () => (await processState(pid)) === 'T');
    const second = await runtime.invoke('echo', { n: 2 });
    console.log(second.tail);
    expect(second.result).toMatchObject({ id: (first.result as { id: string }).id, call: 2 });
    expect(reportFigure(first.tail, 'Init Duration')).toBeGreaterThan(0);
    expect(reportFigure(second.tail, 'Init Duration')).toBeUndefined();
    const t0 = process.hrtime.bigint();
    for (let i = 0; i < 300; i++) await runtime.invoke('echo', { n: 2 });
    console.log('warm avg us', Number(process.hrtime.bigint() - t0) / 300e3);
  });
});
