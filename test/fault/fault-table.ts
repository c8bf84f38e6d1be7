/**
 * What can go wrong where, and what must follow: written before the tests that inject it. A row is a pair of a fault and the step that it
 * hits, with the exit code, what remains in the account when the command has ended, and what of the results is kept.
 */

/** Steps of a run on AWS, in the order in which they come; `later` is another command afterwards. */
export const FAULT_STEPS = [
  'preflight',
  'net',
  'guard',
  'upload',
  'paid',
  'fn',
  'ready',
  'force',
  'invoke',
  'collect',
  'report',
  'teardown',
  'later',
] as const;
export type FaultStep = (typeof FAULT_STEPS)[number];

/** One pair; `id` names its test. */
export interface FaultRow {
  readonly id: string;
  readonly step: FaultStep;
  readonly fault: string;
  readonly exit: number;
  /** In the account, after the command. */
  readonly remains: string;
  /** In the results folder. */
  readonly kept: string;
  /** Played by every test run; the others with `LNB_FAULTS=all`. */
  readonly always?: true;
}

/** Text of `remains` of a row after which the account is empty. */
export const REMAINS_NOTHING = 'nothing';
/** A stack that the row made itself, and takes away itself when it has seen it stay. */
export const REMAINS_FOREIGN = 'the foreign stack';
const NOTHING = REMAINS_NOTHING;
const NO_RUN = 'no run';
const NO_CALL = 'no call; run.json says how it ended';
const WHOLE = 'the whole run';
const SHORTER = 'a shorter run, reported';

