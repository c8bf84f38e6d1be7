import type { Cell } from '../domain/cell.ts';
import { PROBE_PHASES } from '../domain/probe-wire.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { CellSamples } from './cell-samples.ts';
import { metricNamed } from './metric.ts';
import { nearestRank, sortAscending } from './quantile.ts';

/**
 * Parts of a cold call in the order in which they pass. `outside`: beyond what the REPORT counts. `runtime init`: Init Duration without the
 * function's own code, `code init`: that code's; `init` where the two cannot be told apart. `handler`: the function's duration beside the operation.
 */
export const COLD_PARTS = ['outside', 'init', 'runtime init', 'code init', ...PROBE_PHASES, 'handler'] as const;
export type ColdPart = (typeof COLD_PARTS)[number];

/** The median of one part over the calls that had it; nanoseconds. */
export interface ColdPartMedian {
  readonly part: ColdPart;
  readonly median: number;
  readonly n: number;
}

/** Where the time of a cell's cold calls goes. Medians of parts do not add up exactly to the median of the whole. */
export interface ColdSplit {
  readonly cell: Cell;
  readonly n: number;
  /** Median of `client_ms`, nanoseconds. */
  readonly whole: number;
  readonly parts: readonly ColdPartMedian[];
}

function notNegative(value: number): number | undefined {
  return value >= 0 ? value : undefined;
}

/** One call's value of a part; absent without evidence. */
function partOf(sample: ReportedSample, part: ColdPart): number | undefined {
  const { report, moduleLoad, fn } = sample;
  const code = report.init !== undefined && moduleLoad !== undefined && moduleLoad <= report.init ? moduleLoad : undefined;
  switch (part) {
    case 'outside':
      return metricNamed('outside_ms').figureOf(sample);
    case 'init':
      return code === undefined ? report.init : undefined;
    case 'runtime init':
      return code === undefined ? undefined : (report.init ?? 0) - code;
    case 'code init':
      return code;
    case 'handler':
      return report.duration === undefined || fn?.total === undefined ? undefined : notNegative(report.duration - fn.total);
    default:
      return fn?.phases[part];
  }
}

/** Medians of the parts of a cell's cold calls; absent where no call was timed by the driver. */
export function splitCold({ cell, measured }: CellSamples): ColdSplit | undefined {
  const whole = sortAscending(measured.flatMap(({ client }) => client?.total ?? []));
  if (cell.start !== 'cold' || whole.length === 0) return undefined;
  const parts = COLD_PARTS.flatMap((part): ColdPartMedian[] => {
    const values = sortAscending(measured.flatMap((sample) => partOf(sample, part) ?? []));
    return values.length === 0 ? [] : [{ part, median: nearestRank(values, 0.5), n: values.length }];
  });
  return { cell, n: whole.length, whole: nearestRank(whole, 0.5), parts };
}
