import { formatSamplesCsv } from '../../reports/samples-csv.ts';
import type { RunStore } from '../domain/ports.ts';
import type { Samples } from '../domain/samples.ts';
import type { ReportChoices } from './report-choices.ts';

/** Writes `samples.csv`, which needs no analysis. */
export async function writeSamplesCsv(
  store: Pick<RunStore, 'writeFile'>,
  runId: string,
  samples: Samples,
  csvEol: ReportChoices['csvEol'],
): Promise<void> {
  await store.writeFile('samples.csv', formatSamplesCsv(runId, samples, csvEol === 'lf' ? '\n' : '\r\n'));
}
