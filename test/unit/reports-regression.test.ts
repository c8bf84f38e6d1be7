import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { GateVerdict } from '../../harness/domain/regression.ts';
import { visibleText } from '../../reports/free-text.ts';
import { formatRegressionText, type RegressionFindings } from '../../reports/regression.ts';
import { regressionAnnotations } from '../../reports/regression-annotations.ts';
import { formatRegressionJunit } from '../../reports/regression-junit.ts';
import { formatRegressionSummary } from '../../reports/regression-summary.ts';
import { GATE } from '../support/history-entries.ts';
import { HOSTILE, UNSEEN } from '../support/hostile-text.ts';
import { EVERY_VERDICT, newFindings, newJudgement } from '../support/judged-findings.ts';

interface Case {
  readonly '@_name': string;
  readonly failure?: { readonly '@_message': string; readonly '@_type': string };
  readonly skipped?: { readonly '@_message': string };
}

function parseJunit(findings: RegressionFindings) {
  const xml = formatRegressionJunit(findings);
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === 'testcase' });
  return parser.parse(xml).testsuites.testsuite as { testcase?: Case[]; '@_tests': string; '@_failures': string; '@_skipped': string };
}

describe('what each verdict is for who watches', () => {
  it.each<[verdict: GateVerdict, junit: 'failure' | 'skipped' | 'passed', annotation: string | undefined, why: string]>([
    ['regression', 'failure', '::error title=REGRESSION::', 'it ends with exit 3'],
    ['flagged', 'skipped', '::warning title=FLAGGED::', 'nothing is decided before two more runs'],
    ['not decidable', 'skipped', '::notice title=NOT DECIDABLE::', 'a gate that cannot decide guards nothing'],
    ['learning', 'skipped', undefined, 'the first ten runs say nothing every day'],
    ['faster', 'passed', '::notice title=FASTER::', 'an answer and no fault'],
    ['cleared', 'passed', undefined, 'it was noise'],
    ['no regression', 'passed', undefined, 'a quiet run is silent'],
  ])('%s: %s, %s: %s', (verdict, junit, annotation) => {
    const findings = newFindings({ judgements: [newJudgement(verdict)] });
    const [one] = parseJunit(findings).testcase ?? [];
    expect([one !== undefined && 'failure' in one, one !== undefined && 'skipped' in one]).toEqual([
      junit === 'failure',
      junit === 'skipped',
    ]);
    const lines = regressionAnnotations(findings);
    expect(lines).toHaveLength(annotation === undefined ? 0 : 1);
    expect(lines[0]?.startsWith(annotation ?? '') ?? true).toBe(true);
  });

  it('a slow shift is a warning of its own and no failure', () => {
    const findings = newFindings({ judgements: [newJudgement('no regression', { shift: { runs: 3, change: 0.02 } })] });
    expect(regressionAnnotations(findings)).toEqual([
      expect.stringMatching(/^::warning title=SLOW SHIFT::.*shift seen over the last 3 runs: \+2\.0 %25/),
    ]);
    expect(parseJunit(findings)).toMatchObject({ '@_failures': '0', '@_skipped': '0' });
  });

  it('what was skipped says why', () => {
    const { testcase = [] } = parseJunit(EVERY_VERDICT);
    expect(testcase.flatMap(({ skipped }) => skipped?.['@_message'] ?? [])).toEqual([
      'flagged: beyond the loose limit; 2 confirming runs are missing',
      'not decidable: the runs before vary so much that a change that matters could hide among them',
      'learning: 4 of 10 comparable runs before it',
    ]);
    expect(testcase.find(({ failure }) => failure !== undefined)?.failure?.['@_type']).toBe('regression');
  });

  it('counts what does not fit, and loses no regression before a quiet gate', () => {
    const judgements = Array.from({ length: 900 }, (_, i) =>
      newJudgement(i % 2 === 0 ? 'no regression' : 'regression', { gate: { ...GATE, scenario: `s${i}` } }),
    );
    const text = formatRegressionSummary(newFindings({ judgements }));
    expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
    const [, more] = /… (\d+) more/.exec(text) ?? [];
    expect(Number(more)).toBe(900 - (text.match(/^- [✗✓]/gm) ?? []).length);
    expect(text.indexOf('NO REGRESSION')).toBe(-1);
    expect(regressionAnnotations(newFindings({ judgements })).at(-1)).toBe('::error title=441 more::441 more in regression-summary.md');
  });

  it('a run without gates is no success', () => {
    expect(formatRegressionSummary(newFindings({ judgements: [] }))).toContain('nothing to judge');
    expect(parseJunit(newFindings({ judgements: [] }))).toMatchObject({ '@_tests': '0' });
  });
});

describe.each(Object.entries(HOSTILE))('a judged run in which everybody says %s', (_, text) => {
  const gate = { ...GATE, scenario: text, reference: text };
  const findings = newFindings({
    ...{ runId: text, measuredAt: text, confirmedBy: [text], notices: [text], records: [{ runId: text, injected: text }] },
    judgements: [newJudgement('regression', { gate }), newJudgement('not decidable', { gate, why: text })],
  });
  it('shows it as text in every form', () => {
    const forms = [formatRegressionText(findings, [], visibleText), formatRegressionSummary(findings), formatRegressionJunit(findings)];
    const annotations = regressionAnnotations(findings);
    for (const form of [...forms, ...annotations]) {
      expect(form).not.toMatch(UNSEEN);
      expect(form.length).toBeLessThan(20_000);
      expect(form).toContain(visibleText(text).slice(0, 1));
    }
    expect(annotations).toHaveLength(3);
    for (const line of annotations) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]+::[^\n\r]+$/);
    // Outside of code spans, in which nothing is markup.
    const markdown = formatRegressionSummary(findings).replace(/(`+)[^\n]*?\1/g, '');
    expect(markdown).not.toMatch(/(?<!\\)<|\n# heading|(?<!\\)\[x\]/);
    const suite = parseJunit(findings);
    expect([suite['@_tests'], suite['@_failures'], suite['@_skipped']]).toEqual(['2', '1', '1']);
  });
});
