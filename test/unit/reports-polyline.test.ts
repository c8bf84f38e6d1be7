import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dots, polyline } from '../../reports/charts/polyline.ts';

/** The places that a path's numbers add up to, as the page's script reads them. */
function placesOf(path: string): readonly (readonly [number, number])[] {
  const numbers = (path.match(/-?\d+/g) ?? []).map(Number);
  let [x, y] = [0, 0];
  return Array.from({ length: numbers.length / 2 }, (_, i) => {
    x += numbers[2 * i] ?? Number.NaN;
    y += numbers[2 * i + 1] ?? Number.NaN;
    return [x, y] as const;
  });
}

const point = fc.tuple(fc.double({ min: -900, max: 900, noNaN: true }), fc.double({ min: -900, max: 900, noNaN: true }));

describe('a path of relative steps', () => {
  it.each([
    [[], '', 'nothing'],
    [[[3.4, 4.6]], 'M3 5', 'one point'],
    [
      [
        [0, 0],
        [10, -5],
        [9, 7],
      ],
      'M0 0l10-5-1 12',
      'a minus parts numbers by itself',
    ],
  ] satisfies [[number, number][], string, string][])('of %j is %j: %s', (points, path) => expect(polyline(points)).toBe(path));

  it('adds up to the points in whole pixels, however many there are', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 60 }), (points) => {
        const whole = points.map(([x, y]) => [Math.round(x) + 0, Math.round(y) + 0]);
        expect(placesOf(polyline(points)).map(([x, y]) => [x + 0, y + 0])).toEqual(whole);
      }),
    );
  });

  it('puts a line of no length at each dot', () =>
    expect(
      dots([
        [1, 2],
        [4, 1],
      ]),
    ).toBe('M1 2h0m3-1h0'));
});
