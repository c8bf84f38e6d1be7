/** What a column of `samples.csv` holds; every one may be empty unless it says otherwise. */
export interface ColumnMeaning {
  /** Unit of a quantity, else what kind of text. */
  readonly unit: string;
  readonly meaning: string;
}

function ms(meaning: string): ColumnMeaning {
  return { unit: 'ms', meaning };
}

function text(meaning: string): ColumnMeaning {
  return { unit: 'text', meaning };
}

const CLIENT = "on the driver's clock";
const FUNCTION = "on the function's clock";

/** By name, in the file's order. */
export const SAMPLE_COLUMN_MEANINGS: Readonly<Record<string, ColumnMeaning>> = {
  schema: { unit: 'number', meaning: 'Version of these columns; never empty.' },
  run_id: text('The run; never empty.'),
  call_id: text('Unique in the run, sorts in the order of the plan; never empty.'),
  round: {
    unit: 'number',
    meaning: '1 … K; 0 before the rounds and K + 1 after them, for attempts at what shall be blocked; never empty.',
  },
  position: { unit: 'number', meaning: 'Place in the order of the round, from 0; never empty.' },
  scenario: text('Scenario; `~twin` behind a name is the second deployment of the same (A/A); never empty.'),
  target: text('internet, s3 or rds; never empty.'),
  start: text('cold, warm or preinit, proven by the answer; empty when nothing came back.'),
  start_asked: text('cold or warm, as planned; never empty.'),
  connection: text('new or reused; never empty.'),
  outcome: text('ok, blocked, failed, conn-stale, stale_env, throttled or lost; never empty.'),
  error_class: text('How it failed, in one word.'),
  error_phase: text('Phase in which it failed, or invoke.'),
  request_id: text('Request id of the invocation.'),
  environment_id: text('Execution environment, by the id that it made for itself.'),
  log_stream: text('Log stream of the environment.'),
  asked_at: text("ISO 8601, UTC, of the driver's wall clock; never empty."),
  age_ms: ms('From the function being seen updated to this call; cold calls only.'),
  idle_gap_ms: ms('From the last use of the kept connection to this call; reused connections only.'),
  client_ms: ms(`What the caller waited, ${CLIENT}; the eight parts below sum to it within 1 µs.`),
  client_sdk_ms: ms(`Work of the SDK itself, ${CLIENT}.`),
  client_wait_ms: ms(`From the request being made to having a socket, ${CLIENT}.`),
  client_dns_ms: ms(`Name resolution, ${CLIENT}.`),
  client_connect_ms: ms(`TCP connect, ${CLIENT}.`),
  client_tls_ms: ms(`TLS handshake, ${CLIENT}.`),
  client_write_ms: ms(`From the socket being ready to the request being with the kernel, ${CLIENT}.`),
  client_ttfb_ms: ms(`From there to the head of the response, ${CLIENT}.`),
  client_body_ms: ms(`Body of the response, ${CLIENT}.`),
  duration_ms: ms('Duration of the REPORT.'),
  billed_ms: ms('Billed Duration of the REPORT.'),
  init_ms: ms('Init Duration of the REPORT; cold calls only.'),
  restore_ms: ms('Restore Duration of the REPORT; SnapStart only.'),
  billed_restore_ms: ms('Billed Restore Duration of the REPORT; SnapStart only.'),
  memory_mb: { unit: 'MB', meaning: 'Memory Size of the REPORT.' },
  max_memory_mb: { unit: 'MB', meaning: 'Max Memory Used of the REPORT.' },
  report_status: text('Status of the REPORT, when it has one.'),
  report_source: text('Where the REPORT was found: tail, stream, filter or missing; never empty.'),
  init_type: text('Kind of initialisation that the platform states of the environment.'),
  init_gap_ms: ms(`From the end of loading to the handler, ${FUNCTION}; first calls only.`),
  runtime_version_arn: text('Version of the runtime that the platform states.'),
  az_id: text('Zone of the environment.'),
  module_ms: ms(`Evaluation of the bundle, ${FUNCTION}; first calls only.`),
  fn_dns_ms: ms(`Name resolution towards the target, ${FUNCTION}.`),
  fn_connect_ms: ms(`TCP connect to the target, ${FUNCTION}.`),
  fn_tls_ms: ms(`TLS handshake with the target, ${FUNCTION}.`),
  fn_auth_ms: ms(`Authentication at the database, ${FUNCTION}; RDS only.`),
  fn_ttfb_ms: ms(`From the request to the head of the answer, ${FUNCTION}; HTTPS only.`),
  fn_query_ms: ms(`The query, ${FUNCTION}; RDS only.`),
  fn_body_ms: ms(`Body of the answer, ${FUNCTION}; HTTPS only.`),
  fn_total_ms: ms(`The whole operation, ${FUNCTION}; the phases above sum to it within 1 µs.`),
  tls_resumed: text('true or false: whether the handshake resumed a session.'),
  local_address: text("The function's own address of the connection."),
  remote_address: text('Address that was connected to.'),
  seen_address: text('Address by which the target saw the caller; calls that prove the path only.'),
  path_proof: text('The way, as the target saw it; calls that prove the path only.'),
  perturbed: text('true or false: whether a stall of the driver held the call up; never empty.'),
  discarded: text('true or false: false for the calls that the figures stand on; never empty.'),
  discard_reason: text('Why it does not count.'),
};
