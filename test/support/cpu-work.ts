import { cpuOwnerName, newOwnerLookup } from '../../infra/lab/kernel/cpu-owner.ts';
import { findCpuGroups } from '../../infra/lab/kernel/cpu-places.ts';
import type { CpuGroups } from '../../infra/lab/kernel/cpu-quota.ts';
import type { TestRuntime } from './runtime-functions.ts';

/** Groups of this process' own, as a lab that it starts would have; or why it can have none. */
export function ownCpuGroups(id: string): CpuGroups | { readonly why: string } {
  return findCpuGroups(cpuOwnerName(newOwnerLookup(), process.pid, id));
}

/** A function that does the same work whenever it is called and once at import, and tells how long each took it, in milliseconds. */
const CODE = `
  const work = (steps) => {
    let x = 1;
    for (let step = 0; step < steps; step += 1) x = (Math.imul(x, 1664525) + 1013904223) | 0;
    return x;
  };
  const timed = (steps) => {
    const from = process.hrtime.bigint();
    const x = work(steps);
    return { ms: Number(process.hrtime.bigint() - from) / 1e6, x };
  };
  const init = timed(INIT_STEPS);
  export const handler = ({ steps, end }) => {
    if (end) process.exit(1);
    return { init, call: timed(steps) };
  };`;
/** Some tens of milliseconds of a processor: many periods of the quota. */
const INIT_STEPS = 40_000_000;

/** What the work took at import and in the call. */
export interface TimedWork {
  readonly initMs: number;
  readonly callMs: number;
}

/** Deploys the function under a name with so much memory. */
export async function deployWork(runtime: TestRuntime, functionName: string, memorySizeMb: number): Promise<void> {
  const files = { 'index.mjs': CODE.replace('INIT_STEPS', String(INIT_STEPS)) };
  await runtime.deploy(functionName, files, { memorySizeMb, timeoutSeconds: 60 });
}

/** One call with so many steps; by default as many as at import. */
export async function callWork(runtime: TestRuntime, functionName: string, steps = INIT_STEPS): Promise<TimedWork> {
  const { result, functionError, tail } = await runtime.invoke(functionName, { steps });
  if (functionError !== undefined) throw new Error(`${functionName} failed: ${tail}`);
  const { init, call } = result as { readonly init: { readonly ms: number }; readonly call: { readonly ms: number } };
  return { initMs: init.ms, callMs: call.ms };
}
