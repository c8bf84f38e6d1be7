const LOW_BITS = 26;
/** Two sums below this fit side by side into the 53 bits of a number. */
const LOW = 2 ** LOW_BITS;

/** Columns of counts by round that are all weighed at once. */
export interface WeightTable {
  /** Of two columns each: the counts of the first, shifted up, and those of the second. A multiplication then weighs both. */
  readonly pairs: readonly Float64Array[];
  /** One count an entry, where the sums are too large to lie beside each other. */
  readonly singles: readonly Float64Array[];
  /** The weighed sum of each column, of the last time. */
  readonly sums: Float64Array;
}

/** Lays columns of equal length beside each other. The weights that they will be weighed with add up to as many as there are rounds. */
export function newWeightTable(columns: readonly Float64Array[]): WeightTable {
  const rounds = columns[0]?.length ?? 0;
  const largest = columns.reduce((most, column) => column.reduce((larger, count) => Math.max(larger, count), most), 0);
  const sums = new Float64Array(columns.length + 1);
  if (largest * rounds >= LOW) return { pairs: [], singles: columns, sums };
  const pairs = Array.from({ length: Math.ceil(columns.length / 2) }, (_, i) => {
    const [high, low] = [columns[2 * i] as Float64Array, columns[2 * i + 1]];
    return high.map((count, round) => count * LOW + (low?.[round] ?? 0));
  });
  return { pairs, singles: [], sums };
}

/** One column's sum: four that do not wait for each other; all are whole, so their order is free. */
function weigh(column: Float64Array, weights: Uint16Array | Uint32Array, from: number): number {
  const rounds = column.length;
  const fours = rounds & ~3;
  let [a, b, c, d] = [0, 0, 0, 0];
  let round = 0;
  for (let at = from; round < fours; round += 4, at += 4) {
    a += (weights[at] as number) * (column[round] as number);
    b += (weights[at + 1] as number) * (column[round + 1] as number);
    c += (weights[at + 2] as number) * (column[round + 2] as number);
    d += (weights[at + 3] as number) * (column[round + 3] as number);
  }
  for (; round < rounds; round++) a += (weights[from + round] as number) * (column[round] as number);
  return a + b + (c + d);
}

/** Sums each column, each count as often as its round was drawn: the weights from a place on. */
export function weighTable({ pairs, singles, sums }: WeightTable, weights: Uint16Array | Uint32Array, from: number): void {
  for (let i = 0; i < pairs.length; i++) {
    const both = weigh(pairs[i] as Float64Array, weights, from);
    const high = Math.floor(both / LOW);
    sums[2 * i] = high;
    sums[2 * i + 1] = both - high * LOW;
  }
  for (let i = 0; i < singles.length; i++) sums[i] = weigh(singles[i] as Float64Array, weights, from);
}
