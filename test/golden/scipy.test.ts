import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { intervalLevels } from '../../harness/analyse/order-statistic-interval.ts';
import {
  inverseRegularisedBeta,
  normalQuantile,
  regularisedBeta,
  studentCumulative,
  studentQuantile,
} from '../../harness/analyse/special-functions.ts';

interface Table {
  /** Arguments, SciPy's value, the value to 40 digits. */
  readonly rows: readonly (readonly number[])[];
}

const TOLERANCE = 1e-12;

function level(n = Number.NaN, share = Number.NaN, tail = Number.NaN): number {
  const levels = intervalLevels(n, share);
  return (tail > 0.5 ? levels?.lower : levels?.upper) ?? Number.NaN;
}

// `agreeing`: rows in which Debian's SciPy is itself within half the tolerance of 40 digits; in the others agreeing with it would be an error.
const TABLES = [
  { name: 'beta', made: regularisedBeta, rows: 335, agreeing: 328 },
  { name: 'beta-inverse', made: inverseRegularisedBeta, rows: 430, agreeing: 430 },
  { name: 'student', made: studentCumulative, rows: 117, agreeing: 117 },
  { name: 'student-inverse', made: studentQuantile, rows: 150, agreeing: 85 },
  { name: 'normal-inverse', made: normalQuantile, rows: 13, agreeing: 13 },
  { name: 'order-statistic-levels', made: level, rows: 70, agreeing: 70 },
] as const;

describe('special functions agree to 1e-12 with 40 digits, and with SciPy where it does', () => {
  it.each(TABLES)('$name', ({ name, made, ...counts }) => {
    const table = JSON.parse(readFileSync(new URL(`scipy/${name}.json`, import.meta.url), 'utf8')) as Table;
    const errors = table.rows.map((row) => {
      const [scipy = Number.NaN, exact = Number.NaN] = row.slice(-2);
      const value = (made as (...values: readonly number[]) => number)(...row.slice(0, -2));
      const away = (from: number): number => Math.abs(value - from) / Math.abs(exact);
      const agrees = Math.abs(scipy / exact - 1) < TOLERANCE / 2;
      return { row, exact: away(exact), scipy: agrees ? away(scipy) : undefined };
    });
    expect(errors.filter((error) => !(error.exact < TOLERANCE && (error.scipy ?? 0) < TOLERANCE))).toEqual([]);
    expect({ rows: errors.length, agreeing: errors.filter(({ scipy }) => scipy !== undefined).length }).toEqual(counts);
  });
});
