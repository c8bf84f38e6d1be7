import { formatTerminalSummary } from '../../reports/terminal.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { loadAnalysis } from '../run/load.ts';
import type { CommandIo } from './io.ts';
import { writeReports } from './report-files.ts';

/** `bench report RUN`: reads the run's raw data and writes its reports again, byte for byte. */
export async function reportCommand(run: string, io: CommandIo): Promise<ExitCode> {
  const store = openRunFolder(run);
  const analysis = await loadAnalysis(store);
  await writeReports(store, analysis);
  io.stdout.write(formatTerminalSummary(analysis, run));
  return EXIT_CODES.ok;
}
