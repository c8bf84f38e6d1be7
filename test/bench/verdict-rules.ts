import { studentQuantile } from '../../harness/analyse/special-functions.ts';
import type { Gate, GatePoint } from '../../harness/domain/regression.ts';
import { type GateInput, judgeGates } from '../../harness/history/judge-gates.ts';
import { type Family, ratioOf, SAMPLING, type SimulatedRun } from './simulated-histories.ts';

/** What a rule says about a run: the gates that it calls slower, and whether it asked for more runs to say so. */
export interface RuleVerdict {
  readonly slower: readonly number[];
  readonly reran: boolean;
}

/** A way to judge the newest run by those before it. `again` makes one more run like the newest. */
export interface Rule {
  readonly name: string;
  readonly judge: (before: readonly SimulatedRun[], now: SimulatedRun, again: () => SimulatedRun, family: Family) => RuleVerdict;
}

const MINIMUM_EFFECT = Math.log(1.05);
const ANY_GATE: Gate = { scenario: 'vpc-nat', reference: 'default', target: 'internet', start: 'warm', connection: 'new' };

function pointFrom(run: SimulatedRun, family: Family, gate: number): GatePoint {
  const reference = Math.exp(run.references[family.referenceOf[gate] ?? 0] ?? 0) * 1e6;
  return { logRatio: ratioOf(run, family, gate), value: Math.exp(run.scenarios[gate] ?? 0) * 1e6, reference };
}

/** The rule of `bench regression`, by its own code: flag, make two more runs, judge the mean of three. */
export const OURS: Rule = {
  name: 'ours: ratio, prediction limits, two confirming runs',
  judge: (before, now, again, family) => {
    const inputs = family.referenceOf.map(
      (_, gate): GateInput => ({
        gate: ANY_GATE,
        point: pointFrom(now, family, gate),
        confirmations: [],
        stretches: [before.map((run) => ratioOf(run, family, gate))],
        effectAt: () => MINIMUM_EFFECT,
      }),
    );
    const gatesWith = (wanted: string, list: readonly GateInput[]): number[] =>
      judgeGates(list).flatMap(({ verdict }, gate) => (verdict === wanted ? [gate] : []));
    const flagged = gatesWith('flagged', inputs);
    if (flagged.length === 0) return { slower: [], reran: false };
    const more = [again(), again()];
    const confirmed = inputs.map((input, gate) => ({ ...input, confirmations: more.map((run) => pointFrom(run, family, gate)) }));
    return { slower: gatesWith('regression', confirmed), reran: true };
  },
};

/** A public rule looks at one gate's raw medians, oldest first; logarithms. */
function onRawMedians(name: string, isSlower: (before: readonly number[], now: number) => boolean): Rule {
  return {
    name,
    judge: (before, now, _, family) => ({
      slower: family.referenceOf.flatMap((_reference, gate) =>
        isSlower(
          before.map((run) => run.scenarios[gate] ?? 0),
          now.scenarios[gate] ?? 0,
        )
          ? [gate]
          : [],
      ),
      reran: false,
    }),
  };
}

function quartile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (at - Math.floor(at)) * (high - low);
}

function beyondFence(before: readonly number[], now: number): boolean {
  const changes = before.slice(1).map((value, i) => Math.abs(value - (before[i] ?? value)));
  const [q1, q3] = [quartile(changes, 0.25), quartile(changes, 0.75)];
  return now - (before.at(-1) ?? now) > q3 + 3 * (q3 - q1);
}

const limitOf = new Map<number, number>();

function beyondMean(before: readonly number[], now: number): boolean {
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  const spread = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (before.length - 1));
  const t = limitOf.get(before.length) ?? studentQuantile(0.99, before.length - 1);
  limitOf.set(before.length, t);
  return now > mean + t * spread;
}

/** Rules that public tools use, each written anew from its description. */
export const PUBLIC_RULES: readonly Rule[] = [
  onRawMedians('previous run + 5 %', (before, now) => now - (before.at(-1) ?? now) > MINIMUM_EFFECT),
  onRawMedians('95 % interval against previous', (before, now) => now - (before.at(-1) ?? now) > 1.96 * SAMPLING * Math.SQRT2),
  onRawMedians('fence Q3 + 3 IQR of changes', beyondFence),
  onRawMedians('mean + t(99 %)·s', beyondMean),
];
