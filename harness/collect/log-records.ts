import type { LogCounts, LoggedStart } from '../domain/log-summary.ts';
import { given } from './absence.ts';
import type { PlatformLine, ReportLine } from './line.ts';
import { eventsInJson, type IndentedReader, type LoggedText, newIndentedReader, unwrapLine } from './log-wrapping.ts';
import { parsePlatformLine, parsePlatformLines } from './platform-line.ts';
import { continuesReport } from './text-line.ts';

/** One invocation's REPORT with what is known of where it was logged. */
export interface LogRecord {
  readonly report: ReportLine;
  readonly start: LoggedStart;
  /** Its status is not `success`, or it names an error: its times are no handler's. */
  readonly failed: boolean;
  readonly functionName?: string;
  readonly logStream?: string;
}

/** Reads logs line by line; each REPORT is given to the listener as soon as it is whole. */
export interface LogRecords {
  line(line: string): void;
  /** An event that has been taken out of its wrapping already. */
  event(event: LoggedText): void;
  /** Forgets what is known of the input's form: another file begins. */
  nextInput(): void;
  /** Ends the last record. */
  end(): LogCounts;
}

/** Functions of so many log streams are remembered; streams come one after the other as a rule. */
const REMEMBERED_STREAMS = 10_000;

function startOf({ init, restore }: ReportLine): LoggedStart {
  if (restore !== undefined) return 'restored';
  return init === undefined ? 'warm' : 'cold';
}

function isFailed({ status, errorType }: ReportLine): boolean {
  return errorType !== undefined || (status !== undefined && status !== 'success');
}

function functionIn(group: string | undefined, stream: string | undefined): string | undefined {
  return /^\/aws\/lambda\/(.+)$/.exec(group ?? '')?.[1] ?? (/^\d{4}\/\d\d\/\d\d\/([^[]+)\[/.exec(stream ?? '')?.[1] || undefined);
}

interface Open {
  readonly text: string;
  readonly report: ReportLine;
  readonly source: LoggedText;
}

/** A reader of logs; `onRecord` is called in the order of the input. */
export function newLogRecords(onRecord: (record: LogRecord) => void): LogRecords {
  const counts = { lines: 0, passedOver: 0, malformed: 0, cut: 0 };
  const functions = new Map<string, string>();
  let open: Open | undefined;
  let indented: IndentedReader | 'undecided' | 'none' = 'undecided';

  const flush = (): void => {
    if (open === undefined) return;
    const { report, source } = open;
    open = undefined;
    if (report.cut) counts.cut++;
    const known = source.logStream === undefined ? undefined : functions.get(source.logStream);
    onRecord({
      ...{ report, start: startOf(report), failed: isFailed(report) },
      ...given('functionName', functionIn(source.logGroup, source.logStream) ?? known),
      ...given('logStream', source.logStream),
    });
  };
  const learn = (line: PlatformLine): void => {
    if (line.kind !== 'initStart' || line.instanceId === undefined) return;
    const name = functionIn(undefined, line.instanceId);
    if (name === undefined) return;
    if (functions.size >= REMEMBERED_STREAMS) functions.clear();
    functions.set(line.instanceId, name);
  };
  const take = (line: PlatformLine, text: string, source: LoggedText): void => {
    flush();
    learn(line);
    if (line.kind === 'report') open = { text, report: line, source };
    else if (line.kind === 'malformed') counts.malformed++;
    else counts.passedOver++;
  };
  const event = (source: LoggedText): void => {
    // An event's own line ends belong to it, as the X-Ray part of a REPORT does.
    for (const line of parsePlatformLines(source.text)) take(line, source.text, source);
    flush();
  };
  const plain = (line: string): void => {
    const source = unwrapLine(line);
    if (open !== undefined && continuesReport(source.text, open.report)) {
      const joined = `${open.text}\n${source.text}`;
      const again = parsePlatformLine(joined);
      if (again.kind === 'report') open = { ...open, text: joined, report: again };
      return;
    }
    take(parsePlatformLine(source.text), source.text, source);
  };
  const json = (line: string): boolean => {
    if (!line.startsWith('{')) return false;
    try {
      const events = eventsInJson(JSON.parse(line));
      events?.forEach(event);
      return events !== undefined;
    } catch {
      return false;
    }
  };
  return {
    event,
    line: (line) => {
      if (line.trim() === '') return;
      counts.lines++;
      if (indented === 'undecided') indented = /^\s*[{[]\s*$/.test(line) ? newIndentedReader() : 'none';
      if (indented === 'none') {
        if (!json(line)) plain(line);
        return;
      }
      const read = indented.read(line);
      if (read !== undefined) event(read);
    },
    nextInput: () => {
      flush();
      indented = 'undecided';
    },
    end: () => {
      flush();
      return { ...counts };
    },
  };
}