/** At least 40 pairs; a row without a test, and a test without a row, fail. */
export const FAULT_TABLE: readonly FaultRow[] = [
  {
    id: 'expired-at-start',
    step: 'preflight',
    always: true,
    fault: 'the credentials have expired',
    exit: 4,
    remains: NOTHING,
    kept: NO_RUN,
  },
  { id: 'wrong-secret', step: 'preflight', fault: 'the secret key is wrong', exit: 4, remains: NOTHING, kept: NO_RUN },
  { id: 'unknown-key', step: 'preflight', fault: 'the access key is unknown', exit: 4, remains: NOTHING, kept: NO_RUN },
  { id: 'endpoint-refuses', step: 'preflight', fault: 'nothing listens at the endpoint', exit: 4, remains: NOTHING, kept: NO_RUN },
  {
    id: 'account-not-allowed',
    step: 'preflight',
    fault: 'the account is not in the list of allowed ones',
    exit: 4,
    remains: NOTHING,
    kept: NO_RUN,
  },
  { id: 'budget-too-small', step: 'preflight', fault: 'the plan costs more than the budget', exit: 6, remains: NOTHING, kept: NO_RUN },
  { id: 'no-confirmation', step: 'preflight', fault: 'no terminal and no --yes', exit: 2, remains: NOTHING, kept: NO_RUN },
  {
    id: 'guard-refused',
    step: 'guard',
    fault: 'CreateStack of the guard is refused (403)',
    exit: 4,
    remains: NOTHING,
    kept: NO_CALL,
  },
  {
    id: 'guard-fails',
    step: 'guard',
    always: true,
    fault: 'a schedule of the guard cannot be made',
    exit: 4,
    remains: NOTHING,
    kept: NO_CALL,
  },
  { id: 'net-refused', step: 'net', fault: 'CreateStack is refused (403)', exit: 4, remains: NOTHING, kept: NO_CALL },
  { id: 'net-503', step: 'net', fault: 'CreateStack answers 503 twice', exit: 0, remains: NOTHING, kept: WHOLE },
  {
    id: 'net-cut',
    step: 'net',
    always: true,
    fault: 'the connection is cut after CreateStack was sent',
    exit: 0,
    remains: NOTHING,
    kept: WHOLE,
  },
  { id: 'net-resource-fails', step: 'net', fault: 'a subnet cannot be made', exit: 4, remains: NOTHING, kept: NO_CALL },
  {
    id: 'net-second-cause',
    step: 'net',
    fault: 'a resource fails, others are cancelled first and one fails later',
    exit: 4,
    remains: NOTHING,
    kept: NO_CALL,
  },
  { id: 'describe-503', step: 'net', fault: 'DescribeStacks answers 503 five times', exit: 0, remains: NOTHING, kept: WHOLE },
  { id: 'upload-503', step: 'upload', fault: 'PutObject answers 503 twice', exit: 0, remains: NOTHING, kept: WHOLE },
  { id: 'upload-refused', step: 'upload', always: true, fault: 'PutObject is refused (403)', exit: 4, remains: NOTHING, kept: NO_CALL },
  { id: 'nat-fails', step: 'paid', always: true, fault: 'the NAT gateway cannot be made', exit: 4, remains: NOTHING, kept: NO_CALL },
  { id: 'database-fails', step: 'paid', fault: 'the DB instance cannot be made', exit: 4, remains: NOTHING, kept: NO_CALL },
  { id: 'database-slow', step: 'paid', fault: 'the DB instance takes long', exit: 0, remains: NOTHING, kept: WHOLE },
  { id: 'function-fails', step: 'fn', always: true, fault: 'a function cannot be made', exit: 4, remains: NOTHING, kept: NO_CALL },
  { id: 'function-slow', step: 'fn', fault: 'functions stay Pending for long', exit: 0, remains: NOTHING, kept: WHOLE },
  { id: 'ready-503', step: 'ready', fault: 'GetFunction answers 503 twice', exit: 0, remains: NOTHING, kept: WHOLE },
  { id: 'ready-refused', step: 'ready', always: true, fault: 'GetFunction is refused (403)', exit: 4, remains: NOTHING, kept: NO_CALL },
  {
    id: 'stale-successful',
    step: 'force',
    fault: 'an update reads Successful with the old revision at first',
    exit: 0,
    remains: NOTHING,
    kept: WHOLE,
  },
  {
    id: 'force-429',
    step: 'force',
    always: true,
    fault: 'UpdateFunctionConfiguration is throttled three times',
    exit: 0,
    remains: NOTHING,
    kept: WHOLE,
  },
  { id: 'force-503', step: 'force', fault: 'UpdateFunctionConfiguration answers 503 twice', exit: 0, remains: NOTHING, kept: WHOLE },
  { id: 'force-refused', step: 'force', fault: 'UpdateFunctionConfiguration is refused (403)', exit: 4, remains: NOTHING, kept: SHORTER },
  {
    id: 'routing-lag',
    step: 'force',
    fault: 'old environments go on serving after Successful',
    exit: 0,
    remains: NOTHING,
    kept: 'the whole run; the calls that met them are counted',
  },
  {
    id: 'invoke-429',
    step: 'invoke',
    always: true,
    fault: 'two calls are throttled',
    exit: 0,
    remains: NOTHING,
    kept: 'the whole run; throttled calls are counted, never timed',
  },
  {
    id: 'invoke-429-forever',
    step: 'invoke',
    fault: 'every call is throttled',
    exit: 4,
    remains: NOTHING,
    kept: 'what was asked, without figures',
  },
  {
    id: 'invoke-500',
    step: 'invoke',
    fault: 'two calls answer 500',
    exit: 0,
    remains: NOTHING,
    kept: 'the whole run; both are failures with a class',
  },
  {
    id: 'invoke-cut',
    step: 'invoke',
    fault: 'the connection of two calls is cut',
    exit: 0,
    remains: NOTHING,
    kept: 'the whole run; both are failures with a class',
  },
  {
    id: 'expired-mid-run',
    step: 'invoke',
    always: true,
    fault: 'the credentials expire between two rounds',
    exit: 7,
    remains: 'all stacks, listed, with the command that removes them',
    kept: SHORTER,
  },
  {
    id: 'tail-truncated',
    step: 'invoke',
    fault: 'the Tail is cut to its last 200 bytes',
    exit: 0,
    remains: NOTHING,
    kept: 'the whole run; REPORTs come from the logs',
  },
  { id: 'log-pages-empty', step: 'collect', fault: 'log pages are empty and have a token', exit: 0, remains: NOTHING, kept: WHOLE },
  {
    id: 'log-token-repeats',
    step: 'collect',
    fault: 'a page gives the token that it was asked with',
    exit: 0,
    remains: NOTHING,
    kept: WHOLE,
  },
  { id: 'logs-late', step: 'collect', fault: 'lines come three seconds late', exit: 0, remains: NOTHING, kept: WHOLE },
  {
    id: 'logs-refused',
    step: 'collect',
    always: true,
    fault: 'reading logs is refused (403), and the Tail is cut',
    exit: 0,
    remains: NOTHING,
    kept: 'the whole run; REPORTs are missing, not zero',
  },
  {
    id: 'report-unwritable',
    step: 'report',
    always: true,
    fault: 'report.md cannot be written',
    exit: 4,
    remains: NOTHING,
    kept: 'the journal and what could be written',
  },
  { id: 'delete-503', step: 'teardown', fault: 'DeleteStack answers 503 twice', exit: 0, remains: NOTHING, kept: WHOLE },
  {
    id: 'delete-refused',
    step: 'teardown',
    fault: 'DeleteStack is refused (403)',
    exit: 7,
    remains: 'all stacks, listed, with the command that removes them',
    kept: WHOLE,
  },
  {
    id: 'delete-failed-once',
    step: 'teardown',
    always: true,
    fault: 'a security group cannot be deleted at first',
    exit: 0,
    remains: NOTHING,
    kept: WHOLE,
  },
  {
    id: 'interface-held',
    step: 'teardown',
    fault: 'network interfaces are released after some polls',
    exit: 0,
    remains: NOTHING,
    kept: WHOLE,
  },
  {
    id: 'late-object',
    step: 'teardown',
    fault: 'an object is written into the bucket while it is deleted',
    exit: 0,
    remains: NOTHING,
    kept: WHOLE,
  },
  { id: 'interrupt-net', step: 'net', fault: 'Ctrl-C', exit: 130, remains: NOTHING, kept: NO_CALL },
  { id: 'interrupt-paid', step: 'paid', fault: 'Ctrl-C', exit: 130, remains: NOTHING, kept: NO_CALL },
  { id: 'interrupt-rounds', step: 'invoke', fault: 'Ctrl-C', exit: 130, remains: NOTHING, kept: SHORTER },
  { id: 'terminate-rounds', step: 'invoke', fault: 'SIGTERM', exit: 143, remains: NOTHING, kept: SHORTER },
  {
    id: 'interrupt-twice',
    step: 'teardown',
    fault: 'Ctrl-C, and again while it removes',
    exit: 130,
    remains: 'stacks, listed, with the command that removes them',
    kept: 'the journal, from which report makes the rest',
  },
  {
    id: 'kill-rounds',
    step: 'invoke',
    fault: 'kill -9',
    exit: 137,
    remains: 'all stacks; destroy removes them',
    kept: 'the journal: every call that was asked',
  },
  {
    id: 'kill-paid',
    step: 'paid',
    fault: 'kill -9',
    exit: 137,
    remains: 'some stacks; destroy by the run id removes them',
    kept: 'deployment.json',
  },
  {
    id: 'ttl-ends',
    step: 'later',
    always: true,
    fault: 'kill -9, and nobody removes: the end of its time comes',
    exit: 137,
    remains: 'functions, network and guard; what is billed is gone by itself',
    kept: 'the journal: every call that was asked',
  },
  { id: 'destroy-twice', step: 'later', fault: 'destroy of a run that is gone', exit: 0, remains: NOTHING, kept: WHOLE },
  { id: 'state-corrupt', step: 'later', always: true, fault: 'destroy with a cut deployment.json', exit: 0, remains: NOTHING, kept: WHOLE },
  {
    id: 'sweep-dry',
    step: 'later',
    fault: 'sweep --dry-run beside a kept deployment',
    exit: 0,
    remains: 'everything, listed',
    kept: 'deployment.json',
  },
  {
    id: 'sweep-foreign',
    step: 'later',
    fault: 'a stack with our name prefix that lacks our tag',
    exit: 0,
    remains: REMAINS_FOREIGN,
    kept: WHOLE,
  },
];

/** What of the results a row wants to find, as a word that a test can switch over. */
export function keepsOf({ kept }: FaultRow): 'no-run' | 'no-call' | 'state' | 'whole' | 'shorter' | 'journal' {
  if (kept === NO_RUN) return 'no-run';
  if (kept === NO_CALL) return 'no-call';
  if (kept === 'deployment.json') return 'state';
  if (kept.startsWith(WHOLE)) return 'whole';
  return kept === SHORTER ? 'shorter' : 'journal';
}
