import { parse } from 'csv-parse/sync';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { InvokeOutcome } from '../../harness/domain/ports.ts';
import type { ProbeAnswer, ProbeEvent } from '../../harness/domain/probe-wire.ts';
import { visibleText } from '../../reports/free-text.ts';
import { githubAnnotations } from '../../reports/github-annotations.ts';
import { formatGithubSummary } from '../../reports/github-summary.ts';
import { formatJunit } from '../../reports/junit.ts';
import { SAMPLE_COLUMNS } from '../../reports/samples-csv.ts';
import { formatTerminalSummary } from '../../reports/terminal.ts';
import type { FakeBehaviour } from '../support/fake-place.ts';
import { newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { HOSTILE, MEGABYTE, UNSEEN } from '../support/hostile-text.ts';

/** The probe's own limit on texts of an answer. */
const short = (text: string): string => text.slice(0, 1000);

/** Every place of an answer that holds text of the function's choice. */
function hostileAnswer(text: string, ordinary: ProbeAnswer): ProbeAnswer {
  const addresses = { localAddress: short(text), remoteAddress: short(text) };
  const result = ordinary.result.kind === 'ok' ? { ...ordinary.result, ...addresses } : { ...ordinary.result, message: short(text) };
  const proof = ordinary.proof?.kind === 'internet' ? { proof: { kind: 'internet' as const, seenAddress: short(text) } } : {};
  return { ...ordinary, logStream: short(text), environmentId: short(text), result, ...proof };
}

/** What Lambda itself, or somebody who answers for it, may say instead. */
function hostileFailure(text: string, event: ProbeEvent): InvokeOutcome | undefined {
  const payload = new TextEncoder().encode(text);
  switch (event.callId.slice(-1)) {
    case '7':
      return { kind: 'failed', errorName: text, message: text, requestId: text };
    case '8':
      return { kind: 'throttled', reason: text };
    case '9':
      return { kind: 'answered', requestId: text, functionError: text, payload };
    case '6':
      return { kind: 'answered', requestId: text, payload };
    default:
      return undefined;
  }
}

function behaviourOf(text: string): FakeBehaviour {
  return {
    answer: (event, ordinary) => hostileFailure(text, event) ?? hostileAnswer(text, ordinary),
    // Lambda hands out the last four kilobytes, however much was logged.
    report: (_event, line) => `${line.trimEnd()}\tStatus: ${text}\t\n${text}\n`.slice(-4096),
  };
}

describe.each(Object.entries(HOSTILE))('a run in which everybody says %s', (_, text) => {
  it('shows it as text in every format', async () => {
    const run = await newFakeRun({ ...SMALL_RUN, targets: ['s3'], rounds: 3 }, behaviourOf(text));
    try {
      const csv = run.read('samples.csv');
      const files = ['samples.csv', 'summary.csv', 'comparisons.csv', 'report.md', 'report.json', 'report.html', 'histograms.hlog'];
      const forms = [formatTerminalSummary(run.analysis, 'results/x'), formatGithubSummary(run.analysis), formatJunit(run.analysis)];
      const annotations = githubAnnotations(run.analysis);
      const texts = [...files.map((file) => run.read(file)), ...forms, ...annotations];
      for (const content of texts) {
        expect(content).not.toMatch(UNSEEN);
        expect(content.length).toBeLessThan(MEGABYTE);
      }
      const rows = parse(csv) as string[][];
      expect(rows).toHaveLength(run.analysis.samples.length + 1);
      expect(new Set(rows.map((row) => row.length))).toEqual(new Set([SAMPLE_COLUMNS.length]));
      expect(rows.flat().filter((cell) => /^[=+@-]/.test(cell))).toEqual([]);
      const report = run.read('report.md');
      expect(report).not.toMatch(/(?<!\\)<|\n# heading|(?<!\\)\[x\]/);
      expect(formatGithubSummary(run.analysis)).not.toMatch(/(?<!\\)<(?!\/?(details|summary)>)|\n# heading|(?<!\\)\[x\]/);
      expect(annotations.length).toBeGreaterThan(0);
      for (const line of annotations) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]+::[^\n\r]+$/);
      const xml = formatJunit(run.analysis);
      expect(XMLValidator.validate(xml)).toBe(true);
      const { testsuite } = new XMLParser({ ignoreAttributes: false }).parse(xml).testsuites;
      expect(testsuite.testcase.filter((one: object) => 'failure' in one).length).toBe(Number(testsuite['@_failures']));
      // Every tag of the page is one of its own; the page's two scripts are its own too.
      const page = run.read('report.html');
      expect(page).not.toMatch(/<img|<script>alert|onerror=alert\(1\)>/);
      expect(page.match(/<script/g)).toHaveLength(page.includes('id="pricing"') ? 3 : 2);
      // The words did arrive, so what is shown above is that they were made harmless.
      expect(rows.flat().some((cell) => cell.includes(visibleText(text).slice(0, 20)))).toBe(true);
      expect(run.read('samples.ndjson').length).toBeLessThan(MEGABYTE);
      expect(run.analysis.accounting.failed).toMatchObject({ failed: expect.any(Number), throttled: expect.any(Number) });
    } finally {
      run.remove();
    }
  });
});
