import { callWork, deployWork, ownCpuGroups } from '../support/cpu-work.ts';
import { startTestRuntime, type TestRuntime } from '../support/runtime-functions.ts';
import { formatTime, type Judgement } from './judged-figure.ts';

const FULL_MB = 1769;
const SIZES_MB = [128, 256, 512, 1024, FULL_MB] as const;
const DISCARDED = 2;
const ROUNDS = 7;
/** About 150 ms of a processor: against it the rest of the last period is little. */
const STEPS = 150_000_000;
/** How far from its share a size may be. */
const WITHIN = 0.1;

/** Least milliseconds of the work by size, in turns: what else the machine does adds to the full size, and hardly to the small ones. */
async function timeWork(runtime: TestRuntime): Promise<ReadonlyMap<number, number>> {
  const times = new Map<number, number[]>(SIZES_MB.map((size) => [size, []]));
  for (const size of SIZES_MB) await deployWork(runtime, `work-${size}`, size);
  for (let round = -DISCARDED; round < ROUNDS; round += 1) {
    for (const [size, values] of times) {
      const { callMs } = await callWork(runtime, `work-${size}`, STEPS);
      if (round >= 0) values.push(callMs);
    }
  }
  return new Map([...times].map(([size, values]) => [size, Math.min(...values)]));
}

/** Time of a fixed piece of CPU work in functions of several sizes, beside what the size should make of it. */
export async function printCpuShare({ print }: Judgement): Promise<void> {
  const cpu = ownCpuGroups('be');
  if ('why' in cpu) {
    process.stdout.write(`CPU share by memory: not measured, the lab cannot throttle here: ${cpu.why}\n`);
    return;
  }
  const runtime = await startTestRuntime({ cpu });
  try {
    const times = await timeWork(runtime);
    const fullMs = times.get(FULL_MB) ?? Number.NaN;
    process.stdout.write(`the same CPU work in functions of each size, in turns, least of ${ROUNDS} (cgroup v${cpu.version})\n`);
    print(`${FULL_MB} MB`, formatTime(fullMs * 1000));
    for (const [size, ms] of times) {
      if (size === FULL_MB) continue;
      const [ratio, expected] = [ms / fullMs, FULL_MB / size];
      const met = Math.abs(ratio / expected - 1) <= WITHIN;
      print(`${size} MB, beside ${FULL_MB} MB`, `${formatTime(ms * 1000)}, ${ratio.toFixed(2)} ×`, `${expected.toFixed(2)} ×`, met);
    }
  } finally {
    await runtime.close();
  }
}
