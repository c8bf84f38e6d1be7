/** A place on the paper. */
export type Point = readonly [x: number, y: number];

function rounded([x, y]: Point): Point {
  return [Math.round(x), Math.round(y)];
}

/** Whole pixels from each point to the next, the first from the corner; taken between rounded places, so that nothing adds up. */
export function stepsOf(points: readonly Point[]): readonly Point[] {
  const places = points.map(rounded);
  return places.map(([x, y], i) => {
    const [fromX, fromY] = places[i - 1] ?? [0, 0];
    return [x - fromX, y - fromY];
  });
}

/** Two numbers with as little between them as a path needs. */
function pair([x, y]: Point): string {
  return `${x}${y < 0 ? '' : ' '}${y}`;
}

/**
 * Straight lines through the points, as relative whole pixels: two thirds of the bytes that absolute ones take, and paths are most of a page.
 * Added up, its numbers are the points: the crosshair finds them so.
 */
export function polyline(points: readonly Point[]): string {
  const [first, ...rest] = stepsOf(points);
  if (first === undefined) return '';
  const lines = rest.map(pair).join(' ').replaceAll(' -', '-');
  return lines === '' ? `M${pair(first)}` : `M${pair(first)}l${lines}`;
}

/** A dot at each point where line ends are round: lines of no length. */
export function dots(points: readonly Point[]): string {
  return stepsOf(points)
    .map((step, i) => `${i === 0 ? 'M' : 'm'}${pair(step)}h0`)
    .join('');
}
