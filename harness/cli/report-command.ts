import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { type ForeignFlags, foreignReport, isSampleFile } from './foreign-report.ts';
import type { CommandIo } from './io.ts';
import { parseReportChoices, type ReportFlags } from './report-choices.ts';
import { printReport } from './report-output.ts';
import { reportRun } from './report-run.ts';

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
export async function reportCommand(source: string, flags: ForeignFlags & ReportFlags, io: CommandIo): Promise<ExitCode> {
  const { reporter, csvEol, json = false, ...ofFile } = flags;
  const choices = parseReportChoices(
    { ...(reporter === undefined ? {} : { reporter }), ...(csvEol === undefined ? {} : { csvEol }) },
    io.env,
  );
  if (isSampleFile(source)) return foreignReport(source, ofFile, choices, json, io);
  refuseFlags(ofFile, source);
  const store = openRunFolder(source);
  const analysis = await reportRun(store, choices);
  printReport(analysis, source, json, choices, io);
  return EXIT_CODES.ok;
}
