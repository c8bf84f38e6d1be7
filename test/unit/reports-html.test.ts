import { inflateSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRandom } from '../../harness/domain/random.ts';
import { analyseForeignFile } from '../../harness/run/foreign-analysis.ts';
import { escapeHtml, visibleText } from '../../reports/free-text.ts';
import { formatHtmlReport } from '../../reports/html.ts';
import { html, jsonBlock, ownSource } from '../../reports/markup.ts';
import { findingSentences } from '../../reports/sentences.ts';
import type { FakeBehaviour } from '../support/fake-place.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { newReportedRun } from '../support/reported-run.ts';

const SECTIONS = [
  'findings',
  'matrix',
  'curves',
  'cold',
  'course',
  'attribution',
  'reachability',
  'trust',
  'samples',
  'method',
  'reproduce',
];
const STANDARD_BYTES = 150_000;

const sectionsOf = (page: string): string[] => [...page.matchAll(/<section id="(\w+)"/g)].map(([, id = '']) => id);

describe('what enters a page', () => {
  it.each([
    ['<b>', '&lt;b&gt;', 'markup'],
    [`"'&`, '&quot;&#39;&amp;', 'ends of attributes and entities'],
    ['\u001b[31mred', '?[31mred', 'escapes of a terminal'],
    ['a\u202eb\u2066', 'a?b?', 'marks of direction'],
    ['a\nb\u2028c', 'a?b?c', 'line breaks'],
    ['\ud800x', '?x', 'half a character'],
  ])('%j is shown as %j: %s', (text, shown) => {
    expect(escapeHtml(text)).toBe(shown);
    expect(html`<p title="${text}">${text}</p>`.text).toBe(`<p title="${shown}">${shown}</p>`);
  });

  it('is of bounded length', () => {
    expect(escapeHtml('x'.repeat(1 << 20)).length).toBeLessThan(5000);
  });

  it('cannot end a data block, and is read back unchanged', () => {
    const hostile = '</script><!--<script>\u2028&amp;';
    const { text } = jsonBlock({ hostile });
    expect(text).not.toMatch(/[<>&\u2028]/);
    expect(JSON.parse(text)).toEqual({ hostile });
  });

  it('keeps coordinates to a tenth, and refuses sources that could end themselves', () => {
    expect(html`${1 / 3} ${-0.01} ${1e3}`.text).toBe('0.3 0 1000');
    expect(() => ownSource('</style>')).toThrow(RangeError);
  });
});

describe('a small run', () => {
  let run: FakeRun;
  let page: string;
  beforeAll(async () => {
    run = await newFakeRun(SMALL_RUN);
    page = run.read('report.html');
  });
  afterAll(() => run.remove());

  it('has its sections in order, and the same sentences as report.md', () => {
    expect(sectionsOf(page)).toEqual(SECTIONS);
    const sentences = findingSentences(run.analysis, visibleText);
    expect(sentences.length).toBeGreaterThan(3);
    for (const { headline, text } of sentences) expect(page).toContain(html`<strong>${headline}</strong> ${text}</span>`.text);
  });

  it('asks nothing of anybody and lets no script run but its own', () => {
    expect(page).not.toMatch(/https?:|src=|url\(|@import|<link/);
    expect(page).toMatch(/default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]+&#39;; script-src &#39;sha256-/);
    expect(page).not.toMatch(/ style=| on\w+=/);
  });

  it('says that it is the lab, before everything else', () => {
    expect(page.indexOf('class="banner"')).toBeGreaterThan(0);
    expect(page.indexOf('class="banner"')).toBeLessThan(page.indexOf('<h1>'));
    expect(page).toContain('LAB: real kernel network on this machine, not AWS figures.');
  });

  it('gives every chart a name and a table', () => {
    const figures = page.match(/<figure[^>]*>.*?<\/figure>/gs) ?? [];
    const charts = figures.filter((figure) => figure.includes('role="img"'));
    expect(charts.length).toBeGreaterThan(6);
    for (const chart of charts) expect(chart).toMatch(/aria-label="[^"]{20,}".*<table class="data">.*<td>/s);
  });

  it('adds up', () => {
    const [, ledger = ''] = /<section id="samples".*?<tbody>(.*?)<\/table>/s.exec(page) ?? [];
    const counts = [...ledger.matchAll(/<td class="num">(\d+)/g)].map(([, count]) => Number(count));
    const [asked, sum] = [counts.at(-1), counts.at(-2)];
    expect(counts.slice(0, -2).reduce((total, count) => total + count, 0)).toBe(sum);
    expect(sum).toBe(asked);
    expect(asked).toBe(run.analysis.samples.length);
  });

  it('carries the figures that it shows as files', () => {
    const [, json = ''] = /id="files">(.*?)<\/script>/.exec(page) ?? [];
    const files = JSON.parse(json) as Record<string, string>;
    const text = (name: string): string => inflateSync(Buffer.from(files[name] ?? '', 'base64')).toString();
    expect(text('comparisons.csv')).toBe(run.read('comparisons.csv'));
    const whole = new Set((parse(run.read('summary.csv')) as string[][]).map((row) => row.join()));
    const shown = parse(text('summary.csv')) as string[][];
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.every((row) => whole.has(row.join()))).toBe(true);
  });

  it('is the same bytes again', () => {
    expect(formatHtmlReport(run.analysis)).toBe(page);
  });
});

