import type { ProcessExit } from './environment-process.ts';

/** A failed call's payload and the type that REPORT names; texts as AWS sends them. */
export interface Failure {
  readonly errorType: string;
  readonly payload: string;
}

function newFailure(errorType: string, errorMessage: string): Failure {
  return { errorType, payload: JSON.stringify({ errorType, errorMessage }) };
}

/** The process ended during a call or an init. */
export function exitFailure(requestId: string, exit: ProcessExit): Failure {
  return newFailure('Runtime.ExitError', `RequestId: ${requestId} Error: ${exitReason(exit)}`);
}

function exitReason(exit: ProcessExit): string {
  if (exit.signal !== undefined) return `Runtime exited with error: signal: ${signalWord(exit.signal)}`;
  if (exit.code === undefined || exit.code === 0) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${exit.code}`;
}

/** As Go's `syscall.Signal` prints it, because Lambda's supervisor does. */
function signalWord(signal: string): string {
  const words: Readonly<Record<string, string>> = {
    SIGKILL: 'killed',
    SIGABRT: 'aborted',
    SIGSEGV: 'segmentation fault',
    SIGTERM: 'terminated',
    SIGBUS: 'bus error',
    SIGILL: 'illegal instruction',
    SIGINT: 'interrupt',
  };
  return words[signal] ?? signal;
}

/** The function's own time limit. */
export function timeoutFailure(requestId: string, timeoutSeconds: number): Failure {
  return newFailure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
}

/** An answer above the quota. */
export function tooLargeFailure(limitBytes: number): Failure {
  return newFailure('Function.ResponseSizeTooLarge', `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`);
}
