import { clusteredInterval, newClusteredValues } from '../../harness/analyse/clustered-interval.ts';
import { orderStatisticInterval } from '../../harness/analyse/order-statistic-interval.ts';
import { QUANTILES, sortAscending } from '../../harness/analyse/quantile.ts';
import { resampleQuantiles } from '../../harness/analyse/quantile-replicates.ts';
import { differenceLimits } from '../../harness/analyse/round-bootstrap.ts';
import type { Random } from '../../harness/domain/random.ts';
import type { Judged } from './judgement.ts';
import { type Distribution, simulateArm } from './simulated-values.ts';

/** Counts of one row of a table, by quantile: how often the interval held the truth, of how often there was one. */
export type CoverageRow = readonly Judged[];

/** What a row asks of its figures. */
export type Target = Pick<Judged, 'least' | 'most'>;

const SHARES = QUANTILES.map(({ share }) => share);

function counted(
  what: string,
  targets: readonly Target[],
  counts: readonly { hits: number; trials: number }[],
  repetitions: number,
): CoverageRow {
  return QUANTILES.map(({ name }, i) => ({
    what: `${what}, ${name}`,
    count: counts[i]?.hits ?? 0,
    trials: counts[i]?.trials ?? 0,
    repetitions,
    ...targets[i],
  }));
}

/** Whether 0, or the truth, lies within; nothing where there are no limits. */
function tally(
  counts: { hits: number; trials: number }[],
  i: number,
  limits: { low: number; high: number } | undefined,
  truth: number,
): void {
  const count = counts[i];
  if (count === undefined || limits === undefined) return;
  count.trials++;
  if (limits.low <= truth && truth <= limits.high) count.hits++;
}

const zeros = (): { hits: number; trials: number }[] => QUANTILES.map(() => ({ hits: 0, trials: 0 }));

/** One cell of `n` independent calls. */
export function coverOneCell(
  random: Random,
  source: Distribution,
  n: number,
  repetitions: number,
  targets: readonly Target[],
): CoverageRow {
  const counts = zeros();
  for (let i = 0; i < repetitions; i++) {
    const values = sortAscending(simulateArm(random, source, n, 1).map(({ value }) => value));
    for (const [at, share] of SHARES.entries()) tally(counts, at, orderStatisticInterval(values, share), source.quantile(share));
  }
  return counted(`Hutson, ${source.name}, n = ${n}`, targets, counts, repetitions);
}

/** One cell of `rounds` environments with `perRound` calls each. */
export function coverClusters(
  random: Random,
  source: Distribution,
  [rounds, perRound]: readonly [number, number],
  repetitions: number,
  targets: readonly Target[],
): CoverageRow {
  const counts = zeros();
  for (let i = 0; i < repetitions; i++) {
    const calls = simulateArm(random, source, rounds, perRound);
    const clustered = newClusteredValues(
      calls.map(({ value }) => value),
      calls.map(({ round }) => String(round)),
    );
    for (const [at, share] of SHARES.entries()) tally(counts, at, clusteredInterval(clustered, share).limits, source.quantile(share));
  }
  return counted(`KGW, ${source.name}, ${rounds} × ${perRound}`, targets, counts, repetitions);
}

/** The difference of two arms that are alike: the truth is 0. */
export function coverDifference(
  random: Random,
  source: Distribution,
  [rounds, perRound]: readonly [number, number],
  drift: number,
  repetitions: number,
  targets: readonly Target[],
): CoverageRow {
  const counts = zeros();
  for (let i = 0; i < repetitions; i++) {
    const [a, b] = [simulateArm(random, source, rounds, perRound, { drift }), simulateArm(random, source, rounds, perRound, { drift })];
    const drawn = resampleQuantiles(a, b, SHARES, `${source.name}/${i}`);
    for (const [at, { minimum }] of QUANTILES.entries()) {
      const one = drawn[at];
      if (one !== undefined && rounds * perRound >= minimum) tally(counts, at, differenceLimits(one, rounds), 0);
    }
  }
  const drifting = drift === 0 ? '' : `, drift ${drift * 100} %`;
  return counted(`difference, ${source.name}${drifting}, ${rounds} × ${perRound}`, targets, counts, repetitions);
}
