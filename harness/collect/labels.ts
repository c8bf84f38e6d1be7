/** `Label: value`, as it stands in a platform's text line. */
export interface Field {
  readonly label: string;
  /** As written, white space inside made single blanks. Empty when there is none. */
  readonly value: string;
  /** The text ends with this value: nothing, not even a tab, shows that the value is whole. */
  readonly atEnd: boolean;
}

/** What a scan found. */
export interface Scan {
  readonly fields: readonly Field[];
  /** Words that belong to no field; absent when all was read. */
  readonly foreign?: string;
  /** The text's last words are among the foreign ones: a label or unit that was cut. */
  readonly endsForeign: boolean;
}

const LABEL = /^([A-Za-z][A-Za-z ]*):(?= |$)/;
const QUANTITY = /^\d+(?:\.\d+)? (?:ms|MB)(?= |$)/;
const WORD = /^\S+/;

/**
 * Reads `Label: value` pairs in whatever order they come, divided by tabs, line ends or blanks. A value is a number
 * with its unit, else one word; a label that is not in `oneWord` may have more words, up to the next tab or the end.
 * A label is all the words up to its colon, so `Billed Restore Duration` is never taken for `Restore Duration`.
 */
export function scanLabels(text: string, oneWord: ReadonlySet<string>): Scan {
  const fields: Field[] = [];
  const foreign: string[] = [];
  let endsForeign = false;
  const segments = text.split('\t');
  for (const [index, raw] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const segment = raw.replace(/\s+/g, ' ').trim();
    const left = scanSegment(segment, isLast && !/\s$/.test(raw), oneWord, fields);
    if (left !== '') foreign.push(left);
    endsForeign = isLast && left !== '';
  }
  return { fields, endsForeign, ...(foreign.length === 0 ? {} : { foreign: foreign.join(' ') }) };
}

/** Appends what it reads to `fields`; returns what it could not. */
function scanSegment(segment: string, open: boolean, oneWord: ReadonlySet<string>, fields: Field[]): string {
  let left = segment;
  while (left !== '') {
    const label = LABEL.exec(left)?.[1];
    if (label === undefined) return left;
    const after = left.slice(label.length + 1).trimStart();
    const value = valueAt(after, oneWord.has(label));
    left = after.slice(value.length).trimStart();
    fields.push({ label, value, atEnd: open && left === '' });
  }
  return '';
}

function valueAt(text: string, isOneWord: boolean): string {
  const quantity = QUANTITY.exec(text)?.[0];
  if (quantity !== undefined) return quantity;
  const word = WORD.exec(text)?.[0] ?? '';
  const hasLabelBehind = / [A-Za-z][A-Za-z ]*:(?: |$)/.test(text.slice(word.length));
  return isOneWord || hasLabelBehind ? word : text;
}
