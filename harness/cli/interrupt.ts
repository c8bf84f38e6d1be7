import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { CommandIo } from './io.ts';

/** Signals of a run. */
export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** The code of the signal that came, if one did. */
  code(): ExitCode | undefined;
  stop(): void;
}

/**
 * First signal: stop asking, save, remove. Second: leave at once; the lab dies with its starter, and what else stays is told by `remains`,
 * a line each, which must not wait for anything.
 */
export function watchSignals(io: CommandIo, remains: () => readonly string[] = () => []): Interrupt {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const on = (signalCode: ExitCode) => (): void => {
    if (code !== undefined) {
      for (const line of remains()) io.stderr.write(`${line}\n`);
      process.exit(signalCode);
    }
    code = signalCode;
    io.stderr.write('\nstopping: the call that is out is waited for, samples are saved, resources are removed; again to leave at once\n');
    controller.abort(new Error('interrupted'));
  };
  const onInt = on(EXIT_CODES.interrupted);
  const onTerm = on(EXIT_CODES.terminated);
  process.on('SIGINT', onInt);
  process.on('SIGTERM', onTerm);
  return {
    signal: controller.signal,
    code: () => code,
    stop: () => {
      process.off('SIGINT', onInt);
      process.off('SIGTERM', onTerm);
    },
  };
}
