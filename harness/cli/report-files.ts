import { formatComparisonsCsv } from '../../reports/comparisons-csv.ts';
import { formatGithubSummary } from '../../reports/github-summary.ts';
import { formatHtmlReport } from '../../reports/html.ts';
import { formatReportJson } from '../../reports/json.ts';
import { formatJunit } from '../../reports/junit.ts';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { formatSummaryCsv } from '../../reports/summary-csv.ts';
import type { Analysis } from '../analyse/analysis.ts';
import type { RunStore } from '../domain/ports.ts';
import { encodeHistogramLog } from '../record/histogram-log.ts';
import { histogramSeries, histogramSpan } from '../run/histogram-series.ts';
import { type ReportChoices, type Reporter, USUAL_CHOICES } from './report-choices.ts';
import { writeSamplesCsv } from './samples-csv-file.ts';

type Store = Pick<RunStore, 'writeFile'>;

/** Files of the forms that are written when asked for. */
const REPORTER_FILES: Readonly<Record<Reporter, { readonly name: string; readonly format: (analysis: Analysis) => string }>> = {
  github: { name: 'github-summary.md', format: formatGithubSummary },
  junit: { name: 'report.junit.xml', format: formatJunit },
};

/** No cell of ours holds a line break, so every one ends a row. */
function withLineEnds(csv: string, { csvEol }: ReportChoices): string {
  return csvEol === 'lf' ? csv : csv.replaceAll('\n', '\r\n');
}

/** Writes what follows from an analysis, without the samples themselves: the same input gives the same bytes. */
export async function writeAnalysisFiles(store: Store, analysis: Analysis, choices: ReportChoices = USUAL_CHOICES): Promise<void> {
  const { runId } = analysis.manifest;
  await store.writeFile('summary.csv', withLineEnds(formatSummaryCsv(runId, analysis.summary), choices));
  await store.writeFile('comparisons.csv', withLineEnds(formatComparisonsCsv(runId, analysis.comparisons), choices));
  await store.writeFile('histograms.hlog', encodeHistogramLog(histogramSpan(analysis), histogramSeries(analysis)));
  await store.writeFile('report.md', formatMarkdownReport(analysis));
  await store.writeFile('report.json', formatReportJson(analysis));
  for (const { name, format } of choices.reporters.map((reporter) => REPORTER_FILES[reporter]))
    await store.writeFile(name, format(analysis));
  await store.writeFile('report.html', formatHtmlReport(analysis));
}

/** Writes every report of a run from one analysis: the same input gives the same bytes. */
export async function writeReports(store: RunStore, analysis: Analysis, choices: ReportChoices = USUAL_CHOICES): Promise<void> {
  await writeSamplesCsv(store, analysis.manifest.runId, analysis.samples, choices.csvEol);
  await writeAnalysisFiles(store, analysis, choices);
}
