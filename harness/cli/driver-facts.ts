import { cpus, loadavg, release } from 'node:os';
import type { DriverFacts } from '../domain/run.ts';

/** Load average over one minute. */
export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

/** The machine that this process runs on, as it is now. */
export function driverFacts(): DriverFacts {
  const [first] = cpus();
  return {
    node: process.version,
    kernel: release(),
    cpuModel: first?.model ?? 'unknown',
    cpuCount: cpus().length,
    loadAverageAtStart: currentLoad(),
  };
}
