import { isMeasuredSample } from '../harness/analyse/cell-samples.ts';
import type { ReportedSample } from '../harness/domain/sample.ts';
import { type Samples, sampleReaderOf } from '../harness/domain/samples.ts';
import { CsvRows } from './csv-rows.ts';

/** Version of the columns of `samples.csv`. */
export const SAMPLES_SCHEMA = 1;

/** Writes one cell of a row. */
type Field = (cells: CsvRows, sample: ReportedSample, runId: string) => void;

/** Column name → its value; the order is the file's. Absent values are empty. */
const COLUMNS: readonly (readonly [string, Field])[] = [
  ['schema', (cells) => cells.figure(SAMPLES_SCHEMA)],
  ['run_id', (cells, _, runId) => cells.text(runId)],
  ['call_id', (cells, sample) => cells.text(sample.call.callId)],
  ['round', (cells, sample) => cells.figure(sample.call.round)],
  ['position', (cells, sample) => cells.figure(sample.call.position)],
  ['scenario', (cells, sample) => cells.text(sample.call.scenario)],
  ['target', (cells, sample) => cells.text(sample.call.target)],
  ['start', (cells, sample) => cells.text(sample.start)],
  ['start_asked', (cells, sample) => cells.text(sample.call.startAsked)],
  ['connection', (cells, sample) => cells.text(sample.call.connection)],
  ['outcome', (cells, sample) => cells.text(sample.outcome)],
  ['error_class', (cells, sample) => cells.text(sample.errorClass)],
  ['error_phase', (cells, sample) => cells.text(sample.errorPhase)],
  ['request_id', (cells, sample) => cells.text(sample.requestId)],
  ['environment_id', (cells, sample) => cells.text(sample.environmentId)],
  ['log_stream', (cells, sample) => cells.text(sample.logStream)],
  ['asked_at', (cells, sample) => cells.text(sample.askedAt)],
  ['age_ms', (cells, sample) => cells.ms(sample.age)],
  ['idle_gap_ms', (cells, sample) => cells.ms(sample.idleGap)],
  ['client_ms', (cells, sample) => cells.ms(sample.client?.total)],
  ['client_sdk_ms', (cells, sample) => cells.ms(sample.client?.sdk)],
  ['client_wait_ms', (cells, sample) => cells.ms(sample.client?.wait)],
  ['client_dns_ms', (cells, sample) => cells.ms(sample.client?.dns)],
  ['client_connect_ms', (cells, sample) => cells.ms(sample.client?.connect)],
  ['client_tls_ms', (cells, sample) => cells.ms(sample.client?.tls)],
  ['client_write_ms', (cells, sample) => cells.ms(sample.client?.write)],
  ['client_ttfb_ms', (cells, sample) => cells.ms(sample.client?.ttfb)],
  ['client_body_ms', (cells, sample) => cells.ms(sample.client?.body)],
  ['duration_ms', (cells, sample) => cells.ms(sample.report.duration)],
  ['billed_ms', (cells, sample) => cells.ms(sample.report.billed)],
  ['init_ms', (cells, sample) => cells.ms(sample.report.init)],
  ['restore_ms', (cells, sample) => cells.ms(sample.report.restore)],
  ['billed_restore_ms', (cells, sample) => cells.ms(sample.report.billedRestore)],
  ['memory_mb', (cells, sample) => cells.figure(sample.report.memoryMb)],
  ['max_memory_mb', (cells, sample) => cells.figure(sample.report.maxMemoryMb)],
  ['report_status', (cells, sample) => cells.text(sample.report.status)],
  ['report_source', (cells, sample) => cells.text(sample.reportSource)],
  ['init_type', (cells, sample) => cells.text(sample.report.initType)],
  ['init_gap_ms', (cells, sample) => cells.ms(sample.initGap)],
  ['runtime_version_arn', (cells, sample) => cells.text(sample.report.runtimeVersionArn)],
  ['az_id', (cells, sample) => cells.text(sample.azId)],
  ['module_ms', (cells, sample) => cells.ms(sample.moduleLoad)],
  ['fn_dns_ms', (cells, sample) => cells.ms(sample.fn?.phases.dns)],
  ['fn_connect_ms', (cells, sample) => cells.ms(sample.fn?.phases.connect)],
  ['fn_tls_ms', (cells, sample) => cells.ms(sample.fn?.phases.tls)],
  ['fn_auth_ms', (cells, sample) => cells.ms(sample.fn?.phases.auth)],
  ['fn_ttfb_ms', (cells, sample) => cells.ms(sample.fn?.phases.ttfb)],
  ['fn_query_ms', (cells, sample) => cells.ms(sample.fn?.phases.query)],
  ['fn_body_ms', (cells, sample) => cells.ms(sample.fn?.phases.body)],
  ['fn_total_ms', (cells, sample) => cells.ms(sample.fn?.total)],
  ['tls_resumed', (cells, sample) => cells.flag(sample.tlsResumed)],
  ['local_address', (cells, sample) => cells.text(sample.localAddress)],
  ['remote_address', (cells, sample) => cells.text(sample.remoteAddress)],
  ['seen_address', (cells, sample) => cells.text(sample.seenAddress)],
  ['path_proof', (cells, sample) => cells.text(sample.provenPath)],
  ['perturbed', (cells, sample) => cells.flag(sample.perturbed)],
  ['discarded', (cells, sample) => cells.flag(!isMeasuredSample(sample))],
  ['discard_reason', (cells, sample) => cells.text(sample.discardReason)],
];

/** The file's columns, in order. */
export const SAMPLE_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);

const FIELDS: readonly Field[] = COLUMNS.map(([, field]) => field);

/**
 * `samples.csv` in pieces of some rows: one row a call, RFC 4180 with LF or CR LF, times in milliseconds with six decimals (lossless). A piece is
 * good until two more were asked for.
 */
export function* formatSamplesCsv(runId: string, samples: Samples, lineEnd: '\n' | '\r\n' = '\n'): Generator<Uint8Array> {
  const cells = new CsvRows(lineEnd);
  for (const name of SAMPLE_COLUMNS) cells.text(name);
  cells.endRow();
  const read = sampleReaderOf(samples);
  for (let place = 0; place < samples.length; place++) {
    const sample = read(place);
    for (let i = 0; i < FIELDS.length; i++) (FIELDS[i] as Field)(cells, sample, runId);
    cells.endRow();
    if (cells.isFull) yield cells.takePiece();
  }
  yield cells.takePiece();
}
