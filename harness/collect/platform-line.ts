import { parseJsonLine } from './json-line.ts';
import type { PlatformLine } from './line.ts';
import { continuesReport, parseTextLine } from './text-line.ts';
import { parseUsualLine } from './usual-line.ts';

/**
 * Reads one log event or line, of log format text or JSON, whichever it is. Never throws, and gives no figure that the
 * line does not hold: what cannot be read is absent, kept under `others`, or makes the line `malformed`.
 */
export function parsePlatformLine(line: string): PlatformLine {
  return line.startsWith('{') ? parseJsonLine(line) : (parseUsualLine(line) ?? parseTextLine(line));
}

/**
 * Reads a piece of log with many lines, such as Tail: line ends divide, except where a REPORT goes on (its X-Ray part,
 * or the wrapped lines of old logs).
 */
export function parsePlatformLines(text: string): readonly PlatformLine[] {
  const lines: PlatformLine[] = [];
  let open: { readonly text: string; readonly line: PlatformLine } | undefined;
  for (const piece of text.split('\n')) {
    if (piece.trim() === '') continue;
    if (open?.line.kind === 'report' && continuesReport(piece, open.line)) {
      const joined: string = `${open.text}\n${piece}`;
      open = { text: joined, line: parsePlatformLine(joined) };
      lines[lines.length - 1] = open.line;
    } else {
      open = { text: piece, line: parsePlatformLine(piece) };
      lines.push(open.line);
    }
  }
  return lines;
}
