import type { ComparisonEstimate, Role } from '../../harness/analyse/comparison-estimate.ts';
import { resampleQuantiles } from '../../harness/analyse/quantile-replicates.ts';
import { differenceOf } from '../../harness/analyse/round-bootstrap.ts';
import { type Comparison, isFailedTwin, judgeComparisons } from '../../harness/analyse/verdict.ts';
import type { Random } from '../../harness/domain/random.ts';
import type { Judged } from './judgement.ts';
import { CLUSTERED, type Distribution, drawNormal, simulateArm } from './simulated-values.ts';

/** A run as the lab makes it: 16 rounds of 10 warm calls. */
const [ROUNDS, WARM] = [16, 10];
/** Comparisons of a run that get a verdict. */
const FAMILY = 24;
/** A share of the level, as in the product. */
const MARGIN_SHARE = 0.05;

/** Quieter than the coverage tables: 16 rounds of a lab must be able to decide something about 5 %. */
const CALM: Distribution = {
  ...CLUSTERED,
  name: 'environments 0.03',
  between: 0.03,
  draw: (random, level) => 10 * level * Math.exp(0.1 * drawNormal(random)),
};

function estimate(random: Random, source: Distribution, rounds: number, shift: number, role: Role, seed: string): ComparisonEstimate {
  const a = simulateArm(random, source, rounds, WARM, { drift: 0.1, factor: 1 + shift });
  const b = simulateArm(random, source, rounds, WARM, { drift: 0.1 });
  const [one] = resampleQuantiles(a, b, [0.5], seed);
  if (one === undefined) throw new RangeError('nothing was simulated');
  const { estimate: difference, low, high, equivalence, probability } = differenceOf(one, rounds);
  const identity = { scenario: 'b', reference: 'a', role, target: 's3', start: 'warm', connection: 'new', metric: 'fn_total_ms' } as const;
  const size = { statistic: 'p50', n: a.length + b.length, smallerSide: a.length, rounds };
  return { ...identity, ...size, difference, low, high, equivalence, probability, margin: MARGIN_SHARE * one.reference };
}

const directed = ({ verdict }: Comparison): boolean => verdict === 'slower' || verdict === 'faster';

/** Runs in which nothing differs: false directions in the family, and A/A checks that fail. */
export function falseAlarms(random: Random, repetitions: number): readonly Judged[] {
  let [family, rows, twins, twinRows] = [0, 0, 0, 0];
  for (let run = 0; run < repetitions; run++) {
    const estimates = Array.from({ length: FAMILY }, (_, i) => estimate(random, CLUSTERED, ROUNDS, 0, 'scenario', `${run}/${i}`));
    // Without a margin every certain difference would be a verdict: the hardest test of Holm.
    const bare = judgeComparisons(estimates.map((row) => ({ ...row, margin: 1e-9 })));
    if (bare.some(directed)) family++;
    rows += judgeComparisons(estimates).filter(directed).length;
    const same = judgeComparisons(estimates.map((row) => ({ ...row, role: 'twin' as const })));
    twins += same.filter(isFailedTwin).length;
    twinRows += same.length;
  }
  return [
    { what: `any false direction in a family of ${FAMILY}, no margin`, count: family, trials: repetitions, most: 0.05 },
    { what: 'false directions after the margin', count: rows, trials: repetitions * FAMILY, most: 0.01 },
    { what: 'A/A comparisons other than no relevant change / not decidable', count: twins, trials: twinRows, most: 0.01 },
  ];
}

/** True differences at, beyond and within the margin: what is said of them. */
export function verdictsAt(random: Random, repetitions: number): readonly Judged[] {
  const said = (shift: number, verdict: string): number =>
    Array.from(
      { length: repetitions },
      (_, i) => judgeComparisons([estimate(random, CALM, ROUNDS, shift, 'scenario', `${shift}/${i}`)])[0],
    ).filter((row) => row?.verdict === verdict).length;
  const alike = 'no relevant change';
  return [
    { what: 'no difference: no relevant change', count: said(0, alike), trials: repetitions },
    { what: 'half the margin: no relevant change', count: said(MARGIN_SHARE / 2, alike), trials: repetitions },
    // Two one-sided tests at 5 % each; at the margin only one of them can err.
    { what: 'exactly the margin: no relevant change (an error)', count: said(MARGIN_SHARE, alike), trials: repetitions, most: 0.05 },
    { what: 'twice the margin: slower', count: said(2 * MARGIN_SHARE, 'slower'), trials: repetitions },
  ];
}

/** Runs that could not decide, asked again with the rounds that they named: how often that decides. */
export function decidedAfterwards(random: Random, repetitions: number): readonly Judged[] {
  return [0, 0.5, 1.5].map((margins) => {
    const shift = margins * MARGIN_SHARE;
    let [open, decided, asked] = [0, 0, 0];
    for (let i = 0; open < repetitions && i < repetitions * 20; i++) {
      const [first] = judgeComparisons([estimate(random, CLUSTERED, ROUNDS, shift, 'scenario', `first/${i}`)]);
      if (first?.undecided?.kind !== 'wide' || first.undecided.roundsNeeded === undefined) continue;
      open++;
      asked += first.undecided.roundsNeeded;
      const [second] = judgeComparisons([estimate(random, CLUSTERED, first.undecided.roundsNeeded, shift, 'scenario', `second/${i}`)]);
      if (second?.verdict !== 'not decidable') decided++;
    }
    const mean = Math.round(asked / Math.max(1, open));
    return { what: `${margins} × margin, ${mean} rounds asked for on average`, count: decided, trials: open, least: 0.8 };
  });
}
