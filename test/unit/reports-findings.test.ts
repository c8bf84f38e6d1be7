import { describe, expect, it } from 'vitest';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { findingSentences, labBanner } from '../../reports/sentences.ts';
import { formatTerminalSummary } from '../../reports/terminal.ts';
import { newReportedRun, type RunParts } from '../support/reported-run.ts';
import { newReportedSample, type SampleParts } from '../support/reported-sample.ts';

const same = (text: string): string => text;
const rounds = [1, 2, 3, 4, 5, 6];

/** One warm call a round of each side. */
function sides(reference: number, scenario: number, target: 's3' | 'rds' = 's3') {
  const calls = (name: string, fnTotal: number) =>
    rounds.map((round) => newReportedSample({ call: { scenario: name, target, round }, fnTotal: fnTotal + round }));
  return [...calls('default', reference), ...calls('vpc-nat', scenario)];
}

function findings(parts: RunParts): string[] {
  return findingSentences(newReportedRun(parts), same).map(({ mark, headline, text }) => `${mark} ${headline}  ${text}`);
}

describe('findingSentences', () => {
  it.each([
    [
      1_000_000,
      2_000_000,
      '▲ SLOWER  vpc-nat against default: s3, warm, new connection, fn_total_ms p50: +1.000 ms [+1.000, +1.000] (+100.0 % [+100.0, +100.0]), margin 0.100 ms',
    ],
    [
      2_000_000,
      1_000_000,
      '▼ FASTER  vpc-nat against default: s3, warm, new connection, fn_total_ms p50: −1.000 ms [−1.000, −1.000] (−50.0 % [−50.0, −50.0]), margin 0.100 ms',
    ],
    [
      1_000_000,
      1_000_000,
      '~ NO RELEVANT CHANGE  vpc-nat against default: s3, warm, new connection, fn_total_ms p50: +0.000 ms [+0.000, +0.000] (+0.0 % [+0.0, +0.0]), at most the margin of 0.100 ms either way',
    ],
  ])('from %i ns to %i ns says "%s"', (reference, scenario, sentence) => {
    expect(findings({ samples: sides(reference, scenario) })[0]).toBe(sentence);
  });

  it('says how little there was when nothing can be decided', () => {
    const few = sides(1_000_000, 9_000_000).filter(({ call }) => call.round <= 3);
    expect(findings({ samples: few })).toContain(
      '? NOT DECIDABLE  vpc-nat against default: s3, warm, new connection, fn_total_ms p50: too few samples (a side has 3, needs 6; about 6 rounds)',
    );
  });

  const blocked: SampleParts = { outcome: 'blocked', errorClass: 'timeout', errorPhase: 'connect' };
  const failed: SampleParts = { outcome: 'failed', errorClass: 'function-error', errorPhase: 'invoke' };
  it.each<[SampleParts[], 's3' | 'rds', string, string]>([
    [[blocked, blocked], 's3', '✗ UNEXPECTEDLY BLOCKED  default to s3, 2/2 attempts: timeout in connect', 'no answer'],
    [[blocked], 'rds', '✓ BLOCKED AS EXPECTED  default to rds, 1/1 attempts: timeout in connect', 'as claimed'],
    [
      [{}],
      'rds',
      '✗ UNEXPECTEDLY REACHABLE  default to rds answered 1 of 1 times: the isolation that was claimed is not there',
      'not as claimed',
    ],
    [[], 's3', '? NOT OBSERVED  default to s3 was never asked: the run ended before', 'nothing asked'],
    [
      [failed, failed],
      's3',
      '? NOT OBSERVED  default to s3 stays unknown: all 2 calls ended before the target could be heard: function-error in invoke',
      'asked, but the function crashed',
    ],
  ])('of calls %j to %s says "%s": %s', (calls, target, sentence) => {
    const samples = calls.map((parts) => newReportedSample({ ...parts, call: { scenario: 'default', target } }));
    expect(findings({ targets: [target], samples })).toContain(sentence);
  });

  it('says of a wrong path what was seen, and claims no figures', () => {
    const wrongPaths = [{ arm: 'vpc-nat/s3', expected: 'nat-gateway', seen: 'vpc-endpoint (readable proof objects: aws:SourceVpce)' }];
    const analysis = newReportedRun({ wrongPaths, stopReason: 'wrong-path', samples: sides(1_000_000, 2_000_000) });
    expect(findingSentences(analysis, same).map(({ headline, text }) => `${headline} ${text}`)[0]).toBe(
      'WRONG PATH vpc-nat to s3 went another way than its scenario says: vpc-endpoint (readable proof objects: aws:SourceVpce) instead of nat-gateway; no figures are given',
    );
    for (const text of [formatMarkdownReport(analysis), formatTerminalSummary(analysis, 'x')]) {
      expect(text).toContain('WRONG PATH');
      expect(text).not.toContain('NO REFERENCE');
      expect(text).not.toMatch(/\d p50|2\.000/);
    }
  });

  it('says why there is no reference, with figures in the tables', () => {
    const samples = rounds.map((round) => newReportedSample({ call: { scenario: 'vpc-nat', target: 'rds', round }, fnTotal: 1_000_000 }));
    const analysis = newReportedRun({ targets: ['rds'], samples });
    expect(findingSentences(analysis, same).map(({ text }) => text)).toContain(
      'vpc-nat to rds: no reference (default is blocked as expected); its own figures stand in the tables',
    );
    expect(formatMarkdownReport(analysis)).toMatch(/\| rds +\| vpc-nat +\| +1\.000 \|/);
  });

  it('puts the worst first', () => {
    const samples = [
      ...sides(1_000_000, 2_000_000),
      newReportedSample({ ...blocked, call: { target: 'rds' } }),
      newReportedSample({ ...blocked, call: { scenario: 'vpc-nat', target: 'rds' } }),
    ];
    const marks = findingSentences(newReportedRun({ targets: ['s3', 'rds'], samples }), same).map(({ mark }) => mark);
    expect(marks[0]).toBe('✗');
    expect(marks[1]).toBe('▲');
    expect(marks.at(-1)).toBe('✓');
  });
});

