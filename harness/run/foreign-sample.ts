import { METRICS } from '../analyse/metric.ts';
import { CONNECTIONS, STARTS, type Start } from '../domain/cell.ts';
import { PATHS, type Path } from '../domain/path.ts';
import { PROBE_PHASES } from '../domain/probe-wire.ts';
import {
  type Call,
  type ClientTimings,
  discardReasonOf,
  type FunctionTimings,
  OUTCOMES,
  type Outcome,
  type Purpose,
  REPORT_SOURCES,
  type ReportedSample,
  type ReportFigures,
} from '../domain/sample.ts';
import { TARGETS } from '../domain/target.ts';
import { BadRow, type ForeignFields, quote } from './foreign-field.ts';

/** What no file may lack; beside them it needs at least one time. */
export const NEEDED_COLUMNS = ['scenario', 'target', 'start', 'connection', 'outcome'] as const;

/** One row as a sample. `round` 0 stands where the file has no round. */
export interface ForeignSample {
  readonly sample: ReportedSample;
  /** Rounds of different runs are different rounds, whatever their numbers. */
  readonly runId?: string;
  readonly round?: number;
  /** The file's own word where it is none of our outcomes; such a call counts as failed. */
  readonly unknownOutcome?: string;
}

/** The same object without the keys that have no value. */
function present<T extends object>(parts: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
}

function needed<T>(value: T | undefined, column: string): T {
  if (value === undefined) throw new BadRow(`no ${column}`);
  return value;
}

/** Scenario names go into keys, whose parts a slash separates. */
function parseScenario(text: string): string {
  if (/^[^\p{C}/]{1,64}$/u.test(text)) return text;
  throw new BadRow(`scenario ${quote(text)} must be 1 to 64 visible characters without a slash`);
}

function parseOutcome(fields: ForeignFields): { readonly outcome: Outcome; readonly unknownOutcome?: string } {
  const text = needed(fields.text('outcome'), 'outcome');
  const outcome = OUTCOMES.find((known) => known === text);
  return outcome === undefined ? { outcome: 'failed', unknownOutcome: text } : { outcome };
}

/** Whatever a tool calls its reason, a call that it discarded is not measured. */
function parseDiscardReason(fields: ForeignFields, outcome: Outcome): string | undefined {
  const reason = fields.text('discard_reason');
  return reason ?? (fields.flag('discarded') === true && outcome === 'ok' ? 'discarded' : undefined);
}

function purposeOf(startAsked: Call['startAsked'], connection: Call['connection'], reason: string | undefined): Purpose {
  if (reason === discardReasonOf('blocked')) return 'blocked';
  if (reason === discardReasonOf('open')) return connection === 'new' ? 'open' : 'settle';
  return startAsked === 'cold' ? 'cold' : 'measure';
}

/** The start that was observed and the one that was asked for; a call that came to nothing may lack the former. */
function parseStarts(fields: ForeignFields): { readonly start?: Start; readonly startAsked: Call['startAsked'] } {
  const start = fields.word('start', STARTS);
  const asked = fields.word('start_asked', ['cold', 'warm'] as const);
  const startAsked = asked ?? (needed(start, 'start') === 'warm' ? 'warm' : 'cold');
  return start === undefined ? { startAsked } : { start, startAsked };
}

function parseClient(fields: ForeignFields): ClientTimings | undefined {
  const total = fields.time('client_ms');
  const parts = present<Omit<ClientTimings, 'total'>>({
    sdk: fields.time('client_sdk_ms'),
    wait: fields.time('client_wait_ms'),
    dns: fields.time('client_dns_ms'),
    connect: fields.time('client_connect_ms'),
    tls: fields.time('client_tls_ms'),
    write: fields.time('client_write_ms'),
    ttfb: fields.time('client_ttfb_ms'),
    body: fields.time('client_body_ms'),
  });
  return total === undefined ? undefined : { total, ...parts };
}

function parseFunction(fields: ForeignFields): FunctionTimings | undefined {
  const total = fields.time('fn_total_ms');
  const found = PROBE_PHASES.map((phase) => [phase, fields.time(`fn_${phase}_ms`)] as const);
  const phases = Object.fromEntries(found.filter(([, value]) => value !== undefined));
  if (total === undefined) return Object.keys(phases).length === 0 ? undefined : { phases };
  return { total, phases };
}

function parseReport(fields: ForeignFields): ReportFigures {
  return present<ReportFigures>({
    duration: fields.time('duration_ms'),
    billed: fields.time('billed_ms'),
    init: fields.time('init_ms'),
    restore: fields.time('restore_ms'),
    billedRestore: fields.time('billed_restore_ms'),
    memoryMb: fields.amount('memory_mb'),
    maxMemoryMb: fields.amount('max_memory_mb'),
    status: fields.text('report_status'),
    initType: fields.text('init_type'),
    runtimeVersionArn: fields.text('runtime_version_arn'),
  });
}

function parseRest(fields: ForeignFields) {
  return present<Partial<ReportedSample>>({
    errorPhase: fields.text('error_phase'),
    age: fields.time('age_ms'),
    idleGap: fields.time('idle_gap_ms'),
    requestId: fields.text('request_id'),
    environmentId: fields.text('environment_id'),
    logStream: fields.text('log_stream'),
    client: parseClient(fields),
    fn: parseFunction(fields),
    moduleLoad: fields.time('module_ms'),
    initGap: fields.time('init_gap_ms'),
    tlsResumed: fields.flag('tls_resumed'),
    localAddress: fields.text('local_address'),
    remoteAddress: fields.text('remote_address'),
    seenAddress: fields.text('seen_address'),
    provenPath: fields.word<Path>('path_proof', PATHS),
    azId: fields.text('az_id'),
  });
}

/** One row to a sample. Throws `BadRow` with the reason where it cannot be one. */
export function parseForeignSample(fields: ForeignFields, line: number): ForeignSample {
  const scenario = parseScenario(needed(fields.text('scenario'), 'scenario'));
  const target = needed(fields.word('target', TARGETS), 'target');
  const connection = needed(fields.word('connection', CONNECTIONS), 'connection');
  const { outcome, unknownOutcome } = parseOutcome(fields);
  const { start, startAsked } = parseStarts(fields);
  const discardReason = parseDiscardReason(fields, outcome);
  const round = fields.whole('round');
  const errorClass = fields.text('error_class') ?? unknownOutcome;
  const call: Call = {
    callId: fields.text('call_id') ?? `line-${String(line).padStart(7, '0')}`,
    scenario,
    target,
    round: round ?? 0,
    position: fields.whole('position') ?? 0,
    purpose: purposeOf(startAsked, connection, discardReason),
    startAsked,
    connection,
  };
  const sample: ReportedSample = {
    call,
    outcome,
    ...present<Pick<ReportedSample, 'start' | 'errorClass' | 'discardReason'>>({ start, errorClass, discardReason }),
    askedAt: fields.text('asked_at') ?? '',
    ...parseRest(fields),
    perturbed: fields.flag('perturbed') ?? false,
    report: parseReport(fields),
    reportSource: fields.word('report_source', REPORT_SOURCES) ?? 'missing',
  };
  if (outcome === 'ok' && METRICS.every(({ figureOf }) => figureOf(sample) === undefined))
    throw new BadRow('answered, but without any time');
  return { sample, ...present<Omit<ForeignSample, 'sample'>>({ runId: fields.text('run_id'), round, unknownOutcome }) };
}
