import { type Nanoseconds, nanosecondsFromMilliseconds } from '../domain/nanoseconds.ts';
import { given } from './absence.ts';
import { type Field, type Scan, scanLabels } from './labels.ts';
import { malformed, type PlatformLine, type ReportLine } from './line.ts';
import { readMegabytes, readMilliseconds } from './quantity.ts';

/** Labels whose value is a quantity or one word; of any other, the value may have several words. */
const ONE_WORD: ReadonlySet<string> = new Set([
  'RequestId',
  'Version',
  'Duration',
  'Billed Duration',
  'Memory Size',
  'Max Memory Used',
  'Init Duration',
  'Restore Duration',
  'Billed Restore Duration',
  'Status',
  'Error Type',
  'Phase',
  'XRAY TraceId',
  'SegmentId',
  'Sampled',
  'Runtime Version',
  'Runtime Version ARN',
]);

type TextKind = 'initStart' | 'start' | 'end' | 'report' | 'initReport' | 'restoreStart' | 'restoreReport' | 'extension';

/** The word at the line's start, and the label that must follow for the line to be the platform's. */
const OPENINGS: readonly { readonly word: string; readonly first: string; readonly kind: TextKind }[] = [
  { word: 'INIT_START', first: 'Runtime Version', kind: 'initStart' },
  { word: 'START', first: 'RequestId', kind: 'start' },
  { word: 'END', first: 'RequestId', kind: 'end' },
  { word: 'REPORT', first: 'RequestId', kind: 'report' },
  { word: 'INIT_REPORT', first: 'Init Duration', kind: 'initReport' },
  { word: 'RESTORE_START', first: 'Runtime Version', kind: 'restoreStart' },
  { word: 'RESTORE_REPORT', first: 'Restore Duration', kind: 'restoreReport' },
  { word: 'EXTENSION', first: 'Name', kind: 'extension' },
];

const OLD_TIMEOUT = /^\d{4}-\d\d-\d\dT[\d:.]+Z\s+(\S+)\s+Task timed out after (\d+(?:\.\d+)?) seconds\s*$/;
const OLD_FAULT = /^RequestId: (\S+)\s+(Process exited before completing request|Error: [\s\S]*)/;

/** Reads one text line (or event, which may hold the X-Ray part on a second line). Never throws. */
export function parseTextLine(line: string): PlatformLine {
  const word = /^[A-Z_]+/.exec(line)?.[0] ?? '';
  const opening = OPENINGS.find((candidate) => candidate.word === word);
  if (opening === undefined) return parseOldLine(line, word);
  const rest = line.slice(word.length);
  if (!/^\s/.test(rest)) return { kind: 'application' };
  if (!startsWithLabel(rest, opening.first)) {
    const isCut = `${opening.first}:`.startsWith(rest.trim());
    return isCut ? malformed(`cut before ${opening.first}`, line) : { kind: 'application' };
  }
  const scan = scanLabels(rest, ONE_WORD);
  const twice = firstRepeated(scan.fields);
  if (twice !== undefined) return malformed(`${twice} stands there twice`, line);
  return built(opening.kind, scan, line);
}

/** Whether `text` carries on a REPORT that began on an earlier line: it starts with one of a REPORT's labels. */
export function continuesReport(text: string, report: ReportLine): boolean {
  const label = /^(XRAY TraceId|Duration|Billed Duration|Memory Size|Max Memory Used|Init Duration|Status):(?:\s|$)/.exec(text)?.[1];
  if (label === undefined) return false;
  return label === 'XRAY TraceId' ? report.traceId === undefined : report.billed === undefined;
}

function parseOldLine(line: string, word: string): PlatformLine {
  if (word === 'LAMBDA_WARNING' && line.startsWith('LAMBDA_WARNING:')) return { kind: 'otherPlatform', type: 'LAMBDA_WARNING' };
  if (line.startsWith('XRAY TraceId:')) return malformed('an X-Ray line without its REPORT', line);
  const timeout = OLD_TIMEOUT.exec(line);
  if (timeout) return timeoutLine(timeout[1] ?? '', Number(timeout[2]), line);
  const fault = OLD_FAULT.exec(line);
  if (fault) return { kind: 'fault', requestId: fault[1] ?? '', message: (fault[2] ?? '').trim() };
  return { kind: 'application' };
}

function timeoutLine(requestId: string, seconds: number, line: string): PlatformLine {
  const milliseconds = seconds * 1000;
  if (milliseconds > Number.MAX_SAFE_INTEGER / 1e6) return malformed('a timeout of more than 104 days', line);
  return { kind: 'timeoutLine', requestId, after: nanosecondsFromMilliseconds(milliseconds) };
}