describe('a report', () => {
  it('counts what failed beside the figures', () => {
    const samples = [...sides(1_000_000, 2_000_000), newReportedSample({ outcome: 'failed', call: { scenario: 'vpc-nat' } })];
    expect(formatMarkdownReport(newReportedRun({ samples }))).toContain('| 6 and 1 failed |');
  });

  it('is marked as the lab’s, with the delays that were put in', () => {
    const backend = { kind: 'lab', region: 'us-east-1', account: '0000', notes: [], injected: { nat: '2ms' } } as const;
    const analysis = newReportedRun({ backend });
    expect(labBanner(analysis, same)).toContain('not AWS figures. Injected delays are inputs, not findings: nat 2ms.');
    expect(formatTerminalSummary(analysis, 'x').split('\n')[0]).toContain('not AWS figures');
    expect(formatMarkdownReport(analysis)).toContain("On this machine's kernel:");
  });

  it('is not marked so on AWS', () => {
    const analysis = newReportedRun({ backend: { kind: 'aws', region: 'eu-west-1', account: '1234', notes: [] } });
    expect(labBanner(analysis, same)).toBeUndefined();
    expect(`${formatMarkdownReport(analysis)}${formatTerminalSummary(analysis, 'x')}`).not.toMatch(/LAB|this machine/);
  });

  it('tells what stopped a run, in the words of the error', () => {
    const analysis = newReportedRun({ stopReason: 'deploy-failed', message: 'NAT gateway <limit> exceeded' });
    expect(formatTerminalSummary(analysis, 'x')).toContain(
      '! The run ended early (deploy-failed): it is a shorter run than planned. NAT gateway <limit>',
    );
    expect(formatMarkdownReport(analysis)).toContain('NAT gateway \\<limit\\> exceeded');
  });
});

