const MS_PER_DAY = 86_400_000;
const LENGTH = '2026-01-01T00:00:00.000Z'.length;
/** `0` in the places of digits. */
const PATTERN = Uint8Array.from('0000-00-00T00:00:00.000Z', (letter) => letter.charCodeAt(0));
const [ZERO, NINE] = [0x30, 0x39];

function hasForm(bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < LENGTH; i++) {
    const wanted = PATTERN[i] as number;
    const byte = bytes[from + i] as number;
    if (wanted === ZERO ? byte < ZERO || byte > NINE : byte !== wanted) return false;
  }
  return true;
}

function two(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) * 10 + (bytes[at + 1] as number) - 11 * ZERO;
}

/** The day that was read last, a run's stamps being of one or two. */
let lastDay = { year: Number.NaN, month: 0, day: 0, at: undefined as number | undefined };

/** The begin of a day; undefined when the calendar has no such day. */
function dayAt(year: number, month: number, day: number): number | undefined {
  if (lastDay.year === year && lastDay.month === month && lastDay.day === day) return lastDay.at;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  lastDay = { year, month, day, at: exists ? date.getTime() : undefined };
  return lastDay.at;
}

/** Milliseconds since the epoch of a stamp as `Date.prototype.toISOString` writes it, years 0000 … 9999; undefined for any other text. */
export function parseInstant(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to - from !== LENGTH || !hasForm(bytes, from)) return undefined;
  const hour = two(bytes, from + 11);
  const minute = two(bytes, from + 14);
  const second = two(bytes, from + 17);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const day = dayAt(two(bytes, from) * 100 + two(bytes, from + 2), two(bytes, from + 5), two(bytes, from + 8));
  const ms = two(bytes, from + 20) * 10 + (bytes[from + 22] as number) - ZERO;
  return day === undefined ? undefined : day + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));
let lastWritten = { day: Number.NaN, text: '' };

/** What `Date.prototype.toISOString` gives for these milliseconds since the epoch. */
export function formatInstant(at: number): string {
  const day = Math.floor(at / MS_PER_DAY);
  if (lastWritten.day !== day) lastWritten = { day, text: new Date(at).toISOString().slice(0, -'00:00:00.000Z'.length) };
  const ms = at - day * MS_PER_DAY;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const time = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
  return `${lastWritten.text}${time}.${THREE_DIGITS[ms % 1000]}Z`;
}
