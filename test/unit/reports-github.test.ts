import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { escapeXml } from '../../reports/free-text.ts';
import { githubAnnotations } from '../../reports/github-annotations.ts';
import { formatGithubSummary } from '../../reports/github-summary.ts';
import { formatJunit } from '../../reports/junit.ts';
import { escapeCommandData, escapeCommandProperty } from '../../reports/workflow-commands.ts';
import { runCommandLineIn } from '../support/command.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const answered = newReportedRun({ targets: ['s3', 'rds'], samples: [newReportedSample({ call: { target: 'rds' } })] });

/** The same analysis with one finding many times, each of another scenario with a long name. */
function crowded(times: number): Analysis {
  const [row] = answered.reachability.filter(({ verdict }) => verdict === 'UNEXPECTEDLY REACHABLE');
  if (row === undefined) throw new Error('no finding to repeat');
  return { ...answered, reachability: Array.from({ length: times }, (_, i) => ({ ...row, scenario: `${'s'.repeat(200)}-${i}` })) };
}

describe('workflow commands', () => {
  it.each([
    ['a\r\n::error::b', 'a%0D%0A::error::b', 'line breaks'],
    ['100 %', '100 %25', 'the escape itself'],
    ['a: b, c', 'a: b, c', 'a message may hold these'],
  ])('have %j as message %j: %s', (text, expected) => {
    expect(escapeCommandData(text)).toBe(expected);
  });

  it('have no end of a property inside one', () => {
    expect(escapeCommandProperty('a:b,c%\n')).toBe('a%3Ab%2Cc%25%0A');
  });

  it('are errors for what ends with exit 3, and warnings for what must be known', () => {
    const lines = githubAnnotations(
      newReportedRun({ stopReason: 'interrupted', ...{ targets: ['rds'] }, samples: [newReportedSample({ call: { target: 'rds' } })] }),
    );
    expect(lines[0]).toBe(
      '::error title=UNEXPECTEDLY REACHABLE::default to rds answered 1 of 1 times: the isolation that was claimed is not there',
    );
    expect(lines).toContain('::warning title=Warning::The run ended early (interrupted): it is a shorter run than planned.');
  });

  it('are no more than ten of a kind, and say how many are not shown', () => {
    const lines = githubAnnotations(crowded(25)).filter((line) => line.startsWith('::error'));
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('::error title=16 more::16 more in report.md');
  });
});

describe('the job summary', () => {
  it.each([1, 100, 3000])('stays within 60 KB with %i findings, and says what it leaves out', (times) => {
    const analysis = crowded(times);
    const text = formatGithubSummary(analysis);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60 * 1024);
    expect(text).toContain('UNEXPECTEDLY REACHABLE');
    expect((text.match(/<details>/g) ?? []).length).toBe((text.match(/<\/details>/g) ?? []).length);
    expect(text).toContain('<summary>Method and environment</summary>');
    if (times === 3000) expect(text).toMatch(/… \d+ more lines in report\.md/);
    if (times === 3000) expect(text).toContain('Too long for here, in report.md: Reachability');
  });
});

describe('escapeXml', () => {
  it.each([
    [`<a b="c" d='e'>&amp;`, '&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;amp;', 'marks'],
    ['a\0b\u001bc\ufffed\ud800e', 'a?b?c?d?e', 'what XML cannot hold'],
    ['a\nb ü \u{1f600}', 'a\nb ü \u{1f600}', 'what it can'],
    [']]>', ']]&gt;', 'the end of a CDATA section'],
  ])('writes %j as %j: %s', (text, expected) => {
    expect(escapeXml(text)).toBe(expected);
  });
});

describe('report.junit.xml', () => {
  const parse = (analysis: Analysis) => {
    const xml = formatJunit(analysis);
    expect(XMLValidator.validate(xml)).toBe(true);
    const { testsuite } = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === 'testcase' }).parse(xml).testsuites;
    return testsuite as { testcase: Record<string, unknown>[]; '@_tests': string; '@_failures': string; '@_skipped': string };
  };
  const warm = (scenario: string, fnTotal: number) =>
    [1, 2, 3, 4, 5, 6].map((round) => newReportedSample({ call: { scenario, round }, fnTotal: fnTotal + round }));

  it('passes a slower scenario, which is an answer, and fails a broken claim', () => {
    const slower = parse(newReportedRun({ samples: [...warm('default', 1e6), ...warm('vpc-nat', 3e6)] }));
    const one = slower.testcase.find((test) => String(test['@_name']).includes('fn_total_ms against default'));
    expect(one).toMatchObject({ '@_classname': 'vpc-nat.s3', '@_name': 's3, warm, new connection, fn_total_ms against default' });
    expect(String(one?.['system-out'])).toMatch(/^p50: slower, \+2\.000 ms/);
    expect(slower).toMatchObject({ '@_failures': '0' });
    const broken = parse(answered);
    expect(broken.testcase.find((test) => 'failure' in test)).toMatchObject({
      '@_classname': 'default.rds',
      failure: { '@_message': 'UNEXPECTEDLY REACHABLE, reached 1 of 1 times', '@_type': 'finding' },
    });
    expect(broken['@_failures']).toBe('1');
  });

  it('skips what is not decidable, with the reason', () => {
    const few = parse(newReportedRun({ samples: [...warm('default', 1e6), ...warm('vpc-nat', 3e6)].filter(({ call }) => call.round < 4) }));
    const one = few.testcase.find((test) => String(test['@_name']).includes('fn_total_ms'));
    expect(one?.['skipped']).toEqual({ '@_message': 'not decidable: too few samples (a side has 3, needs 6; about 6 rounds)' });
    expect(Number(few['@_skipped'])).toBe(few.testcase.filter((test) => 'skipped' in test).length);
    expect(Number(few['@_tests'])).toBe(few.testcase.length);
  });
});

describe('bench report with reporters', () => {
  let run: FakeRun;
  let folder: string;
  beforeAll(async () => {
    run = await newFakeRun({ ...SMALL_RUN, targets: ['s3'] });
    folder = mkdtempSync(join(tmpdir(), 'lnb-github-'));
  });
  afterAll(() => {
    run.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('appends to the summary of the job, and annotates on stderr', async () => {
    const file = join(folder, 'summary.md');
    writeFileSync(file, 'of a step before\n');
    const { code, stdout, stderr } = await runCommandLineIn(
      { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file },
      'report',
      run.folder,
      '--json',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(run.read('report.json'));
    expect(stderr).toMatch(/^::warning title=Warning::.*\n(::.*\n)*$/);
    expect(readFileSync(file, 'utf8')).toBe(`of a step before\n${run.read('github-summary.md')}\n`);
  });

  it('says when the job takes no summary, and fails nothing', async () => {
    const { code, stderr } = await runCommandLineIn({ GITHUB_STEP_SUMMARY: folder }, 'report', run.folder, '--reporter', 'github');
    expect(code).toBe(0);
    expect(stderr).toContain("! the job's summary could not be written: EISDIR");
  });

  it('writes none of it unless asked', async () => {
    const { stderr } = await runCommandLineIn({ GITHUB_STEP_SUMMARY: join(folder, 'none.md') }, 'report', run.folder);
    expect(stderr).toBe('');
  });

  it.each([
    [['--reporter', 'junti'], '--reporter: unknown word "junti". Did you mean "junit"? Known: github, junit.'],
    [['--csv-eol', 'cr'], '--csv-eol: unknown word "cr".'],
  ])('refuses %j', async (flags, why) => {
    const { code, stdout, stderr } = await runCommandLineIn({}, 'report', run.folder, ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
  });
});
