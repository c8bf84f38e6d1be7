import { formatPlatformLine, type LogSubject, type PlatformRecord } from './platform-lines.ts';
import type { LogDelivery, LogLine } from './wire.ts';

/** Lambda returns the last 4 KB of an invocation's log with `LogType=Tail`. */
export const TAIL_BYTES = 4096;

/** Collects one environment's lines until they are delivered. */
export interface InvocationLog {
  platform(record: PlatformRecord): void;
  /** A line that the function wrote. */
  application(line: LogLine): void;
  /** At most 4096 bytes from the end of what is not yet delivered. */
  tail(): Buffer;
  /** Hands over all lines since the last time; nothing when there are none. */
  flush(endMs: number): void;
}

/** An empty log of one stream. */
export function newInvocationLog(subject: LogSubject, deliver: (delivery: LogDelivery) => void): InvocationLog {
  let lines: LogLine[] = [];
  return {
    platform(record) {
      const message = formatPlatformLine(record, subject);
      if (message !== undefined) lines.push({ timestampMs: record.atMs, message });
    },
    application: (line) => {
      lines.push(line);
    },
    tail: () => tailOf(lines),
    flush(endMs) {
      if (lines.length === 0) return;
      deliver({ group: subject.logging.group, stream: subject.stream, endMs, lines });
      lines = [];
    },
  };
}

/** From the end on, so that a flood of lines is not joined for the last of them. */
function tailOf(lines: readonly LogLine[]): Buffer {
  const kept: Buffer[] = [];
  let bytes = 0;
  for (let index = lines.length - 1; index >= 0 && bytes < TAIL_BYTES; index -= 1) {
    const message = lines[index]?.message ?? '';
    const line = Buffer.from(message.endsWith('\n') ? message : `${message}\n`);
    kept.unshift(line);
    bytes += line.length;
  }
  return Buffer.concat(kept).subarray(-TAIL_BYTES);
}
