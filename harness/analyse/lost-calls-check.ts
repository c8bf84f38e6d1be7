import { formatArm } from '../domain/arm.ts';
import { ByArm } from '../domain/by-arm.ts';
import { NumberList } from '../domain/number-list.ts';
import type { Plan } from '../domain/plan.ts';
import { countSamples, type Samples } from '../domain/samples.ts';
import type { Check, CheckFigure } from './check.ts';

/** Above this share of planned calls that were not asked, or of asked ones that were lost, what is left is another experiment. */
const FAIL_ABOVE = 0.05;

/** More calls than a round can have; rounds are far fewer than the 2^29 that then fit beside them. */
const MOST_POSITIONS = 2 ** 24;

function newNumbers(): NumberList<Float64Array> {
  return new NumberList((length) => new Float64Array(length));
}

/** Sorts the numbers. */
function countDistinct(numbers: Float64Array): number {
  return numbers.sort().reduce((count, number, i, all) => (i === 0 || all[i - 1] !== number ? count + 1 : count), 0);
}

/** Distinct places of the plan that were asked; a repeated call has the place of the one that it repeats. */
function askedPlaces(samples: Samples): ByArm<number> {
  const places = new ByArm<NumberList<Float64Array>>();
  samples.forEach(({ call }) => {
    if (call.purpose !== 'cold' && call.purpose !== 'measure') return;
    places.getOrMake(call, newNumbers).push(call.round * MOST_POSITIONS + call.position);
  });
  return places.map((ofArm) => countDistinct(ofArm.toArray()));
}

/** Calls of each arm that the plan wanted measured and that were never asked; arms without any missing are left out. */
function missingByArm(plan: Plan, samples: Samples): readonly CheckFigure[] {
  const asked = askedPlaces(samples);
  // One cold call, and the warm ones on a new and on a reused connection.
  const wanted = plan.rounds * (1 + 2 * plan.warm);
  return plan.arms
    .filter(({ expected }) => expected === 'reachable')
    .map((arm) => ({ of: formatArm(arm), missing: wanted - (asked.get(arm) ?? 0) }))
    .filter(({ missing }) => missing > 0)
    .map(({ of, missing }) => ({ of, name: 'planned, never asked', unit: 'count', value: missing, notable: true }));
}

/** Was every planned call asked, and every asked one observed? Of a foreign file only what it calls lost is known. */
export function checkLostCalls(plan: Plan, samples: Samples): Check {
  if (samples.length === 0) return { id: 'lost calls', verdict: 'no data', figures: [], text: 'No call was asked.' };
  const own = plan.foreign === undefined;
  const lost = countSamples(samples, ({ outcome }) => outcome === 'lost');
  const missing = own ? missingByArm(plan, samples) : [];
  const missed = missing.reduce((sum, { value }) => sum + value, 0);
  const reachable = plan.arms.filter(({ expected }) => expected === 'reachable').length;
  const planned = plan.rounds * (1 + 2 * plan.warm) * reachable;
  const figures: CheckFigure[] = [
    { name: 'asked, never observed', unit: 'count', value: lost, ...(lost > 0 ? { notable: true } : {}) },
    ...missing,
  ];
  const found = [
    ...(lost === 0 ? [] : [`${lost} calls were asked and never observed.`]),
    ...(missed === 0 ? [] : [`${missed} of ${planned} planned calls were never asked.`]),
  ];
  const share = Math.max(lost / samples.length, own && planned > 0 ? missed / planned : 0);
  const verdict = share > FAIL_ABOVE ? 'fail' : found.length > 0 ? 'warn' : 'pass';
  const fine = own
    ? `All ${planned} calls to be measured were asked, and every asked call was observed.`
    : 'The file calls none of its rows lost.';
  return { id: 'lost calls', verdict, figures, text: found.join(' ') || fine };
}
