import { describe, expect, it } from 'vitest';
import { twinOf } from '../../harness/domain/arm.ts';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { newReportedSample } from '../support/reported-sample.ts';

const ARMS = ['default', 'vpc-nat', twinOf('default')];
const CONNECTIONS = ['new', 'reused'] as const;

/** vpc-nat is slower on new connections, by more at the slow end; on reused ones the difference is far below the margin. */
function timeOf(arm: number, connection: string, round: number, i: number): number {
  const spread = ((round * 7919 + i * 104_729 + arm * 31) % 997) * 300;
  if (arm !== 1) return 5_000_000 + spread;
  return connection === 'new' ? 5_700_000 + spread * 2 : 5_001_000 + spread;
}

const samples = ARMS.flatMap((scenario, arm) =>
  CONNECTIONS.flatMap((connection) =>
    Array.from({ length: 80 }, (_, i) => {
      const round = 1 + Math.floor(i / 10);
      return newReportedSample({ call: { scenario, connection, round }, fnTotal: timeOf(arm, connection, round, i % 10) });
    }),
  ),
);
const analysis = newReportedRun({ samples });
const report = formatMarkdownReport(analysis);

const valuesOf = (scenario: string, connection: string): number[] =>
  samples
    .filter(({ call }) => call.scenario === scenario && call.connection === connection)
    .flatMap(({ fn }) => fn?.total ?? [])
    .sort((a, b) => a - b);
const rank = (values: readonly number[], percent: number): number => values[Math.ceil((percent * values.length) / 100) - 1] ?? Number.NaN;
const medians = analysis.comparisons.filter(({ scenario, statistic }) => scenario === 'vpc-nat' && statistic === 'p50');

describe('what a whole run says, by a few lines of our own', () => {
  it('sees both connections', () => {
    expect(medians.map(({ connection }) => connection).sort()).toEqual(['new', 'reused']);
  });

  it.each(CONNECTIONS)('shift function, %s: the difference of nearest ranks at each point', (connection) => {
    const shift = medians.find((row) => row.connection === connection)?.shift ?? [];
    const [nat, plain] = [valuesOf('vpc-nat', connection), valuesOf('default', connection)];
    expect(shift.length).toBeGreaterThanOrEqual(9);
    for (const { share, estimate, low, high } of shift) {
      expect(estimate).toBe(rank(nat, Math.round(share * 100)) - rank(plain, Math.round(share * 100)));
      expect(low).toBeLessThanOrEqual(estimate);
      expect(high).toBeGreaterThanOrEqual(estimate);
    }
    expect(report).toContain('From fast to slow calls');
  });

  it.each(CONNECTIONS)('Cliff’s delta, %s: all pairs, in words in the report', (connection) => {
    const [nat, plain] = [valuesOf('vpc-nat', connection), valuesOf('default', connection)];
    const wins = nat.flatMap((a) => plain.map((b) => (a > b ? 1 : a === b ? 0.5 : 0))).reduce<number>((sum, win) => sum + win, 0);
    const superiority = wins / (nat.length * plain.length);
    expect(medians.find((row) => row.connection === connection)?.superiority).toBeCloseTo(superiority, 12);
    const word = connection === 'new' ? 'strongly' : 'hardly';
    expect(report).toContain(`slower than a default call with probability ${(superiority * 100).toFixed(0)} % (${word})`);
  });

  it('TOST: "no relevant change" exactly where the 90 % limits lie within the margin', () => {
    for (const { connection, equivalence, margin = 0, verdict } of medians) {
      const within = equivalence !== undefined && -margin < equivalence.low && equivalence.high < margin;
      expect([connection, within]).toEqual([connection, connection === 'reused']);
      expect(verdict).toBe(within ? 'no relevant change' : 'slower');
    }
    expect(report).toContain('**NO RELEVANT CHANGE**');
    expect(report).toContain('**SLOWER**');
  });

  it.each([true, false])('Holm over the family (twins: %s): the greatest of (m − rank) × p up to each', (twins) => {
    const family = analysis.comparisons.filter(({ role, probability }) => (role === 'twin') === twins && probability !== undefined);
    expect(family.length).toBeGreaterThan(1);
    for (const row of family) {
      const notAbove = family.filter(({ probability = 1 }) => probability <= (row.probability ?? 1));
      const steps = notAbove.map(({ probability: p = 1 }) => p * family.filter(({ probability = 1 }) => probability >= p).length);
      expect(row.pAdjusted).toBeCloseTo(Math.min(1, Math.max(...steps)), 12);
    }
    expect(report).toContain('p adjusted');
  });
});
