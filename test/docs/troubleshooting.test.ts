import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../harness/domain/exit-code.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');

interface Entry {
  readonly chapter: string;
  /** As it is printed; `…` is what differs. */
  readonly printed: string;
  readonly body: string;
}

const ENTRIES: readonly Entry[] = text
  .split(/^## /m)
  .slice(1)
  .flatMap((part) => {
    const [chapter = '', ...entries] = part.split(/^### /m);
    return entries.map((entry) => {
      const [printed = '', ...body] = entry.split('\n');
      return { chapter: chapter.split('\n')[0] ?? '', printed, body: body.join('\n') };
    });
  });

const SOURCES: readonly string[] = ['harness', 'infra', 'reports'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
);

/** The printed words as they may stand in a source: `…` is any expression, on one line. */
function asPattern(printed: string): RegExp {
  const parts = printed.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // At its begin and end there is nothing but the quotes of a string.
  return new RegExp(parts.join('[^\\n]*?'), 'g');
}

/** Exit codes that are named within a few lines of such words; where none is, in the same file. */
function codesNear(printed: string): ReadonlySet<number> {
  const names = SOURCES.flatMap((source) =>
    [...source.matchAll(asPattern(printed))].flatMap(({ index }) => {
      const named = (part: string) => [...part.matchAll(/EXIT_CODES\.(\w+)/g)].map(([, name]) => name as keyof typeof EXIT_CODES);
      const near = named(source.slice(Math.max(0, index - 420), index + 420));
      return near.length > 0 ? near : named(source);
    }),
  );
  return new Set(names.map((name) => EXIT_CODES[name]));
}

describe('docs/troubleshooting.md', () => {
  it('has its entries', () => expect(ENTRIES.length).toBeGreaterThanOrEqual(35));

  it.each(ENTRIES)('$printed: stands so in the code', ({ printed }) => {
    expect(SOURCES.some((source) => asPattern(printed).test(source))).toBe(true);
  });

  it.each(ENTRIES.filter(({ body }) => /Exit \d/.test(body) && !/^[A-Z ]+$/.test(body)).filter(({ chapter }) => chapter !== 'In a report'))(
    '$printed: has the exit code that the code gives it',
    ({ printed, body }) => {
      const [, code = ''] = /Exit (\d)/.exec(body) ?? [];
      expect([...codesNear(printed)]).toContain(Number(code));
    },
  );

  it('says nothing of a text that nobody prints', () => {
    expect(SOURCES.some((source) => asPattern('The lab … has gone fishing.').test(source))).toBe(false);
  });
});
