import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesFilterPattern, parseFilterPattern } from '../../infra/lab/runtime/filter-pattern.ts';

const REPORT =
  '{"time":"2026-10-08T07:30:29.470Z","type":"platform.report","record":{"requestId":"79b5","metrics":{"durationMs":12.5},"tags":["a","b"]}}';

describe('filter patterns', () => {
  const rows = [
    { pattern: '', message: 'anything', fits: true, why: 'no pattern lets all through' },
    { pattern: '"REPORT RequestId: 79b5"', message: 'REPORT RequestId: 79b5\tDuration', fits: true, why: 'a phrase with a colon' },
    { pattern: '"REPORT RequestId: 79b5"', message: 'END RequestId: 79b5', fits: false, why: 'the whole phrase' },
    { pattern: 'report', message: 'REPORT', fits: false, why: 'case counts' },
    { pattern: 'a "b c"', message: 'b c a', fits: true, why: 'terms and phrases mix' },
    { pattern: '"say \\"hi\\""', message: 'say "hi"', fits: true, why: 'escaped quotes' },
    { pattern: '{ $.record.requestId = "79b5" }', message: REPORT, fits: true, why: 'a path' },
    { pattern: '{$.record.requestId="79b5"}', message: REPORT, fits: true, why: 'without blanks' },
    { pattern: '{ $.record.requestId = "79b" }', message: REPORT, fits: false, why: 'equal, not contained' },
    { pattern: '{ $.record.metrics.durationMs = 12.5 }', message: REPORT, fits: true, why: 'a number' },
    { pattern: '{ $.record.tags[1] = "b" }', message: REPORT, fits: true, why: 'an index' },
    { pattern: '{ $.type = "platform.report" && $.record.requestId = "79b5" }', message: REPORT, fits: true, why: 'both hold' },
    { pattern: '{ $.type = "platform.report" && $.record.requestId = "x" }', message: REPORT, fits: false, why: 'one does not' },
    { pattern: '{ $.type != "platform.start" }', message: REPORT, fits: true, why: 'another value' },
    { pattern: '{ $.absent != "x" }', message: REPORT, fits: false, why: 'nothing is there to differ' },
    { pattern: '{ $.type = platform.report }', message: REPORT, fits: true, why: 'a bare value' },
    { pattern: '{ $.type = "platform.report" }', message: `text ${REPORT}`, fits: false, why: 'the message is no object' },
    { pattern: '{ $.record = "x" }', message: REPORT, fits: false, why: 'an object is no value' },
  ];
  test.each(rows)('$pattern: $why', ({ pattern, message, fits }) => {
    expect(matchesFilterPattern(parseFilterPattern(pattern), message)).toBe(fits);
  });

  const refused = [
    { pattern: '"open', why: 'a quote is not closed' },
    { pattern: '?a ?b', why: 'alternatives are not there' },
    { pattern: '-a', why: 'exclusions are not there' },
    { pattern: '[ip, user]', why: 'space-delimited patterns are not there' },
    { pattern: '%a+%', why: 'regular expressions are not there' },
    { pattern: 'a:b', why: 'special characters want quotes' },
    { pattern: '{ $.a }', why: 'no comparison' },
    { pattern: '{ $.a = 1 || $.b = 2 }', why: 'alternatives of conditions are not there' },
    { pattern: '{ $.a = 1', why: 'a brace is not closed' },
    { pattern: '{ $.a = 1 } x', why: 'something follows' },
  ];
  test.each(refused)('refuses $pattern: $why', ({ pattern }) => {
    expect(() => parseFilterPattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
  });

  test('any quoted text finds the messages that contain it, and only these', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (text, before, after) => {
        const pattern = parseFilterPattern(`"${text.replace(/(["\\])/g, '\\$1')}"`);
        expect(matchesFilterPattern(pattern, before + text + after)).toBe(true);
        expect(matchesFilterPattern(pattern, before)).toBe(before.includes(text));
      }),
    );
  });

  test('any value of a JSON object is found by its path', () => {
    const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/).filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(key, key, fc.oneof(fc.string(), fc.integer()), (outer, inner, value) => {
        const literal = typeof value === 'number' ? String(value) : `"${value.replace(/(["\\])/g, '\\$1')}"`;
        const pattern = parseFilterPattern(`{ $.${outer}.${inner} = ${literal} }`);
        expect(matchesFilterPattern(pattern, JSON.stringify({ [outer]: { [inner]: value } }))).toBe(true);
        expect(matchesFilterPattern(pattern, JSON.stringify({ [outer]: { [inner]: `${value}~` } }))).toBe(false);
      }),
    );
  });
});
