import type { ReportedSample } from '../domain/sample.ts';
import { figuresOf } from '../domain/samples.ts';
import type { CellSamples } from './cell-samples.ts';
import { metricNamed } from './metric.ts';
import type { RoundColumns } from './quantile-replicates.ts';

/** What the samples have of a figure, nanoseconds, each with a number of its round or of what else it belongs to; samples without it are left out. */
export function columnsOf(
  { measured }: CellSamples,
  figureOf: (sample: ReportedSample) => number | undefined,
  roundOf: (sample: ReportedSample) => number = ({ call }) => call.round,
): RoundColumns {
  const [rounds, values] = [new Float64Array(measured.length), new Float64Array(measured.length)];
  let count = 0;
  measured.forEach((sample) => {
    const value = figureOf(sample);
    if (value === undefined) return;
    rounds[count] = roundOf(sample);
    values[count++] = value;
  });
  return { rounds: rounds.subarray(0, count), values: values.subarray(0, count) };
}

/** A cell's measured values of a metric with their rounds; nanoseconds. */
export function roundValues(cell: CellSamples, metric: string): RoundColumns {
  const [rounds, values] = [figuresOf(cell.measured, 'round'), metricNamed(metric).figuresOf(cell.measured)];
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    rounds[count] = rounds[i] as number;
    values[count++] = values[i] as number;
  }
  return { rounds: rounds.subarray(0, count), values: values.subarray(0, count) };
}

/** Those of the values whose round is so. */
export function valuesInRounds(side: RoundColumns, isSo: (round: number) => boolean): RoundColumns {
  const { length } = side.values;
  const [rounds, values] = [new Float64Array(length), new Float64Array(length)];
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (!isSo(side.rounds[i] as number)) continue;
    rounds[count] = side.rounds[i] as number;
    values[count++] = side.values[i] as number;
  }
  return count === length ? side : { rounds: rounds.subarray(0, count), values: values.subarray(0, count) };
}

/** The values of each round, in the order in which rounds first occur. */
export function valuesByRound({ rounds, values }: RoundColumns): ReadonlyMap<number, readonly number[]> {
  const byRound = new Map<number, number[]>();
  for (let i = 0; i < values.length; i++) {
    const round = rounds[i] as number;
    const ofRound = byRound.get(round);
    if (ofRound === undefined) byRound.set(round, [values[i] as number]);
    else ofRound.push(values[i] as number);
  }
  return byRound;
}
