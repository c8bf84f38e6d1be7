import { nanosecondsFromMilliseconds } from '../domain/nanoseconds.ts';
import type { OptionProblem } from '../plan/options.ts';
import type { AskedEffect, AskedEffects } from '../run/gate-series.ts';
import { parseTime } from './lab-delay.ts';
import type { RunFlags } from './run-command.ts';
import { usageError } from './run-plan.ts';

/** Flags of `bench regression`, as commander gives them. */
export interface RegressionFlags extends RunFlags {
  readonly history: string;
  readonly run?: string;
  readonly confirm: readonly string[];
  readonly strict?: boolean;
  readonly minEffect?: string;
}

const FORM = 'must be a share or a time as in 3% or 0.3ms, for one start as in cold=20ms; several with commas, the largest applies';
const STARTS = ['warm', 'cold'] as const;

function parseSize(text: string): AskedEffect | undefined {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined) return Number(percent) > 0 && Number(percent) < 1000 ? { share: Number(percent) / 100 } : undefined;
  const time = parseTime(text);
  return time === undefined || time <= 0 || time > 60_000 ? undefined : { floorNs: nanosecondsFromMilliseconds(time) };
}

/** `3%,cold=20ms` and the like. Starts that are not named keep the margins of the design. Throws `BenchError`. */
export function parseMinimumEffect(text: string | undefined): AskedEffects {
  const found: { warm?: AskedEffect; cold?: AskedEffect } = {};
  const problems: OptionProblem[] = [];
  for (const part of text?.split(',') ?? []) {
    const [, start, size = ''] = /^(?:(warm|cold)=)?(.*)$/.exec(part.trim()) ?? [];
    const effect = parseSize(size);
    if (effect === undefined) problems.push({ flag: '--min-effect', message: `${FORM}; got "${part}"` });
    for (const one of STARTS.filter((name) => start === undefined || start === name)) found[one] = { ...found[one], ...effect };
  }
  if (problems.length > 0) throw usageError(problems);
  return found;
}

/** Refuses what does not go together. Throws `BenchError`. */
export function demandRegressionFlags({ run, confirm, precision, keep, dryRun }: RegressionFlags): void {
  const problems: OptionProblem[] = [];
  if (precision !== undefined)
    problems.push({ flag: '--precision', message: 'not here: runs of different sizes are not comparable; use --rounds' });
  if (run === undefined && confirm.length > 0) problems.push({ flag: '--confirm', message: 'only with --run: runs that confirm it' });
  if (keep === true) problems.push({ flag: '--keep', message: 'not here: a scheduled run removes what it made' });
  if (dryRun === true) problems.push({ flag: '--dry-run', message: 'not here; "plan" with the same flags shows what a run would do' });
  if (problems.length > 0) throw usageError(problems);
}
