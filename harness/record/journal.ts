import { RUN_SCHEMA_VERSION, type RunId, type StopReason } from '../domain/run.ts';
import type { Call, ReportFigures, ReportSource, Sample } from '../domain/sample.ts';
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
  return { call, outcome: 'lost', askedAt, perturbed: false };
}

/**
 * Reads a journal, also a cut or damaged one: what cannot be read is counted, never guessed.
 * An `observed` or `report` line of a call that was never asked is malformed.
 */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const asked = new Map<string, Sample>();
  const reports = new Map<string, { source: ReportSource; figures: ReportFigures }>();
  const events: Extract<JournalEntry, { event: 'event' }>[] = [];
  const malformed: { line: number; why: string }[] = [];
  let runId: RunId | undefined;
  let end: Extract<JournalEntry, { event: 'end' }> | undefined;
  for (const [index, line] of lines.entries()) {
    const parsed = parseJournalEntry(line);
    if (parsed.kind === 'malformed') {
      malformed.push({ line: index + 1, why: parsed.why });
      continue;
    }
    const { entry } = parsed;
    if ((entry.event === 'observed' || entry.event === 'report') && !asked.has(entry.call_id)) {
      malformed.push({ line: index + 1, why: `call ${entry.call_id} was never asked` });
      continue;
    }
    switch (entry.event) {
      case 'run':
        runId = entry.runId;
        break;
      case 'asked':
        asked.set(entry.call_id, lostSample(entry.call, entry.at));
        break;
      case 'observed': {
        const call = asked.get(entry.call_id)?.call;
        if (call) asked.set(entry.call_id, { ...entry.sample, call });
        break;
      }
      case 'report':
        reports.set(entry.call_id, { source: entry.source, figures: entry.figures });
        break;
      case 'event':
        events.push(entry);
        break;
      case 'end':
        end = entry;
        break;
    }
  }
  return {
    ...(runId === undefined ? {} : { runId }),
    samples: [...asked.values()],
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
