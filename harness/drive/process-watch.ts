import { readFileSync } from 'node:fs';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Nanoseconds, nanoseconds } from '../domain/nanoseconds.ts';

/** A time in which garbage collection held JavaScript up, on the driver's clock. */
export interface Pause {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

/** Ticks of all CPUs since the machine started. */
export interface CpuTicks {
  readonly steal: number;
  readonly total: number;
}

/** What the process and the machine tell of themselves. */
export interface ProcessWatch {
  /** Pauses become known from now on. */
  start(): void;
  stop(): void;
  /** Every pause since the last time, those included that ended just before; resolves in the loop's next turn. */
  takePauses(): Promise<readonly Pause[]>;
  /** Time since the process began that its main thread waited for a CPU; absent where the machine does not tell. */
  runQueueWait(): Nanoseconds | undefined;
  /** Absent where the machine does not tell. */
  cpuTicks(): CpuTicks | undefined;
}

/** Reads a small file of /proc; absent where there is none. */
export type ReadText = (path: string) => string | undefined;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** The second of `schedstat`'s three numbers, nanoseconds (Linux: Documentation/scheduler/sched-stats.rst). */
function parseRunQueueWait(text: string | undefined): Nanoseconds | undefined {
  const found = /^\d+ (\d{1,15}) \d+\s*$/.exec(text ?? '');
  return found?.[1] === undefined ? undefined : nanoseconds(Number(found[1]));
}

/** `cpu  user nice system idle iowait irq softirq steal …`; guest time, which follows, is in user already (man 5 proc_stat). */
function parseCpuTicks(text: string | undefined): CpuTicks | undefined {
  const found = /^cpu +((?:\d+ ){7}\d+)/.exec(text ?? '');
  if (found?.[1] === undefined) return undefined;
  const ticks = found[1].split(' ').map(Number);
  return { steal: ticks[7] ?? 0, total: ticks.reduce((sum, value) => sum + value, 0) };
}

/**
 * Watches this process on the given monotonic clock, which must run as fast as `performance.now()`. `read` is a parameter for tests; a read
 * of `schedstat` took 3 µs.
 */
export function newProcessWatch(now: () => Nanoseconds, read: ReadText = readText): ProcessWatch {
  const offset = now() - performance.now() * 1e6;
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  let known: Pause[] = [];
  const take = (entries: ReturnType<PerformanceObserver['takeRecords']>): void => {
    for (const { startTime, duration } of entries) {
      const from = Math.max(0, Math.round(startTime * 1e6 + offset));
      known.push({ from: nanoseconds(from), to: nanoseconds(from + Math.round(duration * 1e6)) });
    }
  };
  return {
    start: () => observer.observe({ entryTypes: ['gc'] }),
    stop: () => observer.disconnect(),
    takePauses: async () => {
      // Node queues an entry in the turn after the pause, and tells observers one turn later.
      await nextTurn();
      take(observer.takeRecords());
      const taken = known;
      known = [];
      return taken;
    },
    // The main thread has the number of the process.
    runQueueWait: () => parseRunQueueWait(read(`/proc/self/task/${process.pid}/schedstat`)),
    cpuTicks: () => parseCpuTicks(read('/proc/stat')),
  };
}
