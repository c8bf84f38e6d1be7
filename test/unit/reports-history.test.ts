import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../harness/domain/regression.ts';
import { historySeries } from '../../harness/run/history-series.ts';
import { formatHistoryHtml } from '../../reports/history-html.ts';
import { formatHistoryMarkdown } from '../../reports/history-page.ts';
import { GATE, KEY, newAcceptance, newRecord } from '../support/history-entries.ts';
import { STORY } from '../support/history-story.ts';
import { HOSTILE, UNSEEN } from '../support/hostile-text.ts';

const WHOLE = { cut: false, malformed: 0, otherSchema: 0, repeated: 0 };
const pageOf = (entries: readonly HistoryEntry[], damage = WHOLE): string => formatHistoryHtml(historySeries({ entries, damage }), damage);
const countOf = (page: string, part: RegExp): number => (page.match(part) ?? []).length;

describe('the history page', () => {
  it('has one row a gate, a mark a record by what it was, and a band where there were limits', () => {
    const page = pageOf(STORY);
    expect(countOf(page, /<section>/g)).toBe(1);
    expect(countOf(page, /<circle class="other"/g)).toBe(12);
    expect(countOf(page, /<circle class="ok"/g)).toBe(1);
    expect(countOf(page, /<path class="bad"/g)).toBe(1);
    expect(countOf(page, /<rect class="band"/g)).toBe(4);
    expect(countOf(page, /<path class="change"/g)).toBe(1);
    expect(countOf(page, /<path class="limits"/g)).toBe(14);
    expect(page).toContain('✗ newest run: regression');
    expect(page).toContain('accepted 2026-03-01: a new kernel');
  });

  it('draws the level from the accepted run on, not over the runs before it', () => {
    const startOf = (page: string): number => Number(/class="level" d="M([\d.]+) /.exec(page)?.[1]);
    const before = startOf(pageOf(STORY.filter(({ kind }) => kind === 'gate')));
    expect(startOf(pageOf(STORY))).toBeGreaterThan(before + 300);
  });

  it('keeps every mark inside the picture, whatever the scale is', () => {
    for (const level of [0, 1e-9, 5]) {
      const page = pageOf([newRecord(1, level), newRecord(2, -level), newRecord(3, level)]);
      const places = [...page.matchAll(/c[xy]="([^"]+)"/g)].map(([, text]) => Number(text));
      expect(places).toHaveLength(6);
      for (const place of places) expect(place >= 0 && place <= 720).toBe(true);
    }
  });

  it.each([
    ['no run', [], 'No run yet.'],
    ['no figure', [{ ...newRecord(1, 0.1), point: undefined }].map(({ point: _, ...rest }) => rest), 'no figures'],
  ])('says when there is %s', (_, entries, words) => {
    expect(pageOf(entries)).toContain(words);
  });

  it('asks nothing of any network, and has no script', () => {
    const page = pageOf(STORY, { ...WHOLE, cut: true });
    expect(page).not.toMatch(/https?:|src=|@import|url\(|<script/);
    expect(page).toContain('Lines that are not used: 1 cut.');
  });
});

describe.each(Object.entries(HOSTILE))('a history in which everybody says %s', (_, text) => {
  const entries: readonly HistoryEntry[] = [
    newRecord(1, 0.1, { key: { ...KEY, [text]: text }, injected: text }),
    { ...newAcceptance(1, [GATE]), reason: text, acceptedAt: text },
  ];
  it('shows it as text', () => {
    const page = pageOf(entries);
    expect(page).not.toMatch(UNSEEN);
    expect(page).not.toMatch(/<img|<script|<b>/);
    expect(page.length).toBeLessThan(20_000);
    const markdown = formatHistoryMarkdown(historySeries({ entries, damage: WHOLE }), WHOLE);
    expect(markdown).not.toMatch(UNSEEN);
    expect(markdown).not.toMatch(/(?<!\\)<|\n# heading|(?<!\\)\[x\]/);
    expect(markdown.length).toBeLessThan(20_000);
  });
});
