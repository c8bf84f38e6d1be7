/** What `report.json` holds for the charts, taken from `samples.csv` once more: by nearest rank and nothing of the tool. */
import type { Cell, Forms, Row } from './report-document.ts';
import type { Pair } from './report-forms.ts';

function measured(samples: readonly Row[], cell: Cell): readonly Row[] {
  return samples.filter(
    (row) =>
      row['discarded'] === 'false' &&
      row['outcome'] === 'ok' &&
      (['scenario', 'target', 'start', 'connection'] as const).every((name) => row[name] === cell[name]),
  );
}

const values = (rows: readonly Row[], metric: string): readonly number[] =>
  rows
    .filter((row) => (row[metric] ?? '') !== '')
    .map((row) => Number(row[metric]))
    .sort((a, b) => a - b);

/** Nearest rank; shares are decimal fractions, which are not whole in binary. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(1, Math.ceil(share * sorted.length - 1e-9)) - 1];
}

const nameOf = ({ scenario, target, start, connection }: Cell): string => [scenario, target, start, connection].join('/');

/** Every point of every curve. */
export function curvesFromSamples({ report, samples }: Forms): readonly Pair[] {
  return report.series.curves.flatMap((curve) => {
    const sorted = values(measured(samples, curve), curve.metric);
    const count: Pair = { of: `${nameOf(curve)} n`, seen: curve.n, expected: sorted.length };
    return [
      count,
      ...curve.points.map(({ share, value_ms: seen }) => ({ of: `${nameOf(curve)} ${share}`, seen, expected: quantile(sorted, share) })),
    ];
  });
}

/** The limits of the curves' printed quantiles, which the summary has too. */
export function curveLimits({ report, summary }: Forms): readonly Pair[] {
  return report.series.curves.flatMap((curve) =>
    curve.points.flatMap((point): Pair[] => {
      const row = summary.find(
        (one) =>
          one['statistic'] === `p${Math.round(point.share * 100)}` &&
          one['metric'] === curve.metric &&
          one['population'] === 'all' &&
          (['scenario', 'target', 'start', 'connection'] as const).every((name) => one[name] === curve[name]),
      );
      if (row === undefined || ![0.5, 0.9, 0.99].includes(point.share)) return [];
      const text = (ms: number | null): string => (ms === null ? '' : ms.toFixed(6));
      const seen = [point.value_ms, point.ci_low_ms, point.ci_high_ms].map(text);
      return [{ of: `${nameOf(curve)} ${point.share}`, seen, expected: [row['value_ms'], row['ci_low_ms'], row['ci_high_ms']] }];
    }),
  );
}

/** Median and middle half of every step. */
export function coursesFromSamples({ report, samples }: Forms): readonly Pair[] {
  return report.series.courses.flatMap((course) => {
    const own = measured(samples, course);
    return course.steps.map((step): Pair => {
      const inStep = own.filter((row) => Number(row['round']) >= step.first_round && Number(row['round']) <= step.last_round);
      const sorted = values(inStep, course.metric);
      const expected = [sorted.length, ...[0.5, 0.25, 0.75].map((share) => quantile(sorted, share))];
      const seen = [step.n, step.median_ms, step.lower_quartile_ms, step.upper_quartile_ms];
      return { of: `${nameOf(course)} round ${step.first_round}`, seen, expected };
    });
  });
}

/** The whole of the cold calls, and those parts that have a column. */
export function coldFromSamples({ report, samples }: Forms): readonly Pair[] {
  return report.series.cold_splits.flatMap((split) => {
    const own = measured(samples, split);
    const parts = split.parts
      .filter(({ part }) => own.some((row) => `fn_${part}_ms` in row))
      .map(({ part, median_ms: seen }) => ({
        of: `${nameOf(split)} ${part}`,
        seen,
        expected: quantile(values(own, `fn_${part}_ms`), 0.5),
      }));
    return [{ of: nameOf(split), seen: split.whole_ms, expected: quantile(values(own, 'client_ms'), 0.5) }, ...parts];
  });
}

/** How many calls of each cell, and what became of all. */
export function countsFromSamples({ report, samples }: Forms): readonly Pair[] {
  const { accounting, series } = report;
  const kept = samples.filter(({ discarded, outcome }) => discarded === 'false' && outcome === 'ok').length;
  const total = (rows: readonly { readonly count: number }[]): number => rows.reduce((sum, { count }) => sum + count, 0);
  return [
    ...series.counts.map((one) => ({ of: nameOf(one), seen: one.measured, expected: measured(samples, one).length })),
    { of: 'measured', seen: accounting.measured, expected: kept },
    { of: 'over the cells', seen: series.counts.reduce((sum, one) => sum + one.measured, 0), expected: kept },
    { of: 'discarded', seen: total(accounting.discarded), expected: samples.filter(({ discarded }) => discarded === 'true').length },
    { of: 'asked', seen: accounting.asked, expected: samples.length },
    { of: 'sum', seen: accounting.measured + total(accounting.discarded) + total(accounting.failed), expected: samples.length },
  ];
}

const MICRO = 1e6;

/** Differences of phases are differences of the medians that the summary has, and the rest is what they leave. */
export function attributionsFromSummary({ report, summary }: Forms): readonly Pair[] {
  const median = (cell: Omit<Cell, 'start'>, scenario: string, metric: string): number =>
    Number(
      summary.find(
        (row) =>
          row['start'] === 'warm' &&
          row['population'] === 'all' &&
          row['statistic'] === 'p50' &&
          row['metric'] === metric &&
          row['scenario'] === scenario &&
          row['target'] === cell.target &&
          row['connection'] === cell.connection,
      )?.['value_ms'],
    );
  const nanoseconds = (ms: number | null): number => Math.round((ms ?? Number.NaN) * MICRO) + 0;
  return report.attributions.flatMap((one) => {
    const between = (metric: string): number => median(one, one.scenario, metric) - median(one, one.reference, metric);
    const phases = one.phases.map(({ phase, difference_ms: seen }) => ({
      of: `${one.target} ${one.connection} ${one.scenario} ${phase}`,
      seen: nanoseconds(seen),
      expected: nanoseconds(between(`fn_${phase}_ms`)),
    }));
    const left = (one.difference_ms ?? Number.NaN) - one.phases.reduce((sum, { difference_ms: ms }) => sum + (ms ?? Number.NaN), 0);
    return [
      ...phases,
      { of: `${one.target} ${one.connection} whole`, seen: nanoseconds(one.difference_ms), expected: nanoseconds(between('fn_total_ms')) },
      { of: `${one.target} ${one.connection} rest`, seen: nanoseconds(one.rest_ms), expected: nanoseconds(left) },
    ];
  });
}
