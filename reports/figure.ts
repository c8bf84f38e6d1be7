const NS_PER_MS = 1_000_000;

/** Nanoseconds, whole or not, negative or not, as milliseconds with six decimals: for files that machines read. */
export function formatFigure(valueNs: number): string {
  return (valueNs / NS_PER_MS).toFixed(6);
}

/**
 * Milliseconds for people: as many decimals as leave four digits, three at most; whole from 1000 on. Used by every format alike, and rounded
 * from the six decimals that the files for machines have, so that it follows from them.
 */
export function formatReadable(valueNs: number): string {
  const ms = Number(formatFigure(valueNs));
  const texts = [3, 2, 1].map((decimals) => ms.toFixed(decimals));
  // Rounding may add a digit (9.9996 is 10.00), so the digits of the text are counted, not the size of the number.
  return texts.find((text) => text.replace(/\D/g, '').length <= 4) ?? ms.toFixed(0);
}

/** The same with its sign always shown; a minus is a real minus sign. */
export function formatSigned(valueNs: number): string {
  const text = formatReadable(Math.abs(valueNs));
  return valueNs < 0 ? `−${text}` : `+${text}`;
}

/** A p value for people: two digits, `< 0.0001` below that. */
export function formatProbability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toPrecision(2);
}
