import { formatTerminalSummary } from '../../reports/terminal.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { loadAnalysis } from '../run/load.ts';
import { type ForeignFlags, foreignReport, isSampleFile } from './foreign-report.ts';
import type { CommandIo } from './io.ts';
import { writeReports } from './report-files.ts';

/** A run's folder says itself what its reference, place and seed were. */
function refuseFlags(flags: ForeignFlags, run: string): void {
  const given = Object.keys(flags).map((name) => `--${name}`);
  if (given.length === 0) return;
  throw new BenchError({
    exitCode: EXIT_CODES.usage,
    what: given.length === 1 ? 'An option cannot be used.' : `${given.length} options cannot be used.`,
    why: `${given.join(', ')}: only for a file of samples; ${run} is a run's folder, which says that itself`,
    tryCommands: [`npm run bench -- report ${run}`],
    leftBehind: 'Nothing was written.',
  });
}

/** `bench report RUN|FILE.csv`: reads raw data and writes its reports again, byte for byte; or analyses another tool's samples. */
export async function reportCommand(source: string, flags: ForeignFlags, io: CommandIo): Promise<ExitCode> {
  if (isSampleFile(source)) return foreignReport(source, flags, io);
  refuseFlags(flags, source);
  const store = openRunFolder(source);
  const analysis = await loadAnalysis(store);
  await writeReports(store, analysis);
  io.stdout.write(formatTerminalSummary(analysis, source));
  return EXIT_CODES.ok;
}
