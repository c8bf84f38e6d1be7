import { toMilliseconds } from '../domain/nanoseconds.ts';
import type { Clock, LogEvent, LogReader } from '../domain/ports.ts';
import type { ReportFigures, ReportSource } from '../domain/sample.ts';
import { joinTail } from './join.ts';
import { parsePlatformLine } from './platform-line.ts';
import { type FoundFigures, figuresOf } from './report-figures.ts';

/** One invocation whose REPORT is wanted. */
export interface ReportQuery {
  readonly requestId: string;
  /** Base64, as Invoke gave it. */
  readonly logTail?: string;
  readonly logGroup: string;
  /** As the function named it; absent when it did not answer. */
  readonly logStream?: string;
  /** Wall clock, milliseconds since 1970; somewhat before the call. */
  readonly sinceMs: number;
}

/** How long to look. */
export interface FindBounds {
  /** Pause after the first look in vain; it doubles with each further one. */
  readonly pollMs: number;
  /** The longest pause. */
  readonly maxPollMs: number;
  /** For the stream that the function named. */
  readonly streamMs: number;
  /** For the search of the whole group that follows. */
  readonly filterMs: number;
}

export const LAB_FIND_BOUNDS: FindBounds = { pollMs: 50, maxPollMs: 400, streamMs: 4_000, filterMs: 4_000 };
/** Logs took up to nine seconds in public samples; the line of an environment that died comes later. */
export const AWS_FIND_BOUNDS: FindBounds = { pollMs: 2_000, maxPollMs: 15_000, streamMs: 60_000, filterMs: 60_000 };

/** What was found, and where. `missing` may carry figures: those of a REPORT that was only ever seen cut. */
export interface FoundReport {
  readonly figures: ReportFigures;
  readonly source: ReportSource;
  /** Why it is missing; absent when it is not. */
  readonly why?: string;
}

/** The outside that {@link findReport} needs. */
export interface FindPorts {
  readonly logs: LogReader;
  readonly clock: Clock;
}

/**
 * Finds an invocation's figures: in Tail without asking anybody, then in the stream that the function named, then by
 * searching its group. Ends after `streamMs + filterMs` at the latest. A reader that throws ends its place's turn, and
 * its words stand in `why`. Rejects only with the signal's reason.
 */
export async function findReport(query: ReportQuery, ports: FindPorts, bounds: FindBounds, signal?: AbortSignal): Promise<FoundReport> {
  const tail = joinTail(query.logTail, query.requestId);
  if (tail.kind === 'found' && tail.complete) return { figures: tail.figures, source: 'tail' };
  const partial: ReportFigures = tail.kind === 'found' ? tail.figures : {};
  const reasons: string[] = [tail.kind === 'found' ? 'the REPORT in Tail was cut' : tail.why];

  for (const place of placesOf(query, ports.logs, bounds)) {
    const looked = await poll(place, query.requestId, ports.clock, bounds, signal);
    if (looked.kind === 'found') return { figures: { ...partial, ...looked.figures }, source: place.source };
    reasons.push(looked.why);
  }
  return { figures: partial, source: 'missing', why: reasons.join('; ') };
}

interface Place {
  readonly source: 'stream' | 'filter';
  readonly forMs: number;
  readonly read: () => Promise<readonly LogEvent[]>;
}

function placesOf(query: ReportQuery, logs: LogReader, bounds: FindBounds): readonly Place[] {
  const { logGroup, logStream, requestId, sinceMs } = query;
  const search: Place = { source: 'filter', forMs: bounds.filterMs, read: () => logs.findRequest(logGroup, requestId, sinceMs) };
  if (logStream === undefined) return [search];
  return [{ source: 'stream', forMs: bounds.streamMs, read: () => logs.readStream(logGroup, logStream, sinceMs) }, search];
}

type Looked = ({ readonly kind: 'found' } & FoundFigures) | { readonly kind: 'not-found'; readonly why: string };

async function poll(place: Place, requestId: string, clock: Clock, bounds: FindBounds, signal?: AbortSignal): Promise<Looked> {
  const startedAt = clock.now();
  let pauseMs = bounds.pollMs;
  for (;;) {
    let events: readonly LogEvent[];
    try {
      events = await place.read();
    } catch (thrown) {
      return {
        kind: 'not-found',
        why: `${place.source}: ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)}`,
      };
    }
    const found = figuresOf(inOrder(events), requestId);
    if (found?.complete) return { kind: 'found', ...found };
    const leftMs = place.forMs - toMilliseconds(clock.now() - startedAt);
    if (leftMs <= 0) return { kind: 'not-found', why: `${place.source}: no REPORT within ${place.forMs} ms` };
    await clock.sleep(Math.min(pauseMs, leftMs), signal);
    pauseMs = Math.min(pauseMs * 2, bounds.maxPollMs);
  }
}

/** By time; events of the same millisecond keep the order in which Logs gave them. */
function inOrder(events: readonly LogEvent[]) {
  return [...events].sort((a, b) => a.timestampMs - b.timestampMs).map((event) => parsePlatformLine(event.message));
}