describe('formatTerminalSummary', () => {
  it('shows names as text, and tells no figures from too few', () => {
    const few = newReportedSample({ call: { scenario: 'vpc-nat' }, fnTotal: 1_000_000 });
    const analysis = newReportedRun({ samples: [...sides(1_000_000, 1_000_000), few] });
    const rename = (scenario: string): string => (scenario === 'vpc-nat' ? '\u001b[2Jx\u202e' : scenario);
    const renamed = {
      ...analysis,
      reachability: analysis.reachability.map((row) => ({ ...row, scenario: rename(row.scenario) })),
      comparisons: analysis.comparisons.map((row) => ({ ...row, scenario: rename(row.scenario) })),
    };
    const text = formatTerminalSummary(renamed, 'x');
    expect(text).not.toMatch(/\p{Cc}(?<!\n)|\p{Cf}/u);
    expect(text).toMatch(/s3 +\| \?\[2Jx\? +\| +none \| +none \| +none/);
    expect(formatTerminalSummary(newReportedRun({ samples: [few] }), 'x')).toMatch(/vpc-nat +\| +n too small \| +none \| +none/);
  });

  it('stays within twenty-five lines with everything that can be said', () => {
    const arms = (['internet', 's3', 'rds'] as const).flatMap((target) =>
      ['default', 'vpc-nat', 'vpc-endpoints'].flatMap((scenario) =>
        rounds.flatMap((round) => [
          newReportedSample({ call: { scenario, target, round }, fnTotal: 1_000_000 }),
          newReportedSample({ call: { scenario, target, round, connection: 'reused' }, fnTotal: 1_000_000, reportSource: 'missing' }),
          newReportedSample({ call: { scenario, target, round, purpose: 'cold' }, clientTotal: 1_000_000, perturbed: true }),
        ]),
      ),
    );
    const odd = (['lost', 'throttled', 'stale_env'] as const).map((outcome) => newReportedSample({ outcome }));
    const analysis = newReportedRun({
      scenarios: ['default', 'vpc-nat', 'vpc-endpoints'],
      targets: ['internet', 's3', 'rds'],
      stopReason: 'interrupted',
      samples: [...arms, ...odd],
    });
    const lines = formatTerminalSummary(analysis, 'results/abcdefgh12').trimEnd().split('\n');
    expect(analysis.warnings.length).toBeGreaterThan(4);
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.some((line) => /… \d+ more in report\.md/.test(line))).toBe(true);
    expect(lines.at(-1)).toContain('report.md');
  });

  it('cuts what was left open before anything that was found', () => {
    // Spread so wide over the rounds that nothing between the scenarios can be decided.
    const noisy = (scenario: string, target: 'internet' | 's3', connection: 'new' | 'reused') =>
      rounds.map((round) =>
        newReportedSample({
          call: { scenario, target, round, connection },
          fnTotal: 1_000_000 * (1 + ((round * 7 + scenario.length) % 5)),
        }),
      );
    const scenarios = ['default', 'vpc-nat', 'vpc-endpoints'] as const;
    const analysis = newReportedRun({
      scenarios: [...scenarios],
      targets: ['internet', 's3', 'rds'],
      samples: [
        ...scenarios.flatMap((scenario) => (['internet', 's3'] as const).flatMap((target) => noisy(scenario, target, 'new'))),
        ...scenarios.flatMap((scenario) => (['internet', 's3'] as const).flatMap((target) => noisy(scenario, target, 'reused'))),
        ...rounds.map((round) =>
          newReportedSample({
            outcome: 'blocked',
            errorClass: 'timeout',
            errorPhase: 'connect',
            call: { target: 'rds', round, purpose: 'blocked' },
          }),
        ),
      ],
    });
    const all = findingSentences(analysis, same);
    const found = all.filter(({ headline }) => headline !== 'NOT DECIDABLE');
    const text = formatTerminalSummary(analysis, 'x');
    expect(all.length).toBeGreaterThan(10);
    expect(found.map(({ headline }) => headline)).toContain('BLOCKED AS EXPECTED');
    for (const { headline, text: sentence } of found) expect(text).toContain(`${headline}  ${sentence}`);
    const [, more = '0'] = /… (\d+) more not decidable in report\.md/.exec(text) ?? [];
    expect((text.match(/NOT DECIDABLE/g) ?? []).length + Number(more)).toBe(all.length - found.length);
    expect(Number(more)).toBeGreaterThan(0);
  });
});
