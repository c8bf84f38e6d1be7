import { Refusal } from '../../refusal.ts';

/** Bytes `start` … `end`, both included, of an object. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a Range header against an object of `sizeBytes`. Undefined: the whole object, also for what is no byte range (RFC 9110,
 * section 14.2). Throws InvalidRange when it lies behind the end, NotImplemented for several ranges.
 */
export function parseRange(text: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(.*)$/.exec(text?.trim() ?? '');
  if (!match) return undefined;
  if (match[1]?.includes(',')) {
    throw new Refusal(
      'NotImplemented',
      501,
      'A header or query you provided implies functionality that is not implemented: several ranges',
    );
  }
  const bounds = /^(\d*)-(\d*)$/.exec(match[1] ?? '');
  const [, first = '', last = ''] = bounds ?? [];
  if (!bounds || (first === '' && last === '')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  if (start >= sizeBytes || (first === '' && Number(last) === 0)) {
    throw new Refusal('InvalidRange', 416, 'The requested range is not satisfiable', {
      RangeRequested: text ?? '',
      ActualObjectSize: String(sizeBytes),
      Range: `bytes */${sizeBytes}`,
    });
  }
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return { start, end };
}
