import type { CellSamples } from './cell-samples.ts';
import { metricNamed } from './metric.ts';
import { type QuantileReplicates, type RoundColumns, resampleQuantiles } from './quantile-replicates.ts';
import { columnsOf } from './round-values.ts';

/** A cell's values with its environments, numbered as they occur, in the place of rounds: the unit that is drawn when nothing pairs two sides. */
export function environmentValues(cell: CellSamples, metric: string): RoundColumns {
  const numbers = new Map<string, number>();
  return columnsOf(cell, metricNamed(metric).figureOf, ({ environmentId, call }) => {
    const environment = environmentId ?? call.callId;
    const number = numbers.get(environment) ?? numbers.size + 1;
    numbers.set(environment, number);
    return number;
  });
}

/** Environments of the side that has fewer. */
export function environmentsOf(a: RoundColumns, b: RoundColumns): number {
  return Math.min(new Set(a.rounds).size, new Set(b.rounds).size);
}

/**
 * Draws the environments of each side anew, each side on its own (two-sample bootstrap: B. Efron and R. Tibshirani, "An Introduction to
 * the Bootstrap" (1993), section 8.3, with the environment as the unit). Nothing that moves both sides cancels.
 */
export function resampleIndependently(
  scenario: RoundColumns,
  reference: RoundColumns,
  shares: readonly number[],
  seed: string,
): readonly QuantileReplicates[] {
  const others = resampleQuantiles(reference, reference, shares, `${seed}/reference`);
  return resampleQuantiles(scenario, scenario, shares, `${seed}/scenario`).flatMap((own, i) => {
    const other = others[i];
    return other === undefined ? [] : [{ ...own, reference: other.scenario, referenceReplicates: other.scenarioReplicates }];
  });
}
