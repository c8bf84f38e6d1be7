const LANES = 4;

/** Columns of counts by round that are all weighed at once. */
export interface WeightTable {
  /** Four columns beside each other in each. */
  readonly groups: readonly Float64Array[];
  /** The weighed sum of each column, of the last time. */
  readonly sums: Float64Array;
  readonly rounds: number;
}

/** Lays columns of equal length beside each other. */
export function newWeightTable(columns: readonly Float64Array[]): WeightTable {
  const rounds = columns[0]?.length ?? 0;
  const groups = Array.from({ length: Math.ceil(columns.length / LANES) }, () => new Float64Array(rounds * LANES));
  for (const [i, column] of columns.entries()) {
    const group = groups[Math.floor(i / LANES)];
    for (let round = 0; round < rounds; round++) if (group !== undefined) group[round * LANES + (i % LANES)] = column[round] as number;
  }
  return { groups, sums: new Float64Array(groups.length * LANES), rounds };
}

/** Sums each column, each count as often as its round was drawn: the weights from a place on. Four sums that do not wait for each other; all are whole, so their order is free. */
export function weighTable({ groups, sums, rounds }: WeightTable, weights: Uint16Array | Uint32Array, from: number): void {
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] as Float64Array;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let round = 0, at = 0; round < rounds; round++, at += LANES) {
      const weight = weights[from + round] as number;
      if (weight === 0) continue;
      a += weight * (group[at] as number);
      b += weight * (group[at + 1] as number);
      c += weight * (group[at + 2] as number);
      d += weight * (group[at + 3] as number);
    }
    sums[i * LANES] = a;
    sums[i * LANES + 1] = b;
    sums[i * LANES + 2] = c;
    sums[i * LANES + 3] = d;
  }
}
