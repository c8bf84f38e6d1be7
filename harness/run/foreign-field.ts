import { type Nanoseconds, nanoseconds } from '../domain/nanoseconds.ts';

/** Why a row cannot be used. Thrown inside the reader of one row and caught at its end; never leaves it. */
export class BadRow extends Error {}

const NANOSECONDS_PER_MILLISECOND = 1_000_000;
const MS_PER_HOUR = 3_600_000;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
/** Longer foreign text is cut in a reason. */
const MAX_QUOTED = 40;

/** Foreign text inside a reason, quoted and of bounded length. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}

/** The fields of one row by column name; a missing column and an empty field are both absent. */
export interface ForeignFields {
  text(column: string): string | undefined;
  /** Milliseconds, 0 to one hour, decimal point, to the nearest nanosecond. Throws `BadRow`. */
  time(column: string): Nanoseconds | undefined;
  /** Whole, 0 … 2^53 − 1. Throws `BadRow`. */
  whole(column: string): number | undefined;
  /** Any number from 0. Throws `BadRow`. */
  amount(column: string): number | undefined;
  /** `true` or `false`. Throws `BadRow`. */
  flag(column: string): boolean | undefined;
  /** A word of a closed list. Throws `BadRow`, naming the list. */
  word<T extends string>(column: string, words: readonly T[]): T | undefined;
}

function parseAmount(column: string, text: string): number {
  if (!NUMBER.test(text)) throw new BadRow(`${column} is not a number: ${quote(text)}`);
  const value = Number(text);
  if (value < 0) throw new BadRow(`${column} is negative: ${quote(text)}`);
  if (!Number.isFinite(value)) throw new BadRow(`${column} is too large: ${quote(text)}`);
  return value;
}

function parseTime(column: string, text: string): Nanoseconds {
  const milliseconds = parseAmount(column, text);
  if (milliseconds > MS_PER_HOUR) throw new BadRow(`${column} is longer than an hour: ${quote(text)}`);
  return nanoseconds(Math.round(milliseconds * NANOSECONDS_PER_MILLISECOND));
}

/** Reads rows of a table with these columns. */
export function newFieldReader(columns: readonly string[]): (fields: readonly string[]) => ForeignFields {
  const places = new Map(columns.map((name, place) => [name, place]));
  return (fields) => {
    const text = (column: string): string | undefined => {
      const place = places.get(column);
      const value = place === undefined ? undefined : fields[place]?.trim();
      return value === '' ? undefined : value;
    };
    const read = <T>(column: string, parse: (text: string) => T): T | undefined => {
      const value = text(column);
      return value === undefined ? undefined : parse(value);
    };
    return {
      text,
      time: (column) => read(column, (value) => parseTime(column, value)),
      amount: (column) => read(column, (value) => parseAmount(column, value)),
      whole: (column) =>
        read(column, (value) => {
          if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
          throw new BadRow(`${column} is not a whole number: ${quote(value)}`);
        }),
      flag: (column) =>
        read(column, (value) => {
          if (value === 'true' || value === 'false') return value === 'true';
          throw new BadRow(`${column} is neither true nor false: ${quote(value)}`);
        }),
      word: (column, words) =>
        read(column, (value) => {
          const known = words.find((word) => word === value);
          if (known === undefined) throw new BadRow(`unknown ${column} ${quote(value)}; known: ${words.join(', ')}`);
          return known;
        }),
    };
  };
}
