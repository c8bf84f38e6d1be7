import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callWork, deployWork, ownCpuGroups } from '../support/cpu-work.ts';
import { eventually, startTestRuntime, type TestRuntime } from '../support/runtime-functions.ts';

const cpu = ownCpuGroups('1ab');
const missing = 'why' in cpu ? cpu.why : undefined;
/** Of the groups' paths; absent where there can be none. */
const prefix = 'why' in cpu ? '' : cpu.prefix;
const EXPECTED = 1769 / 128;
const CALLS = 5;

let runtime: TestRuntime;
beforeAll(async () => {
  if (!('why' in cpu)) runtime = await startTestRuntime({ cpu });
});
afterAll(() => runtime?.close());
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

function groupsHere(): readonly string[] {
  return readdirSync(dirname(prefix)).filter((name) => name.startsWith(`${basename(prefix)}-`));
}

/** How many times as long the work takes as with 1769 MB: the least of several each, because other programs can only add to one. */
async function timesBeside(size: number, name: string): Promise<{ readonly init: number; readonly call: number }> {
  const full: { init: number[]; call: number[] } = { init: [], call: [] };
  const small: { init: number[]; call: number[] } = { init: [], call: [] };
  for (let cold = 0; cold < CALLS; cold += 1) {
    for (const [memory, times] of [[1769, full] as const, [size, small] as const]) {
      await deployWork(runtime, `${name}-${memory}`, memory);
      await callWork(runtime, `${name}-${memory}`, 1);
      const { initMs, callMs } = await callWork(runtime, `${name}-${memory}`);
      times.init.push(initMs);
      times.call.push(callMs);
    }
  }
  return { init: Math.min(...small.init) / Math.min(...full.init), call: Math.min(...small.call) / Math.min(...full.call) };
}

describe('the CPU share of a function', () => {
  test('of 128 MB is a fourteenth of that of 1769 MB in calls, and the whole processor in init', async () => {
    const { init, call } = await timesBeside(128, 'small');
    expect(call).toBeGreaterThan(EXPECTED * 0.6);
    expect(call).toBeLessThan(EXPECTED * 1.4);
    // Unthrottled it is 1; the init is the process' first work, so both sides have noise.
    expect(init).toBeLessThan(3);
  });

  test('holds for an init inside a call too, as when the process before had crashed', async () => {
    await deployWork(runtime, 'crashes', 128);
    const first = await callWork(runtime, 'crashes', 1);
    const { functionError } = await runtime.invoke('crashes', { end: true });
    expect(functionError).toBe('Unhandled');
    const again = await callWork(runtime, 'crashes', 1);
    expect(again.initMs).toBeGreaterThan(first.initMs * 4);
  });

  test('is that of all that the function starts; what has left its process group ends with it', async () => {
    const code = `
      import { spawn } from 'node:child_process';
      export const handler = async () => {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached: true, stdio: 'ignore' });
        return { pid: child.pid, keepsPwd: 'PWD' in process.env };
      };`;
    await runtime.deploy('forks', { 'index.mjs': code });
    const { result } = await runtime.invoke('forks');
    const { pid, keepsPwd } = result as { readonly pid: number; readonly keepsPwd: boolean };
    const own = readFileSync(`/proc/${runtime.pids.at(-1)}/cgroup`, 'utf8');
    expect(own).toContain(`/${basename(prefix)}-`);
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toBe(own);
    expect(keepsPwd).toBe(false);
    await runtime.pools.remove('forks');
    await eventually(() => !existsSync(`/proc/${pid}`) || / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')));
  });

  test('leaves no group behind when its environments end', async () => {
    await deployWork(runtime, 'goes', 512);
    await callWork(runtime, 'goes', 1);
    expect(groupsHere().length).toBeGreaterThan(0);
    await runtime.pools.close();
    await eventually(() => groupsHere().length === 0);
  });
});
