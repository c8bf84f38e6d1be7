import { execFileSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { formatFigure, formatReadable, formatSigned } from '../../reports/figure.ts';
import { escapeCsv, escapeMarkdown, formatCodeSpan, visibleText } from '../../reports/free-text.ts';
import { reproduceCommand } from '../../reports/method.ts';
import { newReportedRun } from '../support/reported-run.ts';

describe('visibleText', () => {
  it.each([
    ['plain text, ünïcode 漢字', 'plain text, ünïcode 漢字', 'what can be seen stays'],
    ['\u001b[31mred\u001b[0m', '?[31mred?[0m', 'ANSI escapes'],
    ['\u009b31mred', '?31mred', 'the one-byte form of the same'],
    ['a\r\nb\tc\0d\u007f', 'a??b?c?d?', 'control characters'],
    ['a\u2028b\u2029c\u0085d', 'a?b?c?d', 'line breaks that only some readers know'],
    ['user\u202etxt.exe', 'user?txt.exe', 'right-to-left override'],
    ['a\u200fb\u2066c\u2069d\u061ce', 'a?b?c?d?e', 'other marks of direction'],
    ['a\u200bb\u200dc\u00add\ufeffe', 'a?b?c?d?e', 'characters without width'],
    ['a\u{e0041}b', 'a?b', 'tag characters, which hide text in text'],
    ['a\ud800b', 'a?b', 'half a surrogate pair'],
    ['\u{1f600}', '\u{1f600}', 'a whole pair'],
    ['', '', 'nothing'],
  ])('shows %j as %j: %s', (text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  it('cuts a megabyte to one short line, also in the middle of a character', () => {
    const line = visibleText('x'.repeat(1024 * 1024));
    expect(line).toBe(`${'x'.repeat(300)}…`);
    expect(visibleText(`${'x'.repeat(299)}\u{1f600}`)).toBe(`${'x'.repeat(299)}?…`);
    expect(visibleText('x'.repeat(300))).toBe('x'.repeat(300));
  });
});

describe('escapeCsv', () => {
  it.each([
    ['=HYPERLINK("http://evil.test","click")', '\'=HYPERLINK("http://evil.test","click")', 'a formula'],
    ['+1+1', "'+1+1", 'the same'],
    ['-1', "'-1", 'the same'],
    ['@SUM(A1)', "'@SUM(A1)", 'the same'],
    ['＝1', "'＝1", 'full width, which some programs take for a formula'],
    ['\t=1', '?=1', 'hidden behind a blank'],
    ['1=1', '1=1', 'no formula'],
    ['2023/11/14/[$LATEST]0123456789abcdef', '2023/11/14/[$LATEST]0123456789abcdef', 'a log stream as it is'],
  ])('writes %j as %j: %s', (text, expected) => {
    expect(escapeCsv(text)).toBe(expected);
  });

  it.each([['a,b'], ['say "hi"'], ['a\r\nb'], ['=1,"2"\n'], ["';--"]])('leaves %j one cell of one line after quoting', (text) => {
    const csv = stringify([[escapeCsv(text), 'next']]);
    expect(csv.split('\n')).toHaveLength(2);
    expect(parse(csv)).toEqual([[escapeCsv(text), 'next']]);
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['<script>alert(1)</script>', '\\<script\\>alert\\(1\\)\\</script\\>', 'HTML'],
    ['[x](javascript:alert(1))', '\\[x\\]\\(javascript:alert\\(1\\)\\)', 'a link'],
    ['![x](http://evil.test/p.png)', '\\!\\[x\\]\\(http\\://evil.test/p.png\\)', 'an image'],
    ['see https://evil.test or www.evil.test', 'see https\\://evil.test or www\\.evil.test', 'addresses that become links by themselves'],
    ['a|b', 'a\\|b', 'the end of a table cell'],
    ['`code` *b* _i_ ~~s~~', '\\`code\\` \\*b\\* \\_i\\_ \\~\\~s\\~\\~', 'emphasis'],
    ['&lt;', '\\&lt;', 'an entity'],
    ['\\', '\\\\', 'the escape itself'],
    ['a\n# b', 'a?\\# b', 'a heading on a line of its own'],
    ['10.0.1.17', '10.0.1.17', 'an ordinary address'],
  ])('writes %j as %j: %s', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });
});

describe('formatCodeSpan', () => {
  it.each([
    ['npm run bench', '`npm run bench`', 'ordinary'],
    ['a`b', '``a`b``', 'a backtick inside'],
    ['a``b`', '``` a``b` ```', 'more of them, one at the end'],
    ['a\nb', '`a?b`', 'a line break'],
  ])('writes %j as %j: %s', (text, expected) => {
    expect(formatCodeSpan(text)).toBe(expected);
  });
});

describe('figures', () => {
  it.each([
    [0, '0.000'],
    [1, '0.000'],
    [500, '0.001'],
    [1_234_567, '1.235'],
    [9_999_400, '9.999'],
    [9_999_600, '10.00'],
    [12_345_678, '12.35'],
    [99_996_000, '100.0'],
    [123_456_789, '123.5'],
    [999_960_000, '1000'],
    [1_234_567_890, '1235'],
    [123_456_789_012, '123457'],
    [-1_234_567, '-1.235'],
  ])('%i ns is %s ms for people', (value, text) => {
    expect(formatReadable(value)).toBe(text);
  });

  it('has a sign on both sides of zero, and a real minus', () => {
    expect([1_500_000, 0, -1_500_000].map(formatSigned)).toEqual(['+1.500', '+0.000', '−1.500']);
  });

  it('keeps every nanosecond for machines', () => {
    expect([1, 1_234_567, -25, 3_600_000_000_000].map(formatFigure)).toEqual(['0.000001', '1.234567', '-0.000025', '3600000.000000']);
  });
});

describe('reproduceCommand', () => {
  it.each([
    ['seed', 'an ordinary seed'],
    ["'; rm -rf ~; '", 'a seed that would end the word'],
    ['$(id)`id`&*', 'a seed that the shell would work on'],
    ['\\', 'a backslash'],
  ])('comes back from a shell as it was asked: %j, %s', (seed) => {
    const { manifest } = newReportedRun({ seed });
    const script = reproduceCommand(manifest).replace('npm run bench --', 'printf "%s\\n"');
    const words = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(words).toEqual(['--scenario', 'vpc-nat', '--targets', 's3', '--rounds', '6', '--warm', '2', '--seed', seed]);
  });
});
