import type { CellSamples } from './cell-samples.ts';
import { metricNamed } from './metric.ts';
import { type QuantileReplicates, type RoundValue, resampleQuantiles } from './quantile-replicates.ts';

/** A cell's values with its environments, numbered as they occur, in the place of rounds: the unit that is drawn when nothing pairs two sides. */
export function environmentValues({ measured }: CellSamples, metric: string): RoundValue[] {
  const { figureOf } = metricNamed(metric);
  const numbers = new Map<string, number>();
  return measured.flatMap((sample) => {
    const value = figureOf(sample);
    if (value === undefined) return [];
    const environment = sample.environmentId ?? sample.call.callId;
    const round = numbers.get(environment) ?? numbers.size + 1;
    numbers.set(environment, round);
    return [{ round, value }];
  });
}

/** Environments of the side that has fewer. */
export function environmentsOf(a: readonly RoundValue[], b: readonly RoundValue[]): number {
  const count = (side: readonly RoundValue[]): number => new Set(side.map(({ round }) => round)).size;
  return Math.min(count(a), count(b));
}

/**
 * Draws the environments of each side anew, each side on its own (two-sample bootstrap: B. Efron and R. Tibshirani, "An Introduction to
 * the Bootstrap" (1993), section 8.3, with the environment as the unit). Nothing that moves both sides cancels.
 */
export function resampleIndependently(
  scenario: readonly RoundValue[],
  reference: readonly RoundValue[],
  shares: readonly number[],
  seed: string,
): readonly QuantileReplicates[] {
  const others = resampleQuantiles(reference, reference, shares, `${seed}/reference`);
  return resampleQuantiles(scenario, scenario, shares, `${seed}/scenario`).flatMap((own, i) => {
    const other = others[i];
    return other === undefined ? [] : [{ ...own, reference: other.scenario, referenceReplicates: other.scenarioReplicates }];
  });
}
