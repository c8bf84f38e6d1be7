import { formatInstant, parseInstant } from './instant-text.ts';
import { NumberColumn, type SharedNumbers } from './number-column.ts';
import { type SharedTexts, TextColumn } from './text-column.ts';

/** A column's stamps, for another thread. */
export interface SharedInstants {
  readonly offsets: SharedNumbers;
  readonly texts: SharedTexts;
  readonly first: number | undefined;
}

/** Stamps of a wall clock, `2026-01-01T00:00:00.000Z`, in four bytes each; any other text comes back as it was, too. */
export class InstantColumn {
  readonly #offsets = new NumberColumn();
  readonly #texts = new TextColumn();
  /** Milliseconds since the epoch of the first stamp: those of a run lie close together. */
  #first: number | undefined;

  get(row: number): string | undefined {
    const offset = this.#offsets.get(row);
    return offset === undefined ? this.#texts.get(row) : formatInstant((this.#first ?? 0) + offset);
  }

  /** Undefined takes a stamp away. */
  set(row: number, text: string | undefined): void {
    const bytes = Buffer.from(text ?? '', 'latin1');
    const at = parseInstant(bytes, 0, bytes.length);
    // A byte holds no more than Latin-1: other letters may look like digits there.
    if (at !== undefined && text === formatInstant(at)) this.#setInstant(row, at);
    else {
      this.#offsets.set(row, undefined);
      this.#texts.set(row, text);
    }
  }

  /** As {@link set}, of ASCII text that is still bytes. */
  setAscii(row: number, bytes: Uint8Array, from: number, to: number): void {
    const at = parseInstant(bytes, from, to);
    if (at !== undefined) this.#setInstant(row, at);
    else {
      this.#offsets.set(row, undefined);
      this.#texts.setAscii(row, bytes, from, to);
    }
  }

  /** As of numbers. */
  share(): SharedInstants {
    return { offsets: this.#offsets.share(), texts: this.#texts.share(), first: this.#first };
  }

  /** As of numbers. */
  adopt({ offsets, texts, first }: SharedInstants): void {
    this.#offsets.adopt(offsets);
    this.#texts.adopt(texts);
    this.#first = first;
  }

  #setInstant(row: number, at: number): void {
    this.#first ??= at;
    this.#offsets.set(row, at - this.#first);
    this.#texts.set(row, undefined);
  }
}
