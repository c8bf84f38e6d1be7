/** Exit codes of the command line, as documented in the README. */
export const EXIT_CODES = {
  ok: 0,
  internal: 1,
  usage: 2,
  regression: 3,
  environment: 4,
  undecidable: 5,
  budget: 6,
  leftovers: 7,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** When several apply: signal > 7 > 1 > 4 > 3 > 6 > 5 > 0; usage is settled before anything else can happen. */
const PRECEDENCE: readonly ExitCode[] = [130, 143, 7, 1, 2, 4, 3, 6, 5, 0];

/** The one to exit with; 0 for none. */
export function strongestExitCode(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT_CODES.ok;
}

/** What {@link BenchError} is made of. */
export interface BenchErrorParts {
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly why: string;
  readonly tryCommands: readonly string[];
  readonly leftBehind: string;
  readonly cause?: unknown;
}

/** An error that reaches a person: what, why, the command to try, what was left behind. */
export class BenchError extends Error {
  readonly exitCode: ExitCode;
  readonly why: string;
  /** Exact command lines, most likely first. */
  readonly tryCommands: readonly string[];
  readonly leftBehind: string;

  constructor(parts: BenchErrorParts) {
    super(parts.what, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'BenchError';
    this.exitCode = parts.exitCode;
    this.why = parts.why;
    this.tryCommands = parts.tryCommands;
    this.leftBehind = parts.leftBehind;
  }
}
