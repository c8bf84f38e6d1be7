import { cpus, loadavg } from 'node:os';

const BUSY_LOAD_PER_CPU = 0.75;

/** Prints figures beside their targets. */
export interface Judgement {
  readonly load: number;
  readonly cores: number;
  /** A line: `met` tells whether the target is; absent where none is set. A time is not judged on a busy machine, `anyLoad` is. */
  print(name: string, figure: string, target?: string, met?: boolean, kind?: 'time' | 'anyLoad'): void;
}

/** Microseconds in the unit that suits them. */
export function formatTime(microseconds: number): string {
  if (Math.abs(microseconds) >= 1000) return `${(microseconds / 1000).toFixed(2)} ms`;
  return Math.abs(microseconds) >= 1 ? `${microseconds.toFixed(1)} µs` : `${(microseconds * 1000).toFixed(0)} ns`;
}

/** Reads the load now: before a benchmark makes some itself. */
export function newJudgement(): Judgement {
  const [load = 0] = loadavg();
  const cores = cpus().length;
  const busy = load / cores > BUSY_LOAD_PER_CPU;
  return {
    load,
    cores,
    print: (name, figure, target, met, kind = 'time') => {
      const judged = met === undefined ? '' : busy && kind === 'time' ? 'not judged: machine busy' : met ? 'met' : 'MISSED';
      const beside = target === undefined ? '' : `   target ${target.padStart(10)}   ${judged}`;
      process.stdout.write(`${name.padEnd(52)} ${figure.padStart(24)}${beside}\n`);
    },
  };
}
