import { inflateSync } from 'node:zlib';
import { unzlibSync, zlibSync } from 'fflate';
import { decodeFromCompressedBase64, encodeIntoCompressedBase64, listTags } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { encodeHistogram, HIGHEST_NS, LOWEST_NS, recordHistogram } from '../../harness/record/histogram.ts';
import { encodeHistogramLog, type LogSpan } from '../../harness/record/histogram-log.ts';

const encode = (...values: number[]): string => encodeHistogram(recordHistogram(values).histogram);
const payloadOf = (base64: string): Buffer => inflateSync(Buffer.from(base64, 'base64').subarray(8));

describe('recordHistogram', () => {
  it.each([
    [Number.NaN, 'the library would count it and store it nowhere'],
    [Number.POSITIVE_INFINITY, 'a failure is no time'],
    [1.5, 'the library would truncate it'],
    [2 ** 53, 'beyond whole numbers'],
    [undefined as unknown as number, 'absence is not a value'],
    ['12' as unknown as number, 'text is not a value'],
  ])('refuses %s: %s', (value) => {
    expect(() => recordHistogram([1, value])).toThrow(RangeError);
  });

  it.each([
    [0, 1, 0, 'a phase that took no whole nanosecond'],
    [-5, 1, 1, 'below the range'],
    [HIGHEST_NS + 1, 1, HIGHEST_NS, 'above the range'],
    [LOWEST_NS, 0, LOWEST_NS, 'the lower end itself'],
    [HIGHEST_NS, 0, HIGHEST_NS, 'the upper end itself'],
  ])('records %s with %i clamped (%s, %s)', (value, clamped, at) => {
    const recorded = recordHistogram([value]);
    expect(recorded.clamped).toBe(clamped);
    expect(recorded.histogram.totalCount).toBe(1);
    expect(recorded.histogram.maxValue).toBe(Math.max(at, LOWEST_NS));
  });

  it('counts nothing for no values', () => {
    expect(recordHistogram([])).toMatchObject({ clamped: 0, histogram: { totalCount: 0 } });
  });
});

describe('encodeHistogram', () => {
  it('sets the two header fields that the library writes wrongly, and leaves the others as they are', () => {
    const payload = payloadOf(encode(1, 2_000_000, 3_000_000_000));
    expect(payload.readInt32BE(0)).toBe(0x1c849313);
    expect(payload.readInt32BE(4)).toBe(payload.length - 40);
    expect(payload.readInt32BE(8)).toBe(0);
    expect(payload.readInt32BE(12)).toBe(3);
    expect(payload.readBigInt64BE(16)).toBe(BigInt(LOWEST_NS));
    expect(payload.readBigInt64BE(24)).toBe(BigInt(HIGHEST_NS));
    expect(payload.readDoubleBE(32)).toBe(1);
  });

  it('states the length of what it deflated', () => {
    const bytes = Buffer.from(encode(5, 6, 7), 'base64');
    expect(bytes.readInt32BE(0)).toBe(0x1c849314);
    expect(bytes.readInt32BE(4)).toBe(bytes.length - 8);
  });

  it('gives the same bytes whatever zlib the library deflated with', () => {
    const values = Array.from({ length: 500 }, (_, i) => 1_000_000 + i * 977);
    const ordinary = recordHistogram(values).histogram;
    const deflatedOtherwise = recordHistogram(values).histogram;
    const other = encodeIntoCompressedBase64(deflatedOtherwise, 1);
    expect(other).not.toBe(encodeIntoCompressedBase64(ordinary));
    Object.assign(deflatedOtherwise, { encodeIntoCompressedBase64: () => other });
    expect(encodeHistogram(deflatedOtherwise)).toBe(encodeHistogram(ordinary));
    const deflated = Buffer.from(encodeHistogram(ordinary), 'base64').subarray(8);
    expect(deflated).toEqual(Buffer.from(zlibSync(unzlibSync(deflated), { level: 6 })));
  });

  it('is the same text today as when this was written', () => {
    expect(encode(1_000_000, 2_000_000, 2_000_000)).toMatchInlineSnapshot(
      `"HISTFAAAACl4nJNpmSzMwMDADsQgwAylGYFMN4MdCxjsP0AEDq5jZPrLzwIAed8G1A=="`,
    );
  });
});

describe('encodeHistogramLog', () => {
  const span = { startMs: 1_700_000_000_500, endMs: 1_700_000_002_000 };

  it('writes a header, and a line a series with its interval and its maximum in milliseconds', () => {
    const log = encodeHistogramLog(span, [{ tag: 'default/s3/warm/new/fn_total_ms', values: [1_500_000, 2_250_000] }]);
    const lines = log.split('\n');
    expect(log.endsWith('\n')).toBe(true);
    expect(lines).toContain('#[Histogram log format version 1.3]');
    expect(lines).toContain('#[StartTime: 1700000000.500 (seconds since epoch), 2023-11-14T22:13:20.500Z]');
    const [line] = lines.filter((text) => text.startsWith('Tag='));
    const [tag, start, length, max, histogram = ''] = line?.split(',') ?? [];
    expect([tag, start, length, max]).toEqual(['Tag=default/s3/warm/new/fn_total_ms', '0.000', '1.500', '2.250']);
    expect(decodeFromCompressedBase64(histogram, 64).totalCount).toBe(2);
  });

  it.each<[LogSpan, string]>([
    [{ startMs: 5000 }, 'a run that was killed has no end'],
    [{ startMs: 5000, endMs: 4000 }, 'a wall clock that was set back'],
  ])('gives %j an interval of length 0: %s', (odd) => {
    expect(encodeHistogramLog(odd, [{ tag: 'a', values: [1] }])).toContain('\nTag=a,0.000,0.000,');
  });

  it('leaves out series without values', () => {
    const log = encodeHistogramLog(span, [
      { tag: 'empty', values: [] },
      { tag: 'full', values: [1] },
    ]);
    expect(listTags(log)).toEqual(['full']);
  });

  it('counts what lay outside the range in a comment, which readers skip', () => {
    const log = encodeHistogramLog(span, [{ tag: 'far', values: [1, HIGHEST_NS + 1, 0] }]);
    expect(log).toContain('#[far: 2 values outside 1 ns to 1 h are recorded at its end]\nTag=far,');
    expect(listTags(log)).toEqual(['far']);
  });

  it.each([
    ['a,b', 'a_b', 'a comma ends the tag'],
    ['a b\tc', 'a_b_c', 'blanks end it for the Java reader'],
    ['a\nTag=evil', 'a_Tag=evil', 'a line break would begin another line'],
    ['é\u202e\x1b[31m', '___[31m', 'what cannot be seen'],
    ['default~twin/rds/warm/new/fn_total_ms', 'default~twin/rds/warm/new/fn_total_ms', 'an ordinary tag'],
  ])('writes the tag %j as %j: %s', (tag, written) => {
    const log = encodeHistogramLog(span, [{ tag, values: [1] }]);
    expect(listTags(log)).toEqual([written]);
  });

  it('reads one series at a time, so that one histogram is held', () => {
    const order: string[] = [];
    function* series() {
      for (const tag of ['a', 'b']) {
        order.push(`made ${tag}`);
        yield { tag, values: [1] };
        order.push(`used ${tag}`);
      }
    }
    encodeHistogramLog(span, series());
    expect(order).toEqual(['made a', 'used a', 'made b', 'used b']);
  });
});
