import { writeSync } from 'node:fs';
import { format, inspect } from 'node:util';
import { toReportedError } from './bootstrap-handler.ts';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
/** Level of an application line. */
export type ConsoleLevel = (typeof LEVELS)[number];

/** Which lines are written and how: `AWS_LAMBDA_LOG_FORMAT` and `AWS_LAMBDA_LOG_LEVEL`. */
export interface ConsoleLayout {
  readonly format: 'Text' | 'JSON';
  /** Only for JSON: text has every level. */
  readonly level: ConsoleLevel;
}

/** Writes one line; resolves nothing, it is in the kernel when it returns. */
export type WriteConsoleLine = (level: ConsoleLevel, values: readonly unknown[]) => void;

const METHODS = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' } as const;

/**
 * Puts `console` onto the log pipe `fd`, one `<ms since epoch> <JSON string>` a line, so that a message of several
 * lines stays one event. The write is synchronous: what a call logged lies in the pipe before its answer is sent.
 */
export function openConsole(fd: number, layout: ConsoleLayout, requestId: () => string | undefined): WriteConsoleLine {
  const write: WriteConsoleLine = (level, values) => {
    if (layout.format === 'JSON' && LEVELS.indexOf(level) < LEVELS.indexOf(layout.level)) return;
    const now = new Date();
    const line = layout.format === 'Text' ? textLine(now, requestId(), level, values) : jsonLine(now, requestId(), level, values);
    writeWhole(fd, Buffer.from(`${now.getTime()} ${JSON.stringify(line)}\n`));
  };
  for (const [method, level] of Object.entries(METHODS)) {
    console[method as keyof typeof METHODS] = (...values: unknown[]) => write(level, values);
  }
  return write;
}

function textLine(now: Date, requestId: string | undefined, level: ConsoleLevel, values: readonly unknown[]): string {
  // AWS prints the word before the first call too.
  return `${now.toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${format(...values)}\n`;
}

function jsonLine(now: Date, requestId: string | undefined, level: ConsoleLevel, values: readonly unknown[]): string {
  const head = { timestamp: now.toISOString(), level, ...(requestId === undefined ? {} : { requestId }) };
  const [first] = values;
  const single = values.length === 1 && typeof first === 'object' && first !== null;
  if (single && first instanceof Error) {
    const { errorType, errorMessage, trace } = toReportedError(first);
    return JSON.stringify({ ...head, message: { errorType, errorMessage, stackTrace: trace } });
  }
  try {
    return JSON.stringify({ ...head, message: single ? first : format(...values) });
  } catch {
    return JSON.stringify({ ...head, message: inspect(first) });
  }
}

function writeWhole(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(fd, bytes, written);
}
