import type { DriverHealthTotals } from '../domain/driver-health.ts';
import type { Accounting } from './accounting.ts';
import type { Check, CheckFigure } from './check.ts';

/** Above these shares of calls that a stall held up a reader is told, or warned off. */
const PERTURBED_WARN_ABOVE = 0.05;
const PERTURBED_FAIL_ABOVE = 0.5;
/** Above this share of the watched time in the run queue, or of stolen CPU time, the machine had too much else to do. */
const WAIT_WARN_ABOVE = 0.05;
const STEAL_WARN_ABOVE = 0.02;
const NS_PER_MS = 1_000_000;

type Figure = CheckFigure | undefined;

function count(name: string, value: number | undefined): Figure {
  return value === undefined ? undefined : { name, unit: 'count', value };
}

function time(name: string, ms: number | undefined): Figure {
  return ms === undefined ? undefined : { name, unit: 'ns', value: ms * NS_PER_MS };
}

function share(name: string, value: number | undefined, notableAbove: number): Figure {
  if (value === undefined) return undefined;
  return { name, unit: 'share', value, ...(value > notableAbove ? { notable: true } : {}) };
}

function waitShare(totals: DriverHealthTotals | undefined): number | undefined {
  if (totals?.runQueueMs === undefined || totals.watchedMs === 0) return undefined;
  return totals.runQueueMs / totals.watchedMs;
}

/** Could the driver run when it had to? `totals` are absent for a run that was killed, and for a foreign file. */
export function checkDriver({ asked, perturbed }: Accounting, totals: DriverHealthTotals | undefined, foreign: boolean): Check {
  if (asked === 0 || (foreign && perturbed === 0)) {
    return { id: 'driver', verdict: 'no data', figures: [], text: 'Nothing is known of the machine that drove the calls.' };
  }
  const [hit, waited] = [perturbed / asked, waitShare(totals)];
  const all: readonly Figure[] = [
    share('calls held up by a stall', hit, PERTURBED_WARN_ABOVE),
    count('stalls', totals?.stalls),
    time('stalled', totals?.stallMs),
    count('pauses for garbage collection', totals?.gcPauses),
    time('paused for garbage collection', totals?.gcMs),
    share('waited for a CPU', waited, WAIT_WARN_ABOVE),
    share('CPU time stolen', totals?.stealShare, STEAL_WARN_ABOVE),
  ];
  const figures = all.filter((figure) => figure !== undefined);
  const notable = figures.some((figure) => figure.notable);
  const verdict = hit > PERTURBED_FAIL_ABOVE ? 'fail' : notable ? 'warn' : 'pass';
  const told = totals === undefined ? ' The totals of the machine are not in the journal.' : '';
  const text = notable
    ? 'The driver was disturbed: client times contain it; compare the population "clean".'
    : 'The driver could run when it had to.';
  return { id: 'driver', verdict, figures, text: `${text}${told}` };
}
