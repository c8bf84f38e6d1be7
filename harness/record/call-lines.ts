import { discardReasonOf } from '../domain/sample.ts';
import { CALL_EVENTS } from './journal-fields.ts';
import { askedColumns, LineColumns, observedColumns, reportColumns } from './line-columns.ts';
import { LineScanner } from './line-scanner.ts';
import type { RowIndex } from './row-index.ts';
import type { SampleColumns } from './sample-columns.ts';
import { hashOfAscii } from './text-hash.ts';

const LF = 0x0a;
const NOT_TAKEN = -1;
/** The place of the letter that tells `{"event":"asked"`, `observed` and `report` from each other. */
const EVENT_AT = '{"event":"'.length;
const [ASKED, OBSERVED, REPORT] = Array.from('aor', (letter) => letter.charCodeAt(0));

/** The rows that lines are taken into. */
export interface Rows {
  readonly columns: SampleColumns;
  readonly index: RowIndex;
  /** Makes a row and gives its number. */
  readonly add: () => number;
}

/** What is known of a call that was asked, beside the call: nothing came back yet. `purpose` is set already. */
export function setUnobserved({ outcome, perturbed, discardReason, reportSource, purpose }: SampleColumns, row: number): void {
  outcome.set(row, 'lost');
  perturbed.set(row, 0);
  discardReason.set(row, discardReasonOf(purpose.get(row) ?? 'measure'));
  reportSource.set(row, 'missing');
}

/** A scanner of one event that can tell which call a line is about. */
class EventScanner extends LineScanner {
  readonly #callId = this.slots.get('call_id') as number;

  /** Scans the line that begins at `at`; gives where its LF is, or −1. */
  scanLine(bytes: Uint8Array, at: number): number {
    const end = this.scan(bytes, at);
    return end !== NOT_TAKEN && bytes[end] === LF ? end : NOT_TAKEN;
  }

  /** The row of the call; the `likely` one is looked at first. */
  rowIn(index: RowIndex, bytes: Uint8Array, likely: number): number | undefined {
    return index.findAscii(bytes, this.found.starts[this.#callId] as number, this.found.ends[this.#callId] as number, likely);
  }

  isKnown(index: RowIndex, bytes: Uint8Array, hash: number): boolean {
    const [from, to] = [this.found.starts[this.#callId] as number, this.found.ends[this.#callId] as number];
    return index.findHashed(hash, bytes, from, to) !== undefined;
  }

  hashOfCall(bytes: Uint8Array): number {
    return hashOfAscii(bytes, this.found.starts[this.#callId] as number, this.found.ends[this.#callId] as number);
  }

  /** True when the text of the slot is the call's name. */
  isCall(slot: number, bytes: Uint8Array): boolean {
    const from = this.found.starts[this.#callId] as number;
    const length = (this.found.ends[this.#callId] as number) - from;
    const other = this.found.starts[slot] as number;
    if ((this.found.ends[slot] as number) - other !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== bytes[other + i]) return false;
    return true;
  }
}

/**
 * Takes the lines that make up nearly all of a journal from their bytes into columns, without an object or a string for them. It
 * takes none that the schema would refuse or that contradicts an earlier one: of those, and of all that is written in another way than
 * `JSON.stringify` does, it says that it did not take them, and the caller finds out why.
 */
export class CallLines {
  readonly #rows: Rows;
  readonly #asked = new EventScanner(CALL_EVENTS.asked);
  readonly #observed = new EventScanner(CALL_EVENTS.observed);
  readonly #report = new EventScanner(CALL_EVENTS.report);
  readonly #askedColumns: LineColumns;
  readonly #observedColumns: LineColumns;
  readonly #reportColumns: LineColumns;
  readonly #name = this.#asked.slots.get('call.callId') as number;
  /** The rows that were asked and reported last: calls are observed one by one, and their REPORTs come in the order of asking. */
  #askedRow = 0;
  #reportedRow = 0;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#askedColumns = new LineColumns(this.#asked, askedColumns(rows.columns), new Set());
    this.#observedColumns = new LineColumns(this.#observed, observedColumns(rows.columns), new Set([rows.columns.discardReason]));
    const ofReport = reportColumns(rows.columns);
    // A REPORT may be found twice.
    this.#reportColumns = new LineColumns(this.#report, ofReport, new Set(ofReport.values()));
  }

  /** Takes the line that begins at `at` and ends before the bytes do. Gives where its LF is, or −1: then nothing was taken. */
  take(bytes: Uint8Array, at: number): number {
    switch (bytes[at + EVENT_AT]) {
      case ASKED:
        return this.#takeAsked(bytes, at);
      case OBSERVED:
        return this.#takeObserved(bytes, at);
      case REPORT:
        return this.#takeReport(bytes, at);
      default:
        return NOT_TAKEN;
    }
  }

  #takeAsked(bytes: Uint8Array, at: number): number {
    const { columns, index, add } = this.#rows;
    const end = this.#asked.scanLine(bytes, at);
    if (end === NOT_TAKEN || !this.#asked.isCall(this.#name, bytes)) return NOT_TAKEN;
    const hash = this.#asked.hashOfCall(bytes);
    if (this.#asked.isKnown(index, bytes, hash)) return NOT_TAKEN;
    const row = add();
    this.#askedColumns.set(row, bytes);
    index.add(row, hash);
    this.#askedRow = row;
    setUnobserved(columns, row);
    return end;
  }

  #takeObserved(bytes: Uint8Array, at: number): number {
    const { columns, index } = this.#rows;
    const end = this.#observed.scanLine(bytes, at);
    const row = end === NOT_TAKEN ? undefined : this.#observed.rowIn(index, bytes, this.#askedRow);
    if (row === undefined || columns.observed.get(row) !== undefined) return NOT_TAKEN;
    columns.observed.set(row, 1);
    this.#observedColumns.set(row, bytes);
    return end;
  }

  #takeReport(bytes: Uint8Array, at: number): number {
    const end = this.#report.scanLine(bytes, at);
    const row = end === NOT_TAKEN ? undefined : this.#report.rowIn(this.#rows.index, bytes, this.#reportedRow + 1);
    if (row === undefined) return NOT_TAKEN;
    this.#reportedRow = row;
    this.#reportColumns.set(row, bytes);
    return end;
  }
}