function startsWithLabel(rest: string, label: string): boolean {
  const text = rest.trimStart();
  return text.startsWith(`${label}:`) && /^(?:\s|$)/.test(text.slice(label.length + 1));
}

function firstRepeated(fields: readonly Field[]): string | undefined {
  return fields.find((field, index) => fields.findIndex((other) => other.label === field.label) < index)?.label;
}

function built(kind: TextKind, scan: Scan, line: string): PlatformLine {
  const values = new Map(scan.fields.map((field) => [field.label, field.value]));
  const word = (label: string) => values.get(label) || undefined;
  const requestId = word('RequestId');
  switch (kind) {
    case 'start':
      return requestId === undefined
        ? malformed('START without a request id', line)
        : { kind, requestId, ...given('version', word('Version')) };
    case 'end':
      return requestId === undefined ? malformed('END without a request id', line) : { kind, requestId };
    case 'report':
      return requestId === undefined ? malformed('REPORT without a request id', line) : reportLine(requestId, scan);
    case 'initStart':
    case 'restoreStart':
      return { kind, ...given('runtimeVersion', word('Runtime Version')), ...given('runtimeVersionArn', word('Runtime Version ARN')) };
    case 'initReport':
      return { kind, ...given('duration', span(word('Init Duration'))), ...given('phase', word('Phase')), ...statusOf(word) };
    case 'restoreReport':
      return { kind, ...given('duration', span(word('Restore Duration'))), ...statusOf(word) };
    case 'extension':
      return { kind, ...given('name', word('Name')), ...given('state', word('State')), ...given('events', word('Events')) };
  }
}

type ReportMember = 'duration' | 'billed' | 'init' | 'restore' | 'billedRestore';

const SPANS: Readonly<Record<string, ReportMember>> = {
  Duration: 'duration',
  'Billed Duration': 'billed',
  'Init Duration': 'init',
  'Restore Duration': 'restore',
  'Billed Restore Duration': 'billedRestore',
};
const SIZES: Readonly<Record<string, 'memoryMb' | 'maxMemoryMb'>> = { 'Memory Size': 'memoryMb', 'Max Memory Used': 'maxMemoryMb' };
const WORDS: Readonly<Record<string, 'status' | 'errorType' | 'traceId' | 'segmentId' | 'sampled'>> = {
  Status: 'status',
  'Error Type': 'errorType',
  'XRAY TraceId': 'traceId',
  SegmentId: 'segmentId',
  Sampled: 'sampled',
};

/** What a REPORT's `Status` can say; a shorter word at the end of the text may be one of these, cut. */
const STATUSES = ['success', 'failure', 'error', 'timeout'];

function reportLine(requestId: string, scan: Scan): ReportLine {
  const figures: { -readonly [member in keyof ReportLine]?: ReportLine[member] } = {};
  const others: Record<string, string> = {};
  let cut = scan.endsForeign;
  for (const field of scan.fields) {
    if (field.label === 'RequestId') cut ||= field.atEnd;
    else if (!read(field, figures)) {
      others[field.label] = field.value;
      cut ||= ONE_WORD.has(field.label) || field.value === '';
    }
  }
  return { kind: 'report', format: 'text', requestId, ...figures, others, cut };
}

/** Sets the figure that the field gives; false when it is none, or cannot be read. */
function read(field: Field, into: { -readonly [member in keyof ReportLine]?: ReportLine[member] }): boolean {
  const spanMember = own(SPANS, field.label);
  if (spanMember !== undefined) {
    const value = readMilliseconds(field.value);
    if (value !== undefined) into[spanMember] = value;
    return value !== undefined;
  }
  const sizeMember = own(SIZES, field.label);
  if (sizeMember !== undefined) {
    const value = readMegabytes(field.value);
    if (value !== undefined) into[sizeMember] = value;
    return value !== undefined;
  }
  const wordMember = own(WORDS, field.label);
  if (wordMember === undefined || field.value === '' || isCutStatus(field)) return false;
  into[wordMember] = field.value;
  return true;
}

function own<Member>(table: Readonly<Record<string, Member>>, label: string): Member | undefined {
  return Object.hasOwn(table, label) ? table[label] : undefined;
}

function isCutStatus(field: Field): boolean {
  if (field.label !== 'Status' || !field.atEnd || STATUSES.includes(field.value)) return false;
  return STATUSES.some((status) => status.startsWith(field.value));
}

function span(value: string | undefined): Nanoseconds | undefined {
  return value === undefined ? undefined : readMilliseconds(value);
}

function statusOf(word: (label: string) => string | undefined): { readonly status?: string; readonly errorType?: string } {
  return { ...given('status', word('Status')), ...given('errorType', word('Error Type')) };
}
