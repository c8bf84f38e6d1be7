import type { Nanoseconds } from '../domain/nanoseconds.ts';
import { given } from './absence.ts';
import { malformed, type PlatformLine, type ReportLine } from './line.ts';
import { spanOf, wholeOf } from './quantity.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one line of log format JSON. An object without `type: "platform.…"` is the application's. Never throws;
 * a platform object that JSON.parse refuses (cut, garbled) is malformed.
 */
export function parseJsonLine(line: string): PlatformLine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    const looksPlatform = /^\{\s*(?:"time"\s*:\s*"[^"]*"\s*,\s*)?"type"\s*:\s*"platform\./.test(line);
    return looksPlatform ? malformed('JSON that was cut or garbled', line) : { kind: 'application' };
  }
  const type = text(fieldsOf(parsed)['type']);
  if (type === undefined || !type.startsWith('platform.')) return { kind: 'application' };
  return platformObject(type, fieldsOf(parsed)['record'], line);
}

function platformObject(type: string, record: unknown, line: string): PlatformLine {
  const fields = fieldsOf(record);
  const requestId = text(fields['requestId']);
  switch (type) {
    case 'platform.initStart':
      return {
        kind: 'initStart',
        ...initOf(fields),
        ...runtimeOf(fields),
        ...given('instanceId', text(fields['instanceId'])),
      };
    case 'platform.restoreStart':
      return { kind: 'restoreStart', ...runtimeOf(fields) };
    case 'platform.initReport':
      return { kind: 'initReport', ...durationOf(fields), ...initOf(fields), ...statusOf(fields) };
    case 'platform.restoreReport':
      return { kind: 'restoreReport', ...durationOf(fields), ...statusOf(fields) };
    case 'platform.initRuntimeDone':
    case 'platform.restoreRuntimeDone':
      return { kind: 'initRuntimeDone', ...initOf(fields), ...statusOf(fields) };
    case 'platform.logsDropped':
      return {
        kind: 'logsDropped',
        ...given('droppedBytes', wholeOf(fields['droppedBytes'])),
        ...given('droppedRecords', wholeOf(fields['droppedRecords'])),
        ...given('reason', text(fields['reason'])),
      };
    case 'platform.extension':
      return { kind: 'extension', ...given('name', text(fields['name'])), ...given('state', text(fields['state'])), ...eventsOf(fields) };
    case 'platform.fault':
      return { kind: 'fault', ...given('requestId', requestId), message: text(record) ?? text(fields['message']) ?? '' };
    case 'platform.start':
    case 'platform.end':
    case 'platform.report':
    case 'platform.runtimeDone':
      return requestId === undefined ? malformed(`${type} without a request id`, line) : invocationObject(type, requestId, fields);
    default:
      return { kind: 'otherPlatform', type };
  }
}

function invocationObject(
  type: 'platform.start' | 'platform.end' | 'platform.report' | 'platform.runtimeDone',
  requestId: string,
  fields: Fields,
): PlatformLine {
  switch (type) {
    case 'platform.start':
      return { kind: 'start', requestId, ...given('version', text(fields['version'])) };
    case 'platform.end':
      return { kind: 'end', requestId };
    case 'platform.runtimeDone':
      return { kind: 'runtimeDone', requestId, ...durationOf(fields), ...statusOf(fields), spans: spansOf(fields['spans']) };
    case 'platform.report':
      return reportObject(requestId, fields);
  }
}

function reportObject(requestId: string, fields: Fields): ReportLine {
  const metrics = fieldsOf(fields['metrics']);
  const tracing = fieldsOf(fields['tracing']);
  const figures = {
    ...given('duration', spanOf(metrics['durationMs'])),
    ...given('billed', spanOf(metrics['billedDurationMs'])),
    ...given('init', spanOf(metrics['initDurationMs'])),
    ...given('restore', spanOf(metrics['restoreDurationMs'])),
    ...given('billedRestore', spanOf(metrics['billedRestoreDurationMs'])),
    ...given('memoryMb', wholeOf(metrics['memorySizeMB'])),
    ...given('maxMemoryMb', wholeOf(metrics['maxMemoryUsedMB'])),
  };
  const trace = { ...given('traceId', text(tracing['value'])), ...given('segmentId', text(tracing['spanId'])) };
  return {
    kind: 'report',
    format: 'json',
    requestId,
    ...figures,
    ...statusOf(fields),
    ...trace,
    others: unread(metrics, figures),
    cut: false,
  };
}

const METRICS: Readonly<Record<string, keyof ReportLine>> = {
  durationMs: 'duration',
  billedDurationMs: 'billed',
  initDurationMs: 'init',
  restoreDurationMs: 'restore',
  billedRestoreDurationMs: 'billedRestore',
  memorySizeMB: 'memoryMb',
  maxMemoryUsedMB: 'maxMemoryMb',
};

function unread(metrics: Fields, figures: Partial<ReportLine>): Readonly<Record<string, string>> {
  const isRead = (name: string) => {
    const member = Object.hasOwn(METRICS, name) ? METRICS[name] : undefined;
    return member !== undefined && figures[member] !== undefined;
  };
  return Object.fromEntries(
    Object.entries(metrics)
      .filter(([name]) => !isRead(name))
      .map(([name, value]) => [name, typeof value === 'object' ? 'not a number' : String(value)]),
  );
}

function spansOf(value: unknown): Readonly<Record<string, Nanoseconds>> {
  if (!Array.isArray(value)) return {};
  const spans = value.flatMap((entry) => {
    const name = text(fieldsOf(entry)['name']);
    const duration = spanOf(fieldsOf(entry)['durationMs']);
    return name === undefined || duration === undefined ? [] : [[name, duration] as const];
  });
  return Object.fromEntries(spans);
}

function initOf(fields: Fields): { readonly initType?: string; readonly phase?: string } {
  return { ...given('initType', text(fields['initializationType'])), ...given('phase', text(fields['phase'])) };
}

function runtimeOf(fields: Fields): { readonly runtimeVersion?: string; readonly runtimeVersionArn?: string } {
  return {
    ...given('runtimeVersion', text(fields['runtimeVersion'])),
    ...given('runtimeVersionArn', text(fields['runtimeVersionArn'])),
  };
}

function statusOf(fields: Fields): { readonly status?: string; readonly errorType?: string } {
  return { ...given('status', text(fields['status'])), ...given('errorType', text(fields['errorType'])) };
}

function durationOf(fields: Fields): { readonly duration?: Nanoseconds } {
  return given('duration', spanOf(fieldsOf(fields['metrics'])['durationMs']));
}

function eventsOf(fields: Fields): { readonly events?: string } {
  const events = fields['events'];
  return Array.isArray(events) ? { events: `[${events.filter((event) => typeof event === 'string').join(', ')}]` } : {};
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
