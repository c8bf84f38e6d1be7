import { BenchError } from '../../harness/domain/exit-code.ts';
import { isUnknownOperation, readServiceError, type ServiceError } from '../../infra/aws/service-error.ts';

/** How one step of the walk ended. `lack`: the server has not got what AWS has; `fail`: we are at fault; `skipped`: a step before it failed. */
export type Verdict =
  | { readonly kind: 'ok'; readonly seen: string }
  | { readonly kind: 'lack'; readonly seen: string; readonly lacks: readonly string[] }
  | { readonly kind: 'fail'; readonly why: string }
  | { readonly kind: 'skipped'; readonly why: string };

export interface StepVerdict {
  readonly step: string;
  readonly verdict: Verdict;
}

/** Seen of a step that the server does not have at all. */
export const REFUSED = 'the server refused';

const MARKS = { ok: '✓', lack: '~', fail: '✗', skipped: '·' } as const;

/** Words with which servers that only resemble AWS say that they do not have something. */
const LACKS =
  /InvalidAction|UnknownOperation|UnknownService|NotImplemented|not (?:yet |currently )?(?:been )?(?:implemented|supported)|InternalFailure|InternalError|HTTP 5\d\d/i;

/** `ok`, or a lack when the server was found to have less than AWS. Seen nothing is no success. */
export function verdictOf(seen: string, lacks: readonly string[] = []): Verdict {
  if (seen === '') return { kind: 'fail', why: 'the step saw nothing' };
  return lacks.length === 0 ? { kind: 'ok', seen } : { kind: 'lack', seen, lacks };
}

/** Whose fault an error is: a call or type that the server does not have, or a server error, is a lack; every other refusal is ours. */
export function verdictOfError(thrown: unknown): Verdict {
  const words = describeError(thrown);
  const error = readServiceError(thrown);
  const isServers = isUnknownOperation(error) || (error.status ?? 0) >= 500 || LACKS.test(words);
  return isServers ? { kind: 'lack', seen: REFUSED, lacks: [words] } : { kind: 'fail', why: words };
}

/** What was thrown, in one line. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof BenchError) return `${thrown.message}: ${thrown.why}`;
  const { name, message }: ServiceError = readServiceError(thrown);
  return `${name}: ${message}`.replaceAll('\n', ' ');
}

/** Types that a template has and the stack on the server has not, with how many are missing. */
export function missingTypes(wanted: readonly string[], made: readonly string[]): readonly string[] {
  const left = [...made];
  const missing = new Map<string, number>();
  for (const type of wanted) {
    const at = left.indexOf(type);
    if (at === -1) missing.set(type, (missing.get(type) ?? 0) + 1);
    else left.splice(at, 1);
  }
  return [...missing].map(([type, count]) => `the stack has ${count} ${type} less than its template`);
}

/** One line a step, and one for each lack. */
export function formatVerdict({ step, verdict }: StepVerdict): readonly string[] {
  const rest = verdict.kind === 'ok' || verdict.kind === 'lack' ? verdict.seen : verdict.why;
  const head = `${MARKS[verdict.kind]} ${step.padEnd(10)} ${verdict.kind.padEnd(8)} ${rest}`;
  return [head, ...(verdict.kind === 'lack' ? verdict.lacks.map((lack) => `    lacks: ${lack}`) : [])];
}

/** 1 when we are at fault anywhere, or nothing at all could be done. */
export function exitCodeOf(steps: readonly StepVerdict[]): 0 | 1 {
  return steps.some(({ verdict }) => verdict.kind === 'fail') || !steps.some(({ verdict }) => verdict.kind === 'ok') ? 1 : 0;
}
