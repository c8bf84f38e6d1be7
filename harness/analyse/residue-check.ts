import { ByArm } from '../domain/by-arm.ts';
import type { Plan } from '../domain/plan.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { Samples } from '../domain/samples.ts';
import type { Target } from '../domain/target.ts';
import { isMeasuredSample } from './cell-samples.ts';
import type { Check } from './check.ts';
import { referenceOf } from './comparison.ts';

/** A property that compared arms should share. */
interface Property {
  readonly name: string;
  readonly shownBy: (sample: ReportedSample) => string | number | undefined;
  /** The value in words; absent where it is one. */
  readonly words?: (value: string | number) => string;
  /** `same`: both sides have equal values. `overlapping`: they have one in common, because one name has several addresses that take turns. */
  readonly wanted: 'same' | 'overlapping';
}

const PROPERTIES: readonly Property[] = [
  { name: 'runtime version', shownBy: ({ report }) => report.runtimeVersionArn, wanted: 'same' },
  { name: 'init type', shownBy: ({ report }) => report.initType, wanted: 'same' },
  { name: 'memory', shownBy: ({ report }) => report.memoryMb, words: (value) => `${value} MB`, wanted: 'same' },
  { name: 'remote address', shownBy: ({ remoteAddress }) => remoteAddress, wanted: 'overlapping' },
];

/** Values that a detail quotes of one side. */
const QUOTED_VALUES = 3;

interface Pair {
  readonly scenario: string;
  readonly reference: string;
  readonly target: Target;
}

function quote(values: ReadonlySet<string>): string {
  const all = [...values].sort();
  const more = all.length > QUOTED_VALUES ? ` and ${all.length - QUOTED_VALUES} more` : '';
  return `${all.slice(0, QUOTED_VALUES).join(', ')}${more}`;
}

function differ(a: ReadonlySet<string>, b: ReadonlySet<string>, wanted: Property['wanted']): boolean {
  if (a.size === 0 || b.size === 0) return false;
  const common = [...a].filter((value) => b.has(value)).length;
  return wanted === 'overlapping' ? common === 0 : common < a.size || common < b.size;
}

function armValues(samples: Samples, { shownBy, words = String }: Property): ByArm<ReadonlySet<string>> {
  const shown = new ByArm<Set<string | number>>();
  samples.forEach((sample) => {
    // What the runtime tells of an environment's init, it tells of the first call only.
    const value = shownBy(sample);
    if (value !== undefined && value !== '') shown.getOrMake(sample.call, newSet).add(value);
  });
  return shown.map((values) => new Set([...values].map(words)));
}

function newSet(): Set<string | number> {
  return new Set();
}

/** What the measured calls of a run say that they ran on and reached: by property, the values in words. */
export function hiddenValues(samples: Samples): Readonly<Record<string, string>> {
  const measured = samples.filter(isMeasuredSample);
  const shown = PROPERTIES.map((property) => {
    const values = new Set([...armValues(measured, property).values()].flatMap((ofArm) => [...ofArm]));
    return [`calls: ${property.name}`, values.size === 0 ? 'not told' : quote(values)] as const;
  });
  return Object.fromEntries(shown);
}

function pairsOf(plan: Plan): readonly Pair[] {
  return plan.arms.flatMap(({ scenario, target }) => {
    const reference = referenceOf(plan, scenario, target);
    return reference === undefined ? [] : [{ scenario, reference, target }];
  });
}

/**
 * Do the measured calls of compared arms differ in something hidden: runtime version, init type or memory (any difference), or the address
 * that they reached (none in common)? Each difference is named with its values.
 */
export function checkResidue(plan: Plan, samples: Samples): Check {
  const measured = samples.filter(isMeasuredSample);
  const pairs = pairsOf(plan);
  let looked = 0;
  const details = PROPERTIES.flatMap((property) => {
    const values = armValues(measured, property);
    return pairs.flatMap(({ scenario, reference, target }) => {
      const [own, other] = [scenario, reference].map((name) => values.get({ scenario: name, target }) ?? new Set<string>());
      if (own === undefined || other === undefined || own.size === 0 || other.size === 0) return [];
      looked++;
      if (!differ(own, other, property.wanted)) return [];
      return [`${target}, ${property.name}: ${scenario} has ${quote(own)}; ${reference} has ${quote(other)}`];
    });
  });
  if (looked === 0)
    return { id: 'residue', verdict: 'no data', figures: [], text: 'No compared arms say what they ran on or what they reached.' };
  const figures = [
    { name: 'properties compared', unit: 'count', value: looked },
    { name: 'different', unit: 'count', value: details.length, ...(details.length > 0 ? { notable: true } : {}) },
  ] as const;
  const fine = 'Compared arms ran on the same runtime version, init type and memory, and reached common addresses, as far as they say.';
  const found = 'Compared arms differ in more than their network; a difference between them may come from it:';
  const verdict = details.length === 0 ? 'pass' : 'warn';
  return { id: 'residue', verdict, figures, text: verdict === 'pass' ? fine : found, ...(verdict === 'pass' ? {} : { details }) };
}
