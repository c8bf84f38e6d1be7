import { describe, expect, it } from 'vitest';
import { billedHours, type CostQuestion, costOf, hourlyUsd } from '../../harness/plan/cost.ts';
import { countCalls, expectedSeconds } from '../../harness/plan/duration.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { BUILT_IN_PRICES, PRICED, type PriceTable, parsePrices, pricesFor } from '../../harness/plan/prices.ts';
import { costSection, describeCost, formatUsd } from '../../reports/cost.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

const OPTIONS = {
  backend: 'aws',
  scenarios: ['vpc-nat'],
  targets: ['internet', 's3', 'rds'],
  rounds: 40,
  warm: 10,
  seed: 's',
  reference: true,
} as const;
const QUESTION: CostQuestion = { region: 'us-east-1', architecture: 'arm64', trafficGb: 100 };

/** Every price one dollar, so that a bill shows its quantities. */
const ONES: PriceTable = {
  ...BUILT_IN_PRICES,
  prices: Object.fromEntries(PRICED.map((item) => [item, { usd: 1, unit: 'x', source: 'a test' }])) as PriceTable['prices'],
};
const ones = pricesFor('us-east-1', ONES);
const listed = pricesFor('us-east-1', BUILT_IN_PRICES);

describe('prices', () => {
  it('has a date, and a source for every row', () => {
    expect(BUILT_IN_PRICES.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(PRICED.filter((item) => BUILT_IN_PRICES.prices[item].source.length < 10)).toEqual([]);
  });

  it("takes a region's own prices where the table has any, and says whose they are", () => {
    const table = { ...BUILT_IN_PRICES, regions: { 'eu-west-1': { nat_hour: { usd: 0.048, unit: 'h', source: 'a test' } } } };
    expect(pricesFor('eu-west-1', table)).toMatchObject({ region: 'eu-west-1', usd: { nat_hour: 0.048, rds_hour: 0.016 } });
    expect(pricesFor('eu-west-2', table)).toMatchObject({ region: 'us-east-1', usd: { nat_hour: 0.045 } });
  });

  const text = JSON.stringify(BUILT_IN_PRICES);
  it.each([
    ['{', 'not JSON', 'cut'],
    [text.replace('"USD"', '"EUR"'), 'currency', 'nothing here converts'],
    [text.replace('"nat_hour"', '"nat_huor"'), 'nat_h', 'a price that is missing would read as free'],
    [text.replace('"usd":0.045', '"usd":-1'), 'usd', 'a negative price'],
    [text.replace('"asOf":"2026-11-23"', '"asOf":"soon"'), 'asOf', 'no date'],
  ])('refuses %#: %s', (given, why) => {
    const parsed = parsePrices(given);
    expect(parsed.kind).toBe('malformed');
    expect(parsed).toMatchObject({ why: expect.stringContaining(why) });
  });

  it('reads its own form', () => expect(parsePrices(text)).toEqual({ kind: 'prices', table: BUILT_IN_PRICES }));
});

describe('cost of a run', () => {
  const plan = newPlan(OPTIONS, SCENARIOS);
  const cost = costOf(plan, { total: 3700 }, ones, QUESTION);
  const quantity = (item: string): number | undefined => cost.run?.lines.find((line) => line.item === item)?.quantity;

  it('counts what is billed by use', () => {
    expect(quantity('Lambda requests')).toBe(countCalls(plan).total + 40);
    // 3 S3 arms (default, vpc-nat, the twin) × 40 rounds × (1 cold + 2 discarded + 20 warm + 3 proofs).
    expect(quantity('S3 reads')).toBe(3 * 40 * 26);
    // 3 arms of vpc-nat and its RDS twin × 40 rounds × 23 calls × 12 kB.
    expect(quantity('traffic, nat-gateway')).toBeCloseTo((4 * 40 * 23 * 12_000) / 1e9, 12);
  });

  it('counts a begun hour whole: NAT gateways and endpoints do', () => {
    expect([1, 3600, 3601, 7200].map(billedHours)).toEqual([1, 1, 2, 2]);
    expect(['NAT gateway', 'public IPv4 address', 'DB instance'].map(quantity)).toEqual([2, 2, 2]);
    expect(cost.run?.hours).toBe(2);
  });

  it('bills an interface endpoint by the hour and the GB, where a scenario has one', () => {
    const other = newPlan({ ...OPTIONS, scenarios: ['vpc-endpoints-interface'] }, SCENARIOS);
    const { run, month } = costOf(other, { total: 3700 }, ones, QUESTION);
    expect(run?.lines).toContainEqual({ item: 'S3 interface endpoint, one zone', quantity: 2, unit: 'h', usd: 2 });
    expect(run?.lines.some(({ item }) => item === 'traffic, s3-interface-endpoint')).toBe(true);
    expect(month.modes.find(({ scenario }) => scenario === 'vpc-endpoints-interface')).toMatchObject({ standingUsd: 730, trafficUsd: 100 });
  });

  it('adds up', () => {
    const sum = cost.run?.lines.reduce((total, { usd }) => total + usd, 0);
    expect(cost.run?.usd).toBeCloseTo(sum ?? Number.NaN, 9);
    expect(cost.hour?.usd).toBe(hourlyUsd(plan, ones));
  });

  it('bills functions by architecture', () => {
    const usd = (architecture: CostQuestion['architecture']): number | undefined =>
      costOf(plan, { total: 60 }, listed, { ...QUESTION, architecture }).run?.lines.find(({ unit }) => unit === 'GB-s')?.usd;
    expect((usd('x86_64') ?? 0) / (usd('arm64') ?? 1)).toBeCloseTo(0.0000166667 / 0.0000133334, 6);
  });

  it('knows the month of each network', () => {
    const all = newPlan({ ...OPTIONS, scenarios: [] }, SCENARIOS);
    const { month } = costOf(all, { total: 60 }, listed, QUESTION);
    const byName = Object.fromEntries(month.modes.map(({ scenario, ...usd }) => [scenario, usd]));
    expect(byName['default']).toEqual({ standingUsd: 0, trafficUsd: 0, usd: 0 });
    expect(byName['vpc-nat']?.standingUsd).toBeCloseTo(36.5, 9);
    expect(byName['vpc-nat']?.usd).toBeCloseTo(41, 9);
    expect(byName['vpc-endpoints']?.usd).toBe(0);
    expect(month.furtherServiceUsd).toBeCloseTo(7.3, 9);
  });

  it('has no database to pay where none is asked for', () => {
    const without = costOf(newPlan({ ...OPTIONS, targets: ['internet'] }, SCENARIOS), { total: 60 }, ones, QUESTION);
    expect(without.run?.lines.map(({ item }) => item)).not.toContain('DB instance');
    expect(without.hour?.lines.map(({ item }) => item)).toEqual(['NAT gateway', 'public IPv4 address']);
  });

  it('costs nothing in the lab, and still tells the months', () => {
    const lab = costOf(newPlan({ ...OPTIONS, backend: 'lab' }, SCENARIOS), { total: 60 }, listed, QUESTION);
    expect(lab).not.toHaveProperty('run');
    expect(lab).not.toHaveProperty('hour');
    expect(lab.month.modes).toHaveLength(2);
  });
});

describe('cost for people', () => {
  it.each([
    [0, '0.00'],
    [36.5, '36.50'],
    [0.045, '0.045'],
    [0.0031, '0.0031'],
    [0.000025, '0.000025'],
  ])('%d is %s', (usd, text) => expect(formatUsd(usd)).toBe(text));

  it('says whose prices these are', () => {
    const plan = newPlan(OPTIONS, SCENARIOS);
    const elsewhere = costOf(plan, { total: 60 }, listed, { ...QUESTION, region: 'eu-west-1' });
    expect(describeCost(elsewhere)).toContain('list prices of us-east-1, none are known for eu-west-1');
  });

  it('is a section of the report, and none where no cost was noted', () => {
    expect(costSection(undefined)).toEqual([]);
    const text = costSection(costOf(newPlan(OPTIONS, SCENARIOS), { total: 60 }, listed, QUESTION)).join('\n');
    expect(text).toMatch(/^## Cost\n/);
    expect(text).toMatch(/\| NAT gateway +\| +1 h \| +0\.045 \|/);
    expect(text).toMatch(/\| each further AWS service that your code calls .+\| +\+7\.30 \|/);
  });
});

describe('how long a round on AWS takes', () => {
  const round = (scenarios: readonly string[], more: { warm?: number; targets?: readonly ['internet'] } = {}) =>
    expectedSeconds(newPlan({ ...OPTIONS, scenarios, ...more }, SCENARIOS)).round;

  it('waits for the slowest update: a function in a VPC takes longer', () => {
    expect(round(['default'])?.slowestUpdate).toBe(1);
    expect(round(['vpc-nat'])?.slowestUpdate).toBe(25);
  });

  it('need not pace where the other arms take the time: two arms at 60 ms each are slower than ten calls a second', () => {
    expect(round(['default'], { targets: ['internet'] })?.pacing).toBe(0);
    expect(round(['vpc-nat'])?.pacing).toBe(0);
  });

  it('adds up to the rounds of the plan', () => {
    const { rounds, round: terms } = expectedSeconds(newPlan(OPTIONS, SCENARIOS));
    const sum = Object.values(terms ?? {}).reduce((total, value) => total + value, 0);
    expect(rounds).toBeCloseTo(40 * sum, 6);
  });

  it('is not told of the lab, whose rounds were timed as a whole', () => {
    expect(expectedSeconds(newPlan({ ...OPTIONS, backend: 'lab' }, SCENARIOS)).round).toBeUndefined();
  });
});