/** Times as real ones are: no two alike, a few far above the others, in every phase. */
function heavyTailed(): FakeBehaviour {
  const random = newRandom('heavy-tailed');
  const slower = (ns: number): number =>
    Math.round(ns * Math.exp(0.5 * (random.next() + random.next()) + (random.below(12) === 0 ? 1.2 : 0)));
  return {
    answer: (_, ordinary) => {
      const { result } = ordinary;
      if (result.kind !== 'ok') return ordinary;
      const phases = Object.fromEntries(Object.entries(result.phases).map(([phase, ns]) => [phase, slower(ns)]));
      const totalNs = Object.values(phases).reduce((sum, ns) => sum + ns, 0);
      return { ...ordinary, result: { ...result, phases, totalNs } };
    },
  };
}

describe('comparisons that stay open', () => {
  it.each([
    ['few stand as sentences', ['vpc-nat'], ['s3'], false],
    ['many are folded in one line, so that the matrix is seen', ['vpc-nat', 'vpc-endpoints'], ['internet', 's3', 'rds'], true],
  ] as const)('%s', async (_, scenarios, targets, folded) => {
    const run = await newFakeRun({ ...SMALL_RUN, scenarios, targets, rounds: 8, warm: 4 }, heavyTailed());
    try {
      const page = run.read('report.html');
      const open = findingSentences(run.analysis, visibleText).filter(({ headline }) => headline === 'NOT DECIDABLE');
      expect([open.length > 0, open.length > 3]).toEqual([true, folded]);
      expect(
        /<summary><strong>NOT DECIDABLE<\/strong> (\d+) of \d+ comparisons: would be decided by about \d+ to \d+ rounds/.exec(page)?.[1],
      ).toBe(folded ? String(open.length) : undefined);
      for (const { headline, text } of open) expect(page).toContain(html`<strong>${headline}</strong> ${text}</span>`.text);
    } finally {
      run.remove();
    }
  });
});

describe('the size of a page', () => {
  it.each([
    ['the standard run', ['vpc-nat']],
    ['the nine pairs', ['vpc-nat', 'vpc-endpoints']],
  ])('of %s is within bounds, with at most 300 marks a chart', async (_, scenarios) => {
    const run = await newFakeRun({ ...SMALL_RUN, scenarios, rounds: 16, warm: 10 }, heavyTailed());
    try {
      const page = run.read('report.html');
      expect(Buffer.byteLength(page)).toBeLessThan(STANDARD_BYTES);
      const charts = page.match(/<svg role="img".*?<\/svg>/gs) ?? [];
      expect(charts.length).toBeGreaterThan(6);
      for (const chart of charts) expect(chart.match(/<(?:use|circle|rect|path)|h0/g)?.length ?? 0).toBeLessThanOrEqual(300);
    } finally {
      run.remove();
    }
  });
});

describe('other runs', () => {
  it.each([
    ['aws', { kind: 'aws', region: 'eu-west-1', account: '1234', notes: [] }, 'AWS eu-west-1', false],
    [
      'another address in the place of AWS',
      { kind: 'aws', region: 'eu-west-1', account: '1234', endpoint: 'http://127.0.0.1:1', notes: [] },
      'NOT AWS',
      true,
    ],
  ] as const)('on %s says so', (_, backend, words, banner) => {
    const page = formatHtmlReport(newReportedRun({ backend }));
    expect(page).toContain(words);
    expect(page.includes('class="banner"')).toBe(banner);
  });

  it('without any figure still reads, and says why', () => {
    const wrongPaths = [{ arm: 'vpc-nat/s3', expected: 'nat-gateway', seen: '<img src=x>' }];
    const page = formatHtmlReport(newReportedRun({ wrongPaths }));
    expect(page).toContain('WRONG PATH');
    expect(page).not.toContain('<img');
    expect(sectionsOf(page)).toEqual(['findings', 'reachability', 'trust', 'samples', 'method', 'reproduce']);
  });

  it('of another tool may name their scenarios as they like', () => {
    const evil = '</script><img src=x onerror=alert(1)>';
    const rows = ['default', evil].flatMap((scenario) =>
      Array.from({ length: 12 }, (_, i) => `"${scenario}",s3,warm,new,ok,${1 + i / 10},${i + 1},e${i}`),
    );
    const text = ['scenario,target,start,connection,outcome,fn_total_ms,round,environment_id', ...rows].join('\n');
    const found = analyseForeignFile(text, 'theirs<b>.csv', { margins: 'aws', seed: 'x', order: [] }, '0.0.0');
    if (found.kind === 'unusable') throw new Error(found.why);
    const page = formatHtmlReport(found.analysis);
    expect(page).toContain('&lt;/script&gt;&lt;img');
    expect(page).not.toMatch(/<img|theirs<b>/);
    expect(page.match(/<script/g)).toHaveLength(2);
  });
});
