import type { Analysis } from '../analyse/analysis.ts';
import { groupByCell } from '../analyse/cell-samples.ts';
import { METRICS, metricValues } from '../analyse/metric.ts';
import { formatCell } from '../domain/cell.ts';
import type { HistogramSeries, LogSpan } from '../record/histogram-log.ts';

/** The run's span for its histogram log. */
export function histogramSpan({ manifest }: Analysis): LogSpan {
  const startMs = Date.parse(manifest.startedAt);
  return manifest.endedAt === undefined ? { startMs } : { startMs, endMs: Date.parse(manifest.endedAt) };
}

/** One series a cell and metric, made when asked for. A run with a wrong path has none. */
export function* histogramSeries({ manifest, samples }: Analysis): Generator<HistogramSeries> {
  if ((manifest.wrongPaths ?? []).length > 0) return;
  for (const { cell, measured } of groupByCell(manifest.plan, samples)) {
    for (const metric of METRICS.filter(({ starts }) => starts.includes(cell.start))) {
      yield { tag: `${formatCell(cell)}/${metric.name}`, values: metricValues(measured, metric) };
    }
  }
}
