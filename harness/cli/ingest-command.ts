import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { formatLogCsv, formatLogMarkdown, formatLogSummary, type LogReport } from '../../reports/ingest.ts';
import { type LogRecord, newLogRecords } from '../collect/log-records.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { LogCounts } from '../domain/log-summary.ts';
import { type Nanoseconds, toMilliseconds } from '../domain/nanoseconds.ts';
import { nearestName } from '../plan/options.ts';
import { encodeHistogramLog } from '../record/histogram-log.ts';
import { openReportFolder } from '../run/folder-run-store.ts';
import { readLog, UnreadableInput } from '../run/log-input.ts';
import { LOG_GROUPINGS, type LogGrouping, type LogSummary, newLogSummary } from '../run/log-summary.ts';
import type { CommandIo } from './io.ts';

/** Flags of `bench ingest`. */
export interface IngestFlags {
  readonly by?: string;
  readonly json?: boolean;
  readonly out?: string;
}

function refused(what: string, why: string, tryCommands: readonly string[]): BenchError {
  return new BenchError({ exitCode: EXIT_CODES.usage, what, why, tryCommands, leftBehind: 'Nothing was written.' });
}

function parseGrouping(text: string | undefined): LogGrouping {
  if (text === undefined) return 'function';
  const known = LOG_GROUPINGS.find((name) => name === text);
  if (known !== undefined) return known;
  const nearest = nearestName(text, LOG_GROUPINGS);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  const why = `--by: unknown grouping "${text}".${hint} Known: ${LOG_GROUPINGS.join(', ')}.`;
  throw refused('An option cannot be used.', why, ['npm run bench -- ingest --help']);
}

function checkInputs(files: readonly string[]): void {
  const missing = files.find((file) => file !== '-' && !existsSync(file));
  if (missing === undefined && files.length > 0) return;
  const why = missing === undefined ? 'no file was named' : `${missing} does not exist`;
  throw refused('There are no logs to read.', why, [
    'npm run bench -- ingest FILE.log FILE.gz',
    'aws logs tail /aws/lambda/NAME --since 1d | npm run --silent bench -- ingest -',
  ]);
}

function milliseconds<Key extends string>(key: Key, value: Nanoseconds | undefined): { readonly [key in Key]?: number } {
  return (value === undefined ? {} : { [key]: toMilliseconds(value) }) as { readonly [key in Key]?: number };
}

/** One record of `--json`: what the line does not hold is absent. */
function jsonRecord({ report }: LogRecord): object {
  const { requestId, duration, billed, memoryMb, maxMemoryMb, init, restore, billedRestore, status, errorType } = report;
  return {
    requestId,
    ...milliseconds('durationMs', duration),
    ...milliseconds('billedMs', billed),
    ...(memoryMb === undefined ? {} : { memorySizeMb: memoryMb }),
    ...(maxMemoryMb === undefined ? {} : { maxMemoryUsedMb: maxMemoryMb }),
    ...milliseconds('initMs', init),
    ...milliseconds('restoreMs', restore),
    ...milliseconds('billedRestoreMs', billedRestore),
    ...(status === undefined ? {} : { status }),
    ...(errorType === undefined ? {} : { errorType }),
  };
}

/** Characters held back until there is something worth a write. */
const WRITE_AT = 65_536;

/** The one document of `--json`, written as the records come. */
function newJsonDocument(out: NodeJS.WritableStream) {
  let pending = '{"records":[';
  let separator = '\n';
  return {
    record: (record: LogRecord): void => {
      pending += `${separator}${JSON.stringify(jsonRecord(record))}`;
      separator = ',\n';
    },
    /** Waits while the reader of the document is slower than the logs. */
    flush: async (atLeast: number): Promise<void> => {
      if (pending.length < atLeast) return;
      const text = pending;
      pending = '';
      if (!out.write(text)) await once(out, 'drain');
    },
    end: async ({ passedOver, malformed }: LogCounts): Promise<void> => {
      out.write(`${pending}\n],"passedOver":${passedOver},"malformed":${malformed}}\n`);
    },
  };
}

async function writeFiles(folder: string, report: LogReport, summary: LogSummary): Promise<void> {
  const store = openReportFolder(folder);
  await store.writeFile('report.md', formatLogMarkdown(report));
  await store.writeFile('summary.csv', formatLogCsv(report));
  // Logs of many inputs have no one beginning.
  await store.writeFile('histograms.hlog', encodeHistogramLog({ startMs: 0 }, summary.series()));
}

/** `bench ingest FILE…`: what platform logs say that somebody already has. `-` is standard input. */
export async function ingestCommand(files: readonly string[], flags: IngestFlags, io: CommandIo, input: Readable): Promise<ExitCode> {
  const by = parseGrouping(flags.by);
  checkInputs(files);
  const summary = newLogSummary(by);
  const document = flags.json === true ? newJsonDocument(io.stdout) : undefined;
  const records = newLogRecords((record) => {
    summary.add(record);
    document?.record(record);
  });
  try {
    for (const file of files) await readLog(file, input, records, () => document?.flush(WRITE_AT));
  } catch (error) {
    if (error instanceof UnreadableInput) throw refused('The logs cannot be read.', error.message, ['file FILE   (text or gzip?)']);
    throw error;
  }
  const counts = records.end();
  const report: LogReport = { inputs: files, groups: summary.groups(), rows: summary.rows(), counts };
  await document?.end(counts);
  if (document === undefined) io.stdout.write(formatLogSummary(report));
  if (flags.out !== undefined) {
    await writeFiles(flags.out, report, summary);
    io.stderr.write(`Files  ${flags.out}: report.md  summary.csv  histograms.hlog\n`);
  }
  return EXIT_CODES.ok;
}
