import { parsePlatformLines } from './platform-line.ts';
import { type FoundFigures, figuresOf } from './report-figures.ts';
import { decodeTail } from './tail.ts';

/** What an answer's Tail gave for its request. */
export type JoinedTail =
  | ({ readonly kind: 'found' } & FoundFigures)
  | { readonly kind: 'absent'; readonly why: 'no Tail came' | 'Tail is not base64' | 'no REPORT of this request in Tail' };

/** Joins an answer's Tail (base64, as Invoke gave it) to its request id. */
export function joinTail(logTail: string | undefined, requestId: string): JoinedTail {
  if (logTail === undefined) return { kind: 'absent', why: 'no Tail came' };
  const tail = decodeTail(logTail);
  if (tail === undefined) return { kind: 'absent', why: 'Tail is not base64' };
  const found = figuresOf(parsePlatformLines(tail.text), requestId);
  return found === undefined ? { kind: 'absent', why: 'no REPORT of this request in Tail' } : { kind: 'found', ...found };
}
