import { stringify } from 'csv-stringify/sync';
import { isMeasuredSample } from '../harness/analyse/cell-samples.ts';
import { formatMilliseconds, type Nanoseconds } from '../harness/domain/nanoseconds.ts';
import type { ReportedSample } from '../harness/domain/sample.ts';
import { type Samples, sampleReaderOf } from '../harness/domain/samples.ts';
import { escapeCsv } from './free-text.ts';

/** Version of the columns of `samples.csv`. */
export const SAMPLES_SCHEMA = 1;

interface Context {
  readonly runId: string;
  readonly sample: ReportedSample;
}

/** Text that neither a spreadsheet nor a CSV reader takes for anything else: it comes through unchanged. */
const PLAIN = /^\w(?:[\w .:/[\]$~-]{0,298}\w)?$/;

/** Most text in a sample was written by somebody else. */
function text(value: string | undefined): string {
  if (value === undefined) return '';
  return PLAIN.test(value) ? value : stringify([[escapeCsv(value)]]).slice(0, -1);
}

function ms(value: Nanoseconds | undefined): string {
  return value === undefined ? '' : formatMilliseconds(value);
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

function flag(value: boolean | undefined): string {
  return value === undefined ? '' : String(value);
}

/** Column name → its value; the order is the file's. Absent values are empty. */
const COLUMNS: readonly (readonly [string, (context: Context) => string])[] = [
  ['schema', () => figure(SAMPLES_SCHEMA)],
  ['run_id', ({ runId }) => text(runId)],
  ['call_id', ({ sample }) => text(sample.call.callId)],
  ['round', ({ sample }) => figure(sample.call.round)],
  ['position', ({ sample }) => figure(sample.call.position)],
  ['scenario', ({ sample }) => text(sample.call.scenario)],
  ['target', ({ sample }) => text(sample.call.target)],
  ['start', ({ sample }) => text(sample.start)],
  ['start_asked', ({ sample }) => text(sample.call.startAsked)],
  ['connection', ({ sample }) => text(sample.call.connection)],
  ['outcome', ({ sample }) => text(sample.outcome)],
  ['error_class', ({ sample }) => text(sample.errorClass)],
  ['error_phase', ({ sample }) => text(sample.errorPhase)],
  ['request_id', ({ sample }) => text(sample.requestId)],
  ['environment_id', ({ sample }) => text(sample.environmentId)],
  ['log_stream', ({ sample }) => text(sample.logStream)],
  ['asked_at', ({ sample }) => text(sample.askedAt)],
  ['age_ms', ({ sample }) => ms(sample.age)],
  ['idle_gap_ms', ({ sample }) => ms(sample.idleGap)],
  ['client_ms', ({ sample }) => ms(sample.client?.total)],
  ['client_sdk_ms', ({ sample }) => ms(sample.client?.sdk)],
  ['client_wait_ms', ({ sample }) => ms(sample.client?.wait)],
  ['client_dns_ms', ({ sample }) => ms(sample.client?.dns)],
  ['client_connect_ms', ({ sample }) => ms(sample.client?.connect)],
  ['client_tls_ms', ({ sample }) => ms(sample.client?.tls)],
  ['client_write_ms', ({ sample }) => ms(sample.client?.write)],
  ['client_ttfb_ms', ({ sample }) => ms(sample.client?.ttfb)],
  ['client_body_ms', ({ sample }) => ms(sample.client?.body)],
  ['duration_ms', ({ sample }) => ms(sample.report.duration)],
  ['billed_ms', ({ sample }) => ms(sample.report.billed)],
  ['init_ms', ({ sample }) => ms(sample.report.init)],
  ['restore_ms', ({ sample }) => ms(sample.report.restore)],
  ['billed_restore_ms', ({ sample }) => ms(sample.report.billedRestore)],
  ['memory_mb', ({ sample }) => figure(sample.report.memoryMb)],
  ['max_memory_mb', ({ sample }) => figure(sample.report.maxMemoryMb)],
  ['report_status', ({ sample }) => text(sample.report.status)],
  ['report_source', ({ sample }) => text(sample.reportSource)],
  ['init_type', ({ sample }) => text(sample.report.initType)],
  ['init_gap_ms', ({ sample }) => ms(sample.initGap)],
  ['runtime_version_arn', ({ sample }) => text(sample.report.runtimeVersionArn)],
  ['az_id', ({ sample }) => text(sample.azId)],
  ['module_ms', ({ sample }) => ms(sample.moduleLoad)],
  ['fn_dns_ms', ({ sample }) => ms(sample.fn?.phases.dns)],
  ['fn_connect_ms', ({ sample }) => ms(sample.fn?.phases.connect)],
  ['fn_tls_ms', ({ sample }) => ms(sample.fn?.phases.tls)],
  ['fn_auth_ms', ({ sample }) => ms(sample.fn?.phases.auth)],
  ['fn_ttfb_ms', ({ sample }) => ms(sample.fn?.phases.ttfb)],
  ['fn_query_ms', ({ sample }) => ms(sample.fn?.phases.query)],
  ['fn_body_ms', ({ sample }) => ms(sample.fn?.phases.body)],
  ['fn_total_ms', ({ sample }) => ms(sample.fn?.total)],
  ['tls_resumed', ({ sample }) => flag(sample.tlsResumed)],
  ['local_address', ({ sample }) => text(sample.localAddress)],
  ['remote_address', ({ sample }) => text(sample.remoteAddress)],
  ['seen_address', ({ sample }) => text(sample.seenAddress)],
  ['path_proof', ({ sample }) => text(sample.provenPath)],
  ['perturbed', ({ sample }) => flag(sample.perturbed)],
  ['discarded', ({ sample }) => flag(!isMeasuredSample(sample))],
  ['discard_reason', ({ sample }) => text(sample.discardReason)],
];

/** The file's columns, in order. */
export const SAMPLE_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);

const PIECE_ROWS = 256;

/** `samples.csv` in pieces of some rows: one row a call, RFC 4180 with LF, times in milliseconds with six decimals (lossless). */
export function* formatSamplesCsv(runId: string, samples: Samples): Generator<string> {
  let piece = stringify([[...SAMPLE_COLUMNS]]);
  const read = sampleReaderOf(samples);
  for (let place = 0; place < samples.length; place++) {
    const context = { runId, sample: read(place) };
    let row = '';
    for (const [, field] of COLUMNS) row += `${row === '' ? '' : ','}${field(context)}`;
    piece += `${row}\n`;
    if ((place + 1) % PIECE_ROWS !== 0) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
