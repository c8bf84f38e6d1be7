import type { Random } from '../../harness/domain/random.ts';
import { drawNormal } from './simulated-values.ts';

/** What made-up histories vary by; shares of a median, on the logarithm's scale. */
export interface Noise {
  readonly name: string;
  /** Of a whole run: every cell of it alike. */
  readonly day: number;
  /** Of each cell in each run, beside 0.7 % of sampling. */
  readonly run: number;
  /** True: t with four degrees of freedom instead of normal, scaled to the same standard deviation. */
  readonly heavy?: true;
  /** Rise of every cell a run: a platform that becomes slower. */
  readonly drift?: number;
}

/** What the calls of one run leave uncertain of its median. */
export const SAMPLING = 0.007;

export const NOISES: readonly Noise[] = [
  { name: 'quiet: run 1 %, no day noise', day: 0, run: 0.01 },
  { name: 'day noise: run 1 %, day 3 %', day: 0.03, run: 0.01 },
  { name: 'heavy tails: the same, t4', day: 0.03, run: 0.01, heavy: true },
  { name: 'drift: the same, +0.2 % a run', day: 0.03, run: 0.01, drift: 0.002 },
  { name: 'noisy: run 2 %, day 5 %', day: 0.05, run: 0.02 },
];

function drawT4(random: Random): number {
  const squares = Array.from({ length: 4 }, () => drawNormal(random) ** 2).reduce((sum, square) => sum + square, 0);
  return drawNormal(random) / Math.sqrt(squares / 4) / Math.SQRT2;
}

/** Log medians of one run: of each gate's scenario, and of the references by number. */
export interface SimulatedRun {
  readonly scenarios: readonly number[];
  readonly references: readonly number[];
}

/** Gates of a family and which reference each is set against. */
export interface Family {
  readonly name: string;
  /** By gate: the number of its reference. */
  readonly referenceOf: readonly number[];
}

/** Twelve, as in the default set: three cells each, internet once, S3 twice against the same reference, RDS once. */
export const TWELVE: Family = { name: '12 gates', referenceOf: [0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8] };
export const ONE: Family = { name: '1 gate', referenceOf: [0] };

/** Run number `at` of a history; `steps` are added to the scenarios, by gate. */
export function simulateRun(
  random: Random,
  { day, run, heavy, drift = 0 }: Noise,
  family: Family,
  at: number,
  steps: readonly number[],
): SimulatedRun {
  const draw = heavy === true ? drawT4 : drawNormal;
  const level = Math.log(10) + drift * at + day * draw(random);
  const cell = (): number => level + run * draw(random) + SAMPLING * drawNormal(random);
  const references = Array.from({ length: Math.max(...family.referenceOf) + 1 }, cell);
  return { references, scenarios: family.referenceOf.map((_, gate) => cell() + (steps[gate] ?? 0)) };
}

/** ln(scenario / reference) of one gate. */
export function ratioOf({ scenarios, references }: SimulatedRun, { referenceOf }: Family, gate: number): number {
  return (scenarios[gate] ?? 0) - (references[referenceOf[gate] ?? 0] ?? 0);
}
