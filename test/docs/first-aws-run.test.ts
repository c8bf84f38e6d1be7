import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BEGIN, END, formatUnproven, parseFacts, withUnproven } from '../support/first-aws-run.ts';

const README = new URL('../../README.md', import.meta.url);
const facts = parseFacts(readFileSync(new URL('../../docs/first-aws-run.md', import.meta.url), 'utf8'));

describe('docs/first-aws-run.md', () => {
  it('names each fact once, with a command', () => {
    expect(facts.length).toBeGreaterThan(20);
    expect(new Set(facts.map(({ name }) => name)).size).toBe(facts.length);
    expect(facts.filter(({ command }) => !/^(npm|aws|grep|awk|curl) /.test(command))).toEqual([]);
  });

  it('gives the README its paragraph: `-u` brings it up to date', async () => {
    await expect(withUnproven(readFileSync(README, 'utf8'), facts)).toMatchFileSnapshot(README.pathname);
  });
});

describe('the paragraph', () => {
  const [open, done] = [
    { name: 'one', confirmed: false, command: 'aws a' },
    { name: 'two', confirmed: true, command: 'aws b' },
  ];

  it.each([
    [[open], /^- \*\*Nothing here was ever run on AWS\.\*\*.*: one\.$/],
    [[open, done], /^- \*\*Not everything here was seen on AWS\.\*\* Open.*: one\.$/],
    [[done], /^- Every fact of .* was confirmed on AWS\.$/],
  ])('of %j', (given, form) => expect(formatUnproven(given).replaceAll('\n ', '')).toMatch(form));

  it.each([
    ['a box without a command', '- [ ] **one**: so.\n'],
    ['a box without a name', '- [ ] so.\n  `aws a`\n'],
    ['another mark', '- [X] **one**: so.\n  `aws a`\n'],
    ['no box', '# Nothing\n'],
  ])('is not made from %s', (_, document) => expect(() => parseFacts(document)).toThrow(RangeError));

  it('needs its place', () => {
    for (const readme of ['', BEGIN, `${END}${BEGIN}`, `${BEGIN}${END}${BEGIN}${END}`]) {
      expect(() => withUnproven(readme, [open])).toThrow(RangeError);
    }
    expect(withUnproven(`a ${BEGIN} old ${END} b`, [open])).toMatch(/^a <!-- .* -->\n- .*\n<!-- end --> b$/s);
  });
});
