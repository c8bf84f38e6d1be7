import { RUN_SCHEMA_VERSION, type RunId, type StopReason } from '../domain/run.ts';
import { type Call, discardReasonOf, type ReportFigures, type ReportSource, type Sample } from '../domain/sample.ts';
import { parseJournalEntry } from './journal-schema.ts';

/** One line of `samples.ndjson`. `asked` is written before the call, `observed` before the arm's next call. */
export type JournalEntry =
  | {
      readonly event: 'run';
      readonly schema: typeof RUN_SCHEMA_VERSION;
      readonly runId: RunId;
      readonly toolVersion: string;
      readonly at: string;
    }
  | { readonly event: 'asked'; readonly call_id: string; readonly call: Call; readonly at: string }
  | { readonly event: 'observed'; readonly call_id: string; readonly sample: Omit<Sample, 'call'> }
  | { readonly event: 'report'; readonly call_id: string; readonly source: ReportSource; readonly figures: ReportFigures }
  | { readonly event: 'event'; readonly kind: string; readonly at: string; readonly detail: Readonly<Record<string, string>> }
  | { readonly event: 'end'; readonly at: string; readonly stopReason: StopReason };

/** One line without LF. Times inside are integer nanoseconds. */
export function formatJournalEntry(entry: JournalEntry): string {
  return JSON.stringify(entry);
}

/** The line for a call about to be made. */
export function askedEntry(call: Call, at: string): JournalEntry {
  return { event: 'asked', call_id: call.callId, call, at };
}

/** The line for what was seen of it. */
export function observedEntry(sample: Sample): JournalEntry {
  const { call, ...rest } = sample;
  return { event: 'observed', call_id: call.callId, sample: rest };
}

/** A journal as it was found: joined by call id, in the order in which the calls were asked. */
export interface Journal {
  readonly runId?: RunId;
  readonly samples: readonly Sample[];
  readonly reports: ReadonlyMap<string, { readonly source: ReportSource; readonly figures: ReportFigures }>;
  readonly events: readonly Extract<JournalEntry, { event: 'event' }>[];
  readonly end?: Extract<JournalEntry, { event: 'end' }>;
  /** The last line had no LF: a writer was killed in it. It is not used. */
  readonly cutLastLine: boolean;
  /** Lines, numbered from 1, that are no entry of this schema. */
  readonly malformed: readonly { readonly line: number; readonly why: string }[];
}

/** A call that was asked and never observed: its outcome is `lost`. */
function lostSample(call: Call, askedAt: string): Sample {
  const never = discardReasonOf(call.purpose);
  return { call, outcome: 'lost', askedAt, perturbed: false, ...(never === undefined ? {} : { discardReason: never }) };
}

/** What has been read so far. */
interface Reading {
  runId?: RunId;
  readonly calls: Map<string, { readonly call: Call; readonly askedAt: string; sample?: Sample }>;
  readonly reports: Map<string, { readonly source: ReportSource; readonly figures: ReportFigures }>;
  readonly events: Extract<JournalEntry, { event: 'event' }>[];
  end?: Extract<JournalEntry, { event: 'end' }>;
}

/** Takes an entry in; gives the reason when it contradicts what came before it. */
function takeEntry(reading: Reading, entry: JournalEntry): string | undefined {
  switch (entry.event) {
    case 'run':
      reading.runId = entry.runId;
      return undefined;
    case 'asked':
      if (entry.call.callId !== entry.call_id) return `call ${entry.call_id} is asked under the name ${entry.call.callId}`;
      if (reading.calls.has(entry.call_id)) return `call ${entry.call_id} was asked before`;
      reading.calls.set(entry.call_id, { call: entry.call, askedAt: entry.at });
      return undefined;
    case 'observed': {
      const known = reading.calls.get(entry.call_id);
      if (known === undefined) return `call ${entry.call_id} was never asked`;
      if (known.sample !== undefined) return `call ${entry.call_id} was observed before`;
      known.sample = { ...entry.sample, call: known.call };
      return undefined;
    }
    case 'report':
      if (!reading.calls.has(entry.call_id)) return `call ${entry.call_id} was never asked`;
      reading.reports.set(entry.call_id, { source: entry.source, figures: entry.figures });
      return undefined;
    case 'event':
      reading.events.push(entry);
      return undefined;
    case 'end':
      reading.end = entry;
      return undefined;
  }
}

/**
 * Reads a journal, also a cut or damaged one: what cannot be read is counted, never guessed. A line that contradicts an earlier
 * one is malformed: an `observed` or `report` of a call that was never asked, a call asked or observed twice.
 */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const reading: Reading = { calls: new Map(), reports: new Map(), events: [] };
  const malformed: { line: number; why: string }[] = [];
  for (const [index, line] of lines.entries()) {
    const parsed = parseJournalEntry(line);
    const why = parsed.kind === 'malformed' ? parsed.why : takeEntry(reading, parsed.entry);
    if (why !== undefined) malformed.push({ line: index + 1, why });
  }
  const { runId, calls, reports, events, end } = reading;
  return {
    ...(runId === undefined ? {} : { runId }),
    samples: [...calls.values()].map(({ call, askedAt, sample }) => sample ?? lostSample(call, askedAt)),
    reports,
    events,
    ...(end === undefined ? {} : { end }),
    cutLastLine: rest !== '',
    malformed,
  };
}

/** The journal's first line. */
export function runEntry(runId: RunId, toolVersion: string, at: string): JournalEntry {
  return { event: 'run', schema: RUN_SCHEMA_VERSION, runId, toolVersion, at };
}
