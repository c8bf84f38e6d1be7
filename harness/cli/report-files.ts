import { formatComparisonsCsv } from '../../reports/comparisons-csv.ts';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { formatSamplesCsv } from '../../reports/samples-csv.ts';
import { formatSummaryCsv } from '../../reports/summary-csv.ts';
import type { Analysis } from '../analyse/analysis.ts';
import type { RunStore } from '../domain/ports.ts';
import { encodeHistogramLog } from '../record/histogram-log.ts';
import { histogramSeries, histogramSpan } from '../run/histogram-series.ts';

/** Writes what follows from an analysis, without the samples themselves: the same input gives the same bytes. */
export async function writeAnalysisFiles(store: Pick<RunStore, 'writeFile'>, analysis: Analysis): Promise<void> {
  const { runId } = analysis.manifest;
  await store.writeFile('summary.csv', formatSummaryCsv(runId, analysis.summary));
  await store.writeFile('comparisons.csv', formatComparisonsCsv(runId, analysis.comparisons));
  await store.writeFile('histograms.hlog', encodeHistogramLog(histogramSpan(analysis), histogramSeries(analysis)));
  await store.writeFile('report.md', formatMarkdownReport(analysis));
}

/** Writes every report of a run from one analysis: the same input gives the same bytes. */
export async function writeReports(store: RunStore, analysis: Analysis): Promise<void> {
  await store.writeFile('samples.csv', formatSamplesCsv(analysis.manifest.runId, analysis.samples));
  await writeAnalysisFiles(store, analysis);
}
