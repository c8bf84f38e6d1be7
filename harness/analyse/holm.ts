/**
 * Adjusted p values of S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979): in the
 * order given. Whoever rejects where the adjusted value is below α errs anywhere in the family with a probability of at most α.
 */
export function adjustByHolm(probabilities: readonly number[]): readonly number[] {
  const order = probabilities.map((_, i) => i).sort((a, b) => (probabilities[a] ?? 1) - (probabilities[b] ?? 1));
  const adjusted = new Array<number>(probabilities.length);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (probabilities[index] ?? 1) * (probabilities.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}
