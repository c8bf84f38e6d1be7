import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countCalls } from '../../harness/plan/duration.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { DECIDING_SHARE, roundsForHalfWidth, scaledHalfWidth } from '../../harness/plan/sizing.ts';
import { placeKeyOf } from '../../harness/run/comparability.ts';
import { type EarlierRun, findEarlierRun } from '../../harness/run/earlier-run.ts';
import { forecastOf } from '../../harness/run/forecast.ts';
import { formatPlanLines } from '../../reports/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newFakeRun, SMALL_RUN } from '../support/fake-run.ts';

const OPTIONS = { backend: 'lab', scenarios: ['vpc-nat'], targets: ['s3'], rounds: 16, warm: 10, seed: 's', reference: true } as const;
const PLACE = placeKeyOf({ kind: 'lab', region: 'us-east-1', injected: {} }, '0.1.0');
const MACHINE = { cpuModel: 'Test CPU', cpuCount: 2 };
const WANTED = { place: PLACE, warm: 10, machine: MACHINE };

describe('sizing', () => {
  it.each([
    [20, 1, 1, 22, 'met already, and a tenth in reserve'],
    [20, 2, 1, 88, 'half the width takes four times the rounds'],
    [20, 0.1, 1, 1, 'far narrower than asked for'],
    [20, 0, 1, 1, 'no spread at all'],
    [16, 0.355, 0.204, 54, 'in tenths of a millisecond'],
  ])('%d rounds of half width %d for %d: %d (%s)', (rounds, halfWidth, target, expected) => {
    expect(roundsForHalfWidth(rounds, halfWidth, target)).toBe(expected);
  });

  it('shrinks with the root of the rounds', () => expect(scaledHalfWidth(3, 16, 64)).toBe(1.5));

  it('decides at two thirds of the margin: 80 % of runs without a difference have their 90 % limits within it', () => {
    // A run's estimate is within ±z(90 %) standard errors with a chance of 80 %; its 90 % limits reach z(95 %) further.
    const standardError = DECIDING_SHARE / 1.959964;
    expect(1.281552 * standardError + 1.644854 * standardError).toBeCloseTo(1, 9);
  });
});

describe('countCalls', () => {
  it.each([[[]], [['vpc-nat']], [['vpc-endpoints']]])('counts what the schedule of %j holds', (scenarios) => {
    const plan = newPlan({ ...OPTIONS, scenarios, targets: ['internet', 's3', 'rds'], rounds: 3, warm: 2 }, SCENARIOS);
    const calls = [...plan.blockedBefore, ...plan.schedule.flatMap((round) => round.calls), ...plan.blockedAfter];
    const counts = countCalls(plan);
    expect(counts.total).toBe(calls.length);
    expect(counts.cold).toBe(calls.filter(({ purpose }) => purpose === 'cold').length);
    expect(counts.warm).toBe(calls.filter(({ purpose }) => purpose === 'measure').length);
    expect(counts.blocked).toBe(calls.filter(({ purpose }) => purpose === 'blocked').length);
  });
});

describe('forecastOf', () => {
  const earlier: EarlierRun = {
    runId: 'abcdefgh12',
    startedAt: '2026-01-01T00:00:00.000Z',
    seconds: 60,
    plan: newPlan(OPTIONS, SCENARIOS),
    comparisons: [
      {
        ...{ scenario: 'vpc-nat', reference: 'default', target: 's3', start: 'warm', connection: 'new', metric: 'fn_total_ms' },
        ...{ halfWidth: 40_000, margin: 120_000, rounds: 16 },
      },
    ],
  };

  it('scales the spread of an earlier run, and takes the table for what that run has not', () => {
    const { rows } = forecastOf(newPlan({ ...OPTIONS, rounds: 64 }, SCENARIOS), earlier);
    expect(rows.map(({ basis }) => basis)).toEqual(['earlier run', 'assumed', 'assumed']);
    expect(rows[0]).toMatchObject({ halfWidth: 20_000, margin: 120_000, decidesFrom: 120_000, roundsNeeded: 6 });
  });

  it('asks of a difference that it be certain among all comparisons', () => {
    const wide = { ...earlier, comparisons: earlier.comparisons.map((row) => ({ ...row, halfWidth: 400_000 })) };
    const [row] = forecastOf(newPlan(OPTIONS, SCENARIOS), wide).rows;
    expect(row?.decidesFrom).toBeGreaterThan(1.3 * 400_000);
    expect(row?.decidesFrom).toBeLessThan(2 * 400_000);
    expect(row?.roundsNeeded).toBe(Math.ceil(16 * 1.1 * (400_000 / (DECIDING_SHARE * 120_000)) ** 2));
  });

  it('promises nothing with fewer rounds than an interval takes', () => {
    const forecast = forecastOf(newPlan({ ...OPTIONS, rounds: 5 }, SCENARIOS), earlier);
    for (const row of forecast.rows) expect(row).not.toHaveProperty('decidesFrom');
    expect(formatPlanLines(forecast)[1]).toContain('no comparison can be decided with these rounds');
  });

  it('expects as long as the earlier run took, scaled by the calls', () => {
    const same = forecastOf(newPlan(OPTIONS, SCENARIOS), earlier);
    expect(same.seconds.total - same.seconds.end).toBeCloseTo(60, 6);
    const longer = forecastOf(newPlan({ ...OPTIONS, rounds: 64 }, SCENARIOS), earlier);
    expect(longer.seconds.rounds).toBeCloseTo(4 * same.seconds.rounds, 6);
  });

  it('says in two lines what a run begins with', () => {
    const [size, decides] = formatPlanLines(forecastOf(newPlan(OPTIONS, SCENARIOS), undefined));
    expect(size).toBe('plan: 2 scenarios, 3 arms (1 A/A copy), 16 rounds × 10 warm calls a connection kind, 1104 calls, about 0:27');
    expect(decides).toMatch(/^plan: decides medians from: warm 0\.\d+ ms to 0\.\d+ ms, cold \d+\.\d+ ms; 3 of 3 may stay open; npm run/);
  });
});

