import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../harness/analyse/verdict.ts';
import { analyseForeignFile } from '../../harness/run/foreign-analysis.ts';
import type { ForeignChoices } from '../../harness/run/foreign-plan.ts';
import { readForeignRows } from '../../harness/run/foreign-rows.ts';
import { formatSamplesCsv } from '../../reports/samples-csv.ts';
import { type FakeRun, newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

const CHOICES: ForeignChoices = { margins: 'aws', seed: 'seed', order: ['default', 'vpc-nat', 'vpc-endpoints'] };
const HEADER = 'scenario,target,start,connection,outcome,fn_total_ms';

/** `n` warm rows a scenario, 1 ms apart, the second scenario `shift` ms slower. */
function twoScenarios(n: number, shift: number, extra: (i: number) => string = () => '', columns = ''): string {
  const rows = Array.from({ length: n }, (_, i) => [
    `default,s3,warm,new,ok,${10 + i / n}${extra(i)}`,
    `other,s3,warm,new,ok,${10 + shift + i / n}${extra(i)}`,
  ]);
  return `${[`${HEADER}${columns}`, ...rows.flat()].join('\n')}\n`;
}

function analyse(text: string, choices: Partial<ForeignChoices> = {}) {
  const found = analyseForeignFile(text, 'file.csv', { ...CHOICES, ...choices }, '0.0.0');
  if (found.kind === 'unusable') throw new Error(found.why);
  return found;
}

function whyUnusable(text: string, choices: Partial<ForeignChoices> = {}): string {
  const found = analyseForeignFile(text, 'file.csv', { ...CHOICES, ...choices }, '0.0.0');
  if (found.kind === 'analysis') throw new Error('it was usable');
  return found.why;
}

const BAD_ROWS = [
  ['default,s3,lukewarm,new,ok,1', 'unknown start "lukewarm"', 'a start that is none is not guessed'],
  ['default,s3,warm,new,ok,-1', 'fn_total_ms is negative', 'no time is negative'],
  ['default,s3,warm,new,ok,NaN', 'fn_total_ms is not a number', 'a tool that failed to measure writes this'],
  ['default,s3,warm,new,ok,"1,5"', 'fn_total_ms is not a number', 'a decimal comma is not read as thousands'],
  ['default,s3,warm,new,ok,1e999', 'fn_total_ms is too large', 'beyond what a number holds'],
  ['default,s3,warm,new,ok,3600000.1', 'longer than an hour', 'nanoseconds in a column of milliseconds'],
  ['default,s3,warm,new,ok,', 'without any time', 'answered, but nothing to show for it'],
  ['default,s3,warm,new,ok', '5 fields where the header has 6', 'a row that was cut'],
  ['default,s3,warm,new,ok,1,2', '7 fields where the header has 6', 'a comma too many moves every field'],
  ['default,sqs,warm,new,ok,1', 'unknown target "sqs"', 'a closed list'],
  ['default,s3,warm,pooled,ok,1', 'unknown connection "pooled"', 'a closed list'],
  [',s3,warm,new,ok,1', 'no scenario', 'nothing to compare by'],
  ['a/b,s3,warm,new,ok,1', 'without a slash', 'a slash would make two keys equal'],
  ['default,s3,warm,new,,1', 'no outcome', 'neither answered nor failed'],
  ['default,s3,,new,failed,', 'no start', 'a failure of no cell could not be counted anywhere'],
] as const;

const UNUSABLE = [
  ['', 'it is empty', 'no header'],
  ['\n\n', 'it is empty', 'blank lines are no header'],
  ['scenario,target,outcome,fn_total_ms\n', 'missing columns: start, connection; found: "scenario", "target"', 'names what it found'],
  [`${HEADER},outcome\n`, 'two columns are called "outcome"', 'which one would count?'],
  [`${HEADER}\n`, 'no rows', 'a header alone'],
  [`${HEADER}\n"default,s3,warm`, 'quote not closed', 'after a broken quote nothing can be told apart'],
  [`${HEADER}\ndefault,s3,warm,new,ok,-1\n`, 'none of its 1 rows can be used; line 2', 'the first reason is told'],
  [
    'scenario,target,start,connection,outcome,fn_tls_ms,fn_dns_ms\ndefault,s3,warm,new,ok,1,1\n',
    'nothing says which to judge',
    'two phases and no total',
  ],
] as const;

describe('a file of samples', () => {
  it.each(BAD_ROWS)('counts %j as "%s": %s', (row, why) => {
    const good = 'default,s3,warm,new,ok,1';
    const found = readForeignRows(`${HEADER}\n${good}\n${row}\n${good}\n`);
    if (found.kind === 'unusable') throw new Error(found.why);
    expect(found.samples.length).toBe(2);
    expect(found.unused.map(({ line }) => line)).toEqual([3]);
    expect(found.unused[0]?.why).toContain(why);
  });

  it.each(UNUSABLE)('refuses %j with "%s": %s', (text, why) => {
    expect(whyUnusable(text)).toContain(why);
  });

  it('counts lines through quoted line breaks, blank lines, CR LF and a byte order mark', () => {
    const text = `\uFEFF${HEADER},note\r\ndefault,s3,warm,new,ok,1,"a\r\nb"\r\n\r\ndefault,s3,warm,new,ok,-1,\r\n`;
    const found = readForeignRows(text);
    expect(found.kind === 'rows' && found.samples.length).toBe(1);
    expect(found.kind === 'rows' && found.unused).toEqual([{ line: 5, why: 'fn_total_ms is negative: "-1"' }]);
  });

  it('refuses a call that occurs twice, and not calls of two runs with the same id', () => {
    const text = `${HEADER},run_id,call_id\n${['a,1', 'b,1', 'a,1'].map((ids) => `default,s3,warm,new,ok,1,${ids}`).join('\n')}\n`;
    const found = readForeignRows(text);
    expect(found.kind === 'rows' && found.unused).toEqual([{ line: 4, why: 'call_id "1" occurs before' }]);
  });

  it('takes outcomes of another tool for failures, and says so', () => {
    const { analysis } = analyse(`${twoScenarios(8, 0)}default,s3,warm,new,503,\ndefault,s3,warm,new,503,\n`);
    expect(analysis.accounting.failed).toEqual({ failed: 2 });
    expect(analysis.warnings.find(({ code }) => code === 'outcomes-unknown')).toMatchObject({ detail: '503 (2)' });
  });

  it('tells what never answered without calling it expected', () => {
    const { analysis } = analyse(`${twoScenarios(8, 0)}default,rds,warm,new,blocked,\n`);
    expect(analysis.reachability.map(({ verdict }) => verdict)).toEqual(['reached', 'reached']);
    expect(analysis.warnings.find(({ code }) => code === 'never-answered')?.text).toContain('default to rds never answered (1 attempts)');
  });
});

describe('what a foreign file is judged by', () => {
  const file = (columns: string, values: string, start = 'warm') =>
    `scenario,target,start,connection,outcome,${columns}\n${Array.from({ length: 8 }, () => `default,s3,${start},new,ok,${values}`).join('\n')}\n`;

  const JUDGED: readonly (readonly [string, string, 'cold' | 'warm', readonly string[], string])[] = [
    ['fn_total_ms,client_ms', '1,2', 'warm', ['fn_total_ms'], 'the operation itself before the wait of the caller'],
    ['client_ms,duration_ms', '1,2', 'warm', ['client_ms'], 'no function clock'],
    ['fn_total_ms,client_ms', ',2', 'warm', ['client_ms'], 'a column without values is none'],
    ['fn_connect_ms', '1', 'warm', ['fn_connect_ms'], 'the only time there is'],
    ['init_ms,duration_ms,client_ms', '1,2,3', 'cold', ['client_ms', 'cold_report_ms'], 'with what the platform counted beside it'],
    ['init_ms,duration_ms', '1,2', 'cold', ['duration_ms', 'cold_report_ms'], 'the platform alone'],
  ];

  it.each(JUDGED)('%s (%s), %s: %j: %s', (columns, values, start, judged) => {
    expect(analyse(file(columns, values, start)).analysis.manifest.plan.foreign?.judged[start]).toEqual(judged);
  });

  it('gives a verdict on it', () => {
    const text = twoScenarios(40, 3).replace('fn_total_ms', 'duration_ms');
    const row = analyse(text).analysis.comparisons.find(({ statistic }) => statistic === 'p50');
    expect(row).toMatchObject({ metric: 'duration_ms', verdict: 'slower', scenario: 'other', reference: 'default' });
  });
});

describe('what groups the rows of a foreign file', () => {
  const codes = (text: string) =>
    analyse(text)
      .analysis.warnings.map(({ code }) => code)
      .filter((code) => /unpaired|environments|runs/.test(code));
  const median = (text: string): Comparison | undefined => analyse(text).analysis.comparisons.find(({ statistic }) => statistic === 'p50');

  it('rounds and environments: like our own, without a word', () => {
    const text = twoScenarios(40, 3, (i) => `,${Math.floor(i / 4) + 1},e${Math.floor(i / 4)}`, ',round,environment_id');
    expect(codes(text)).toEqual([]);
    expect(median(text)).toMatchObject({ rounds: 10, verdict: 'slower' });
  });

  it('neither: unpaired, each row an environment', () => {
    const text = twoScenarios(40, 3);
    expect(codes(text)).toEqual(['unpaired', 'environments-assumed']);
    expect(median(text)).toMatchObject({ rounds: 40, n: 80, verdict: 'slower' });
    expect(analyse(text).analysis.summary[0]?.environments).toBe(40);
    expect(analyse(text).analysis.manifest.plan.foreign?.notes.join(' ')).toContain('resampling the rows of each side independently');
  });

  it('environments alone: unpaired, the environment is the unit, which widens the interval', () => {
    const clustered = (i: number): string => `,e${i % 8}`;
    // Half the spread belongs to the environment.
    const rows = Array.from({ length: 40 }, (_, i) => [
      `default,s3,warm,new,ok,${10 + (i % 8)}${clustered(i)}`,
      `other,s3,warm,new,ok,${10.5 + (i % 8)}${clustered(i)}`,
    ]);
    const text = `${[`${HEADER},environment_id`, ...rows.flat()].join('\n')}\n`;
    expect(codes(text)).toEqual(['unpaired']);
    const found = median(text);
    expect(found).toMatchObject({ rounds: 8, n: 80 });
    const alone = median(text.replaceAll(/,e\d+$/gm, ','));
    const width = (row: Comparison | undefined): number => (row?.high ?? 0) - (row?.low ?? 0);
    expect(width(alone)).toBeGreaterThan(0);
    expect(width(found)).toBeGreaterThan(1.5 * width(alone));
  });

  it('rounds alone: paired, one environment per arm and round', () => {
    const text = twoScenarios(40, 3, (i) => `,${Math.floor(i / 4) + 1}`, ',round');
    expect(codes(text)).toEqual(['environments-assumed']);
    expect(median(text)).toMatchObject({ rounds: 10 });
    expect(analyse(text).analysis.summary[0]?.environments).toBe(10);
  });

  it('a row without a round among rows with one is not used', () => {
    const { unused } = analyse(`${twoScenarios(8, 0, () => ',1,e', ',round,environment_id')}default,s3,warm,new,ok,1,,e\n`);
    expect(unused).toEqual([{ line: 18, why: 'no round, where others have one' }]);
  });

  it('round 1 of two runs is two rounds', () => {
    const text = twoScenarios(24, 1, (i) => `,${(i % 6) + 1},e${i},run${i % 2}`, ',round,environment_id,run_id');
    expect(codes(text)).toEqual(['several-runs']);
    // Round numbers of even and odd rows differ here already; the two runs share none.
    expect(median(text)?.rounds).toBe(6);
    const shared = twoScenarios(
      24,
      1,
      (i) => `,${Math.floor((i % 12) / 2) + 1},e${i},run${Math.floor(i / 12)}`,
      ',round,environment_id,run_id',
    );
    expect(median(shared)?.rounds).toBe(12);
  });

  it('compares with the scenario that was asked for', () => {
    const rows = analyse(twoScenarios(40, 3), { reference: 'other' }).analysis.comparisons;
    expect(rows.find(({ statistic }) => statistic === 'p50')).toMatchObject({ scenario: 'default', reference: 'other', verdict: 'faster' });
    expect(whyUnusable(twoScenarios(8, 0), { reference: 'othre' })).toContain('Did you mean "other"? It has: default, other');
  });

  it('compares with the first scenario where none is called default', () => {
    const rows = analyse(twoScenarios(40, 3).replaceAll('default', 'zero')).analysis.comparisons;
    expect(rows.find(({ statistic }) => statistic === 'p50')).toMatchObject({ scenario: 'other', reference: 'zero' });
  });
});

describe('our own samples.csv, read as a foreign file', () => {
  let run: FakeRun;
  beforeAll(async () => {
    // A crash of the probe in discarded calls, a refused call and a failing arm: what a bare file says least about.
    run = await newFakeRun(
      { ...SMALL_RUN, scenarios: [], rounds: 8 },
      {
        answer: (event, ordinary) => {
          const failed = {
            kind: 'answered' as const,
            requestId: ordinary.requestId,
            functionError: 'Unhandled',
            payload: new Uint8Array(),
          };
          if (event.callId === 'r003-0012') return failed;
          if (event.callId === 'r004-0024') return failed;
          return event.callId === 'r005-0040'
            ? { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }
            : ordinary;
        },
      },
    );
  });
  afterAll(() => run.remove());

  it('gives the same figures, comparisons and counts as the journal', () => {
    const { analysis, unused } = analyse(run.read('samples.csv'), { margins: 'lab', seed: SMALL_RUN.seed });
    expect(unused).toEqual([]);
    expect(run.analysis.accounting.failed).toMatchObject({ failed: 2, throttled: 1 });
    expect(analysis.summary).toEqual(run.analysis.summary);
    // Which scenarios share their way to a target, a file does not say: all its comparisons have one role.
    const expected = run.analysis.comparisons.map((row) => (row.role === 'negative control' ? { ...row, role: 'scenario' } : row));
    expect(analysis.comparisons).toEqual(expected);
    expect(analysis.comparisons.length).toBeGreaterThan(20);
    expect(analysis.accounting).toEqual(run.analysis.accounting);
    expect(analysis.manifest.runId).toBe(run.analysis.manifest.runId);
  });

  it('is written again byte for byte', () => {
    const text = run.read('samples.csv');
    const found = readForeignRows(text);
    expect(found.kind === 'rows' && Array.from(formatSamplesCsv('abcdefgh12', found.samples), String).join('')).toBe(text);
  });
});
