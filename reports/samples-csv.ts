import { stringify } from 'csv-stringify/sync';
import { isMeasuredSample } from '../harness/analyse/cell-samples.ts';
import { formatMilliseconds, type Nanoseconds } from '../harness/domain/nanoseconds.ts';
import type { ReportedSample } from '../harness/domain/sample.ts';
import { escapeCsv } from './free-text.ts';

/** Version of the columns of `samples.csv`. */
export const SAMPLES_SCHEMA = 1;

interface Context {
  readonly runId: string;
  readonly sample: ReportedSample;
}

type Field = string | number | undefined;

function ms(value: Nanoseconds | undefined): string | undefined {
  return value === undefined ? undefined : formatMilliseconds(value);
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Column name → its value; the order is the file's. Absent values are empty. */
const COLUMNS: readonly (readonly [string, (context: Context) => Field])[] = [
  ['schema', () => SAMPLES_SCHEMA],
  ['run_id', ({ runId }) => runId],
  ['call_id', ({ sample }) => sample.call.callId],
  ['round', ({ sample }) => sample.call.round],
  ['position', ({ sample }) => sample.call.position],
  ['scenario', ({ sample }) => sample.call.scenario],
  ['target', ({ sample }) => sample.call.target],
  ['start', ({ sample }) => sample.start],
  ['start_asked', ({ sample }) => sample.call.startAsked],
  ['connection', ({ sample }) => sample.call.connection],
  ['outcome', ({ sample }) => sample.outcome],
  ['error_class', ({ sample }) => sample.errorClass],
  ['error_phase', ({ sample }) => sample.errorPhase],
  ['request_id', ({ sample }) => sample.requestId],
  ['environment_id', ({ sample }) => sample.environmentId],
  ['log_stream', ({ sample }) => sample.logStream],
  ['asked_at', ({ sample }) => sample.askedAt],
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
  ['memory_mb', ({ sample }) => sample.report.memoryMb],
  ['max_memory_mb', ({ sample }) => sample.report.maxMemoryMb],
  ['report_status', ({ sample }) => sample.report.status],
  ['report_source', ({ sample }) => sample.reportSource],
  ['init_type', ({ sample }) => sample.report.initType],
  ['init_gap_ms', ({ sample }) => ms(sample.initGap)],
  ['runtime_version_arn', ({ sample }) => sample.report.runtimeVersionArn],
  ['az_id', ({ sample }) => sample.azId],
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
  ['local_address', ({ sample }) => sample.localAddress],
  ['remote_address', ({ sample }) => sample.remoteAddress],
  ['seen_address', ({ sample }) => sample.seenAddress],
  ['path_proof', ({ sample }) => sample.provenPath],
  ['perturbed', ({ sample }) => flag(sample.perturbed)],
  ['discarded', ({ sample }) => flag(!isMeasuredSample(sample))],
  ['discard_reason', ({ sample }) => sample.discardReason],
];

/** Most text in a sample was written by somebody else; our own words and figures come through unchanged. */
function escapeField(field: Field): Field {
  return typeof field === 'string' ? escapeCsv(field) : field;
}

/** The file's columns, in order. */
export const SAMPLE_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);

/** `samples.csv`: one row a call, RFC 4180 with LF, times in milliseconds with six decimals (lossless). */
export function formatSamplesCsv(runId: string, samples: readonly ReportedSample[]): string {
  const rows = samples.map((sample) => COLUMNS.map(([, field]) => escapeField(field({ runId, sample }))));
  return stringify(rows, { header: true, columns: [...SAMPLE_COLUMNS] });
}