describe('findEarlierRun', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lnb-earlier-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ROW = 'vpc-nat,default,s3,warm,new,fn_total_ms,p50,-0.1,0.3,0.12,16';
  const HEADER = 'scenario,reference,target,start,connection,metric,statistic,ci_low_ms,ci_high_ms,margin_ms,rounds';

  function write(runId: string, parts: Record<string, unknown> = {}, rows: readonly string[] = [ROW]): void {
    mkdirSync(join(folder, runId));
    const manifest = {
      ...{ schema: 1, toolVersion: '0.9.0', runId, startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:01:00.000Z' },
      ...{ stopReason: 'complete', driver: MACHINE, backend: { kind: 'lab', region: 'us-east-1', injected: {} } },
      plan: { backend: 'lab', warm: 10, rounds: 16, arms: [] },
      ...parts,
    };
    writeFileSync(join(folder, runId, 'run.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, runId, 'comparisons.csv'), `${[HEADER, ...rows].join('\n')}\n`);
  }

  it('reads half widths and margins of medians in nanoseconds', () => {
    write('abcdefgh12', {}, [ROW, ROW.replace('p50', 'p90'), ROW.replace('-0.1,0.3', ',')]);
    expect(findEarlierRun(folder, WANTED)).toMatchObject({ runId: 'abcdefgh12', seconds: 60 });
    expect(findEarlierRun(folder, WANTED)?.comparisons).toEqual([
      expect.objectContaining({ halfWidth: 200_000, margin: 120_000, rounds: 16, scenario: 'vpc-nat', metric: 'fn_total_ms' }),
    ]);
  });

  it('takes the newest that is comparable and has intervals', () => {
    write('aaaaaaaaaa', { startedAt: '2026-01-01T00:00:00.000Z' });
    write('bbbbbbbbbb', { startedAt: '2026-01-02T00:00:00.000Z' });
    write('cccccccccc', { startedAt: '2026-01-03T00:00:00.000Z' }, []);
    expect(findEarlierRun(folder, WANTED)?.runId).toBe('bbbbbbbbbb');
  });

  it.each([
    ['another place', { backend: { kind: 'aws', region: 'us-east-1' } }],
    ['an injected delay', { backend: { kind: 'lab', region: 'us-east-1', injected: { nat: '2 ms' } } }],
    ['another machine', { driver: { ...MACHINE, cpuCount: 64 } }],
    ['other warm calls', { plan: { backend: 'lab', warm: 3, rounds: 16, arms: [] } }],
    ['a later tool', { toolVersion: '1.0.0' }],
    ['an interrupted run', { stopReason: 'interrupted' }],
    ['another schema', { schema: 2 }],
  ])('passes over %s', (_, parts) => {
    write('abcdefgh12', parts);
    expect(findEarlierRun(folder, WANTED)).toBeUndefined();
  });

  it('passes over damaged folders and finds nothing where nothing is', () => {
    mkdirSync(join(folder, 'abcdefgh12'));
    writeFileSync(join(folder, 'abcdefgh12', 'run.json'), '{');
    write('bbbbbbbbbb', {}, ['"broken']);
    expect(findEarlierRun(folder, WANTED)).toBeUndefined();
    expect(findEarlierRun(join(folder, 'none'), WANTED)).toBeUndefined();
  });

  it('reads what a run of this version writes', async () => {
    const run = await newFakeRun(SMALL_RUN);
    try {
      const found = findEarlierRun(join(run.folder, '..'), { ...WANTED, warm: SMALL_RUN.warm });
      const known = run.analysis.comparisons.filter(({ statistic, low }) => statistic === 'p50' && low !== undefined);
      expect(found?.comparisons.length).toBe(known.length);
      expect(known.length).toBeGreaterThan(10);
      const { rows } = forecastOf(newPlan(SMALL_RUN, SCENARIOS), found);
      expect(rows.map(({ basis }) => basis)).toEqual(Array(6).fill('earlier run'));
      const first = known.find(
        ({ scenario, target, start, connection }) =>
          scenario === 'vpc-nat' && target === 'internet' && start === 'warm' && connection === 'new',
      );
      expect(rows[0]?.halfWidth).toBeCloseTo(((first?.high ?? 0) - (first?.low ?? 0)) / 2, -1);
    } finally {
      run.remove();
    }
  });
});
