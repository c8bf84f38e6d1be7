const NS_PER_MS = 1_000_000;

/** Nanoseconds, whole or not, negative or not, as milliseconds with six decimals: for files that machines read. */
export function formatFigure(valueNs: number): string {
  return (valueNs / NS_PER_MS).toFixed(6);
}

/** For people: four significant digits at most, never more than three decimals. Used by every format alike. */
export function formatReadable(valueNs: number): string {
  const ms = valueNs / NS_PER_MS;
  const size = Math.abs(ms);
  const decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  return ms.toFixed(decimals);
}

/** The same with its sign always shown; a minus is a real minus sign. */
export function formatSigned(valueNs: number): string {
  const text = formatReadable(Math.abs(valueNs));
  return valueNs < 0 ? `−${text}` : `+${text}`;
}
