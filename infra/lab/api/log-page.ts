import type { StoredLogEvent } from '../runtime/service.ts';

/** Bytes that CloudWatch Logs puts in one answer, and what each event counts beside its message (CloudWatch Logs API reference). */
const PAGE_BYTES = 1024 * 1024;
const EVENT_BYTES = 26;

/**
 * A place between two events: after the event of that id, or before the first one. Events that arrive later than a token was
 * made do not move it.
 */
export type LogGap = { readonly kind: 'head' } | { readonly kind: 'after'; readonly eventId: string };

/** The index of the first event after the gap, or undefined when the gap's event is not among `events`. */
export function indexOfGap(events: readonly StoredLogEvent[], gap: LogGap): number | undefined {
  if (gap.kind === 'head') return 0;
  const index = events.findIndex((event) => event.id === gap.eventId);
  return index < 0 ? undefined : index + 1;
}

/** The gap before the event at `index`. */
export function gapBefore(events: readonly StoredLogEvent[], index: number): LogGap {
  const event = events[index - 1];
  return event === undefined ? { kind: 'head' } : { kind: 'after', eventId: event.id };
}

/** How many of `events`, taken in order, fit into one answer of at most `limit`; at least one where there is one. */
export function countPage(events: Iterable<StoredLogEvent>, limit: number): number {
  let count = 0;
  let bytes = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.message) + EVENT_BYTES;
    if (count === limit || (count > 0 && bytes > PAGE_BYTES)) break;
    count += 1;
  }
  return count;
}

/** `head`, or the id of the event before the gap. */
export function formatGap(gap: LogGap): string {
  return gap.kind === 'head' ? 'head' : `after:${gap.eventId}`;
}

/** The inverse of `formatGap`; undefined for anything else. */
export function parseGap(text: string): LogGap | undefined {
  if (text === 'head') return { kind: 'head' };
  return text.startsWith('after:') ? { kind: 'after', eventId: text.slice('after:'.length) } : undefined;
}
