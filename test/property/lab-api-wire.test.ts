import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { countPage, formatGap, gapBefore, indexOfGap, parseGap } from '../../infra/lab/api/log-page.ts';
import { parseQueryParameters } from '../../infra/lab/api/protocol/query.ts';
import { formatXmlElement } from '../../infra/lab/api/protocol/xml.ts';
import { newRateLimit } from '../../infra/lab/api/rate-limit.ts';
import type { StoredLogEvent } from '../../infra/lab/runtime/service.ts';

const parser = new XMLParser({ parseTagValue: false, trimValues: false, processEntities: true, htmlEntities: true });

describe('XML', () => {
  test('any text is well-formed XML and reads back, but for what XML cannot carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot carry
        const expected = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\uD800-\uDFFF]/gu, '\uFFFD');
        const { a } = parser.parse(formatXmlElement('a', text)) as { a: string };
        expect(a).toBe(expected);
      }),
    );
  });
});

describe('forms', () => {
  test('any values arrive in the order of their indexes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 })), fc.array(fc.nat()), (values, order) => {
        const pairs = values.map((value, i) => [`L.member.${i + 1}`, value] as [string, string]);
        const shuffled = pairs.map((pair, i) => ({ pair, rank: order[i] ?? i })).sort((a, b) => a.rank - b.rank);
        const body = new URLSearchParams([['Action', 'A'], ...shuffled.map(({ pair }) => pair)]).toString();
        const parameters = parseQueryParameters(Buffer.from(body));
        expect(parameters.texts('L')).toEqual(values);
        parameters.finish();
      }),
    );
  });

  test('a parameter that nobody reads is always refused by its name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Za-z.0-9]{0,20}$/), (name) => {
        fc.pre(name !== 'Action' && name !== 'Version');
        const parameters = parseQueryParameters(Buffer.from(new URLSearchParams({ Action: 'A', [name]: 'x' }).toString()));
        expect(() => parameters.finish()).toThrow(name);
      }),
    );
  });
});

describe('pages of a log', () => {
  const logs = fc.array(fc.nat(300_000), { maxLength: 20 }).map((sizes) =>
    sizes.map(
      (size, i): StoredLogEvent => ({
        id: `id:${i}/é`,
        group: 'g',
        stream: 's',
        timestampMs: i,
        ingestionTimeMs: i,
        message: 'x'.repeat(size),
      }),
    ),
  );

  test('pages of any limit, joined, are the log, and none is larger than allowed', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 7 }), (events, limit) => {
        const seen: StoredLogEvent[] = [];
        for (let at = 0; at < events.length; ) {
          const count = countPage(events.slice(at), limit);
          const page = events.slice(at, at + count);
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(limit);
          expect(count === 1 || page.reduce((bytes, event) => bytes + event.message.length + 26, 0) <= 1_048_576).toBe(true);
          seen.push(...page);
          at += count;
        }
        expect(seen).toEqual(events);
      }),
      { numRuns: 30 },
    );
  });

  test('a token names the same place after the log has grown', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (events, n) => {
        const index = n % (events.length + 1);
        const gap = parseGap(formatGap(gapBefore(events, index)));
        expect(gap && indexOfGap([...events, ...events.map((event) => ({ ...event, id: `${event.id}+` }))], gap)).toBe(index);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the rate', () => {
  test('never more than one second’s worth plus what has flowed in since', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(200), { maxLength: 200 }), (rate, stepsMs) => {
        let nowMs = 0;
        let passed = 0;
        const limit = newRateLimit(
          () => rate,
          () => nowMs,
        );
        for (const step of stepsMs) {
          nowMs += step;
          if (limit.tryTake()) passed += 1;
          expect(passed).toBeLessThanOrEqual(rate + (nowMs * rate) / 1000 + 1e-6);
        }
      }),
    );
  });

  test('whoever asks all the time gets one second’s worth at once and then the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3000 }), (rate, lastMs) => {
        let nowMs = 0;
        const limit = newRateLimit(
          () => rate,
          () => nowMs,
        );
        let passed = 0;
        for (let i = 0; i < rate; i += 1) passed += limit.tryTake() ? 1 : 0;
        for (nowMs = 1; nowMs <= lastMs; nowMs += 1) passed += limit.tryTake() ? 1 : 0;
        expect(passed).toBe(rate + Math.floor((lastMs * rate) / 1000));
      }),
    );
  });
});
