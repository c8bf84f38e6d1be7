import { RUN_SCHEMA_VERSION, type RunId, type StopReason } from '../domain/run.ts';
import type { Call, ReportFigures, ReportSource, Sample } from '../domain/sample.ts';
import { parseJournalEntry } from './journal-schema.ts';
import { SampleTable, type Taken } from './sample-table.ts';

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
  readonly samples: SampleTable;
  readonly events: readonly Extract<JournalEntry, { event: 'event' }>[];
  readonly end?: Extract<JournalEntry, { event: 'end' }>;
  /** The last line had no LF: a writer was killed in it. It is not used. */
  readonly cutLastLine: boolean;
  /** Lines that are no entry of this schema, or contradict an earlier one. */
  readonly malformedLines: number;
  /** The first of them, numbered from 1. */
  readonly malformed: readonly { readonly line: number; readonly why: string }[];
}

/** Of a journal that is no journal at all so many reasons are enough. */
const MALFORMED_KEPT = 100;
const LF = 0x0a;

function whyNot(callId: string, what: 'asked' | 'observed', taken: Taken): string | undefined {
  switch (taken) {
    case 'taken':
      return undefined;
    case 'never asked':
      return `call ${callId} was never asked`;
    case 'twice':
      return `call ${callId} was ${what} before`;
  }
}

/**
 * Reads a journal as its bytes come, also a cut or damaged one: what cannot be read is counted, never guessed. A line that contradicts an
 * earlier one is malformed: an `observed` or `report` of a call that was never asked, a call asked or observed twice.
 */
export class JournalReader {
  readonly #samples = new SampleTable();
  readonly #events: Extract<JournalEntry, { event: 'event' }>[] = [];
  readonly #malformed: { line: number; why: string }[] = [];
  #malformedLines = 0;
  #lines = 0;
  #runId: RunId | undefined;
  #end: Extract<JournalEntry, { event: 'end' }> | undefined;
  /** The pieces of a line whose LF has not come yet. */
  #rest: Uint8Array[] = [];

  /** Takes the next bytes in, however they are cut. They are copied where they are needed longer. */
  take(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const last = buffer.lastIndexOf(LF);
    let from = 0;
    if (last !== -1 && this.#rest.length > 0) {
      from = buffer.indexOf(LF) + 1;
      this.#takeLineAt(Buffer.concat([...this.#rest, buffer.subarray(0, from)]), 0);
      this.#rest = [];
    }
    while (from <= last) from = this.#takeLineAt(buffer, from);
    if (from < buffer.length) this.#rest.push(Uint8Array.from(buffer.subarray(from)));
  }

  /** What the bytes say; all of them were taken. */
  finish(): Journal {
    return {
      ...(this.#runId === undefined ? {} : { runId: this.#runId }),
      samples: this.#samples,
      events: this.#events,
      ...(this.#end === undefined ? {} : { end: this.#end }),
      cutLastLine: this.#rest.length > 0,
      malformedLines: this.#malformedLines,
      malformed: this.#malformed,
    };
  }

  /** Takes the line that begins there; gives where the next one begins. */
  #takeLineAt(buffer: Buffer, from: number): number {
    const end = this.#samples.takeLine(buffer, from);
    if (end !== -1) {
      this.#lines++;
      return end + 1;
    }
    const at = buffer.indexOf(LF, from);
    this.#takeLine(buffer.toString('utf8', from, at));
    return at + 1;
  }

  #takeLine(line: string): void {
    this.#lines++;
    const parsed = parseJournalEntry(line);
    const why = parsed.kind === 'malformed' ? parsed.why : this.#takeEntry(parsed.entry);
    if (why === undefined) return;
    this.#malformedLines++;
    if (this.#malformed.length < MALFORMED_KEPT) this.#malformed.push({ line: this.#lines, why });
  }

  /** Gives the reason when the entry contradicts what came before it. */
  #takeEntry(entry: JournalEntry): string | undefined {
    switch (entry.event) {
      case 'run':
        this.#runId = entry.runId;
        return undefined;
      case 'asked':
        if (entry.call.callId !== entry.call_id) return `call ${entry.call_id} is asked under the name ${entry.call.callId}`;
        return whyNot(entry.call_id, 'asked', this.#samples.ask(entry.call, entry.at));
      case 'observed':
        return whyNot(entry.call_id, 'observed', this.#samples.observe(entry.call_id, entry.sample));
      case 'report':
        return whyNot(entry.call_id, 'asked', this.#samples.report(entry.call_id, entry.source, entry.figures));
      case 'event':
        this.#events.push(entry);
        return undefined;
      case 'end':
        this.#end = entry;
        return undefined;
    }
  }
}

/** The journal's first line. */
export function runEntry(runId: RunId, toolVersion: string, at: string): JournalEntry {
  return { event: 'run', schema: RUN_SCHEMA_VERSION, runId, toolVersion, at };
}
