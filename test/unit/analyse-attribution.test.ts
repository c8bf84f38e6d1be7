import { describe, expect, it } from 'vitest';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ProbePhase } from '../../harness/domain/probe-wire.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { formatMarkdownReport } from '../../reports/markdown.ts';
import { newReportedRun } from '../support/reported-run.ts';
import { newReportedSample } from '../support/reported-sample.ts';

type Phases = Partial<Record<ProbePhase, number>>;
const ORDINARY: Phases = { dns: 100_000, connect: 200_000, tls: 300_000, ttfb: 400_000 };

/** Four calls in each round; a spread that is the same on both sides lies in `ttfb`. */
function side(scenario: string, phases: Phases, rounds: number, connection: 'new' | 'reused' = 'new'): ReportedSample[] {
  return Array.from({ length: rounds * 4 }, (_, i) => {
    const own = { ...phases, ttfb: (phases.ttfb ?? 0) + ((i * 7919) % 13) * 1000 };
    const total = nanoseconds(Object.values(own).reduce((sum, ns) => sum + ns, 0));
    const timed = Object.fromEntries(Object.entries(own).map(([phase, ns]) => [phase, nanoseconds(ns)]));
    return { ...newReportedSample({ call: { scenario, round: 1 + (i >> 2), connection } }), fn: { total, phases: timed } };
  });
}

/** Nearest rank of the middle: own lines, nothing of the harness. */
function medianOf(samples: readonly ReportedSample[], phase: ProbePhase): number {
  const values = samples.flatMap(({ fn }) => fn?.phases[phase] ?? []).sort((a, b) => a - b);
  return values[Math.ceil(values.length / 2) - 1] ?? Number.NaN;
}

function run(nat: Phases, plain: Phases = ORDINARY, rounds = 8, connection: 'new' | 'reused' = 'new') {
  const sides = [side('vpc-nat', nat, rounds, connection), side('default', plain, rounds, connection)] as const;
  const analysis = newReportedRun({ samples: sides.flat() });
  return { sides, analysis, found: analysis.attributions[0], report: formatMarkdownReport(analysis) };
}

describe('attribution of a difference', () => {
  it.each<[string, Phases, Phases, 'new' | 'reused', Phases]>([
    ['one phase carries all', { ...ORDINARY, connect: 900_000 }, ORDINARY, 'new', { connect: 1 }],
    ['two phases share it', { ...ORDINARY, connect: 500_000, tls: 400_000 }, ORDINARY, 'new', { connect: 0.75, tls: 0.25 }],
    ['one works against another', { ...ORDINARY, connect: 800_000, tls: 100_000 }, ORDINARY, 'new', { connect: 1.5, tls: -0.5 }],
    ['a reused connection has neither connect nor TLS', { ttfb: 900_000 }, { ttfb: 400_000 }, 'reused', { ttfb: 1 }],
  ])('%s', (_, nat, plain, connection, shares) => {
    const { sides, found } = run(nat, plain, 8, connection);
    expect(found?.connection).toBe(connection);
    for (const { phase, difference, low, high, share } of found?.phases ?? []) {
      expect(difference).toBe(medianOf(sides[0], phase) - medianOf(sides[1], phase));
      expect(low).toBeLessThanOrEqual(difference);
      expect(high).toBeGreaterThanOrEqual(difference);
      expect(share).toBeCloseTo(shares[phase] ?? 0, 12);
    }
    expect(found?.phases.map(({ phase }) => phase).sort()).toEqual(Object.keys(plain).sort());
    expect(found?.phases[0]?.phase).toBe(Object.keys(shares)[0]);
    // With the same spread in one phase alone, phases that sum to each call's total also sum to the medians' difference.
    expect(Math.abs(found?.rest ?? Number.NaN)).toBeLessThanOrEqual(1000);
  });

  it('gives no share where nothing differs', () => {
    const { found } = run(ORDINARY);
    expect(found?.difference).toBe(0);
    for (const phase of found?.phases ?? []) expect(phase).toMatchObject({ difference: 0, low: 0, high: 0 });
    expect(found?.phases.some(({ share }) => share !== undefined)).toBe(false);
  });

  it('names a phase that one side has alone: the rest holds it', () => {
    const { found, report } = run({ ...ORDINARY, query: 600_000 });
    expect(found).toMatchObject({ leftOut: ['query'], rest: 600_000 });
    expect(report).toContain('rest, with query: too few rounds on a side');
  });

  it('gives a phase of some calls no share of all', () => {
    const [nat, plain] = [side('vpc-nat', { ...ORDINARY, connect: 900_000 }, 8), side('default', ORDINARY, 8)];
    const some = nat.map((sample, i) => {
      const { tls: _, ...phases } = sample.fn?.phases ?? {};
      return i % 4 === 0 ? { ...sample, fn: { total: nanoseconds((sample.fn?.total ?? 0) - 300_000), phases } } : sample;
    });
    const analysis = newReportedRun({ samples: [...some, ...plain] });
    const tls = analysis.attributions[0]?.phases.find(({ phase }) => phase === 'tls');
    expect(tls).toMatchObject({ difference: 0, ofSomeCalls: true });
    expect(tls?.share).toBeUndefined();
    expect(formatMarkdownReport(analysis)).toContain('tls, in some calls only');
  });

  it('says nothing with five rounds, too few for limits', () => {
    const { analysis, report } = run({ ...ORDINARY, connect: 900_000 }, ORDINARY, 5);
    expect(analysis.attributions).toEqual([]);
    expect(report).not.toContain('Which phase carries');
  });
});
