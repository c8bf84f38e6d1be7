import type { CellSamples } from './cell-samples.ts';
import type { Metric } from './metric.ts';

const NO_ENVIRONMENT = -1;

/** A cell's calls beside each other, the measured ones first and then the failed ones; read once for all metrics. */
export class CellCalls {
  readonly measured: number;
  readonly failed: number;
  readonly #cell: CellSamples;
  readonly #rounds: Float64Array;
  readonly #perturbed: Uint8Array;
  readonly #environments: Int32Array;
  /** Numbers of environments, and of rounds that stand for one. */
  readonly #numbers = new Map<string, number>();

  constructor(cell: CellSamples) {
    this.#cell = cell;
    this.measured = cell.measured.length;
    this.failed = cell.failed.length;
    const calls = this.measured + this.failed;
    this.#rounds = new Float64Array(calls);
    this.#perturbed = new Uint8Array(calls);
    this.#environments = new Int32Array(calls).fill(NO_ENVIRONMENT);
    let at = 0;
    for (const samples of [cell.measured, cell.failed]) {
      samples.forEach(({ call, perturbed, environmentId }) => {
        this.#rounds[at] = call.round;
        this.#perturbed[at] = Number(perturbed);
        if (environmentId !== undefined) this.#environments[at] = this.#numberOf(environmentId);
        at++;
      });
    }
  }

  /** The values of the metric by call; NaN where a measured call has none, +∞ of the failed ones. */
  valuesOf(metric: Metric): Float64Array {
    const values = new Float64Array(this.measured + this.failed).fill(Number.POSITIVE_INFINITY);
    values.set(metric.figuresOf(this.#cell.measured));
    return values;
  }

  isPerturbed(call: number): boolean {
    return this.#perturbed[call] === 1;
  }

  /** Distinct environments of these calls; those that name none are not counted. */
  countEnvironments(calls: Uint32Array): number {
    const seen = new Uint8Array(this.#numbers.size);
    let count = 0;
    for (const call of calls) {
      const environment = this.#environments[call] as number;
      if (environment === NO_ENVIRONMENT || seen[environment] === 1) continue;
      seen[environment] = 1;
      count++;
    }
    return count;
  }

  /**
   * What each of these calls is alike within: its environment. A failed call may name none: then it belongs to the one that the cell had in
   * that round, or else to the round.
   */
  clustersOf(calls: Uint32Array): Int32Array {
    const clusters = new Int32Array(calls.length);
    const unnamed: number[] = [];
    for (let i = 0; i < calls.length; i++) {
      const environment = this.#environments[calls[i] as number] as number;
      clusters[i] = environment;
      if (environment === NO_ENVIRONMENT) unnamed.push(i);
    }
    if (unnamed.length === 0) return clusters;
    const ofRound = new Map<number, number>();
    let [before, last] = [Number.NaN, NO_ENVIRONMENT];
    for (let i = 0; i < calls.length; i++) {
      const [round, cluster] = [this.#rounds[calls[i] as number] as number, clusters[i] as number];
      if (cluster === NO_ENVIRONMENT || (round === before && cluster === last)) continue;
      ofRound.set(round, cluster);
      [before, last] = [round, cluster];
    }
    for (const i of unnamed) {
      const round = this.#rounds[calls[i] as number] as number;
      clusters[i] = ofRound.get(round) ?? this.#numberOf(`round ${round}`);
    }
    return clusters;
  }

  #numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}
