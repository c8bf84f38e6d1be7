import type { ColdSplit } from '../harness/analyse/cold-split.ts';
import type { Course } from '../harness/analyse/course.ts';
import type { QuantileCurve } from '../harness/analyse/quantile-curve.ts';
import type { Series } from '../harness/analyse/series.ts';
import type { Cell } from '../harness/domain/cell.ts';
import { visibleText } from './free-text.ts';
import { milliseconds, millisecondsOrNull } from './json-figures.ts';
import type { ReportDocument } from './schema/report-schema.ts';

type SeriesDocument = ReportDocument['series'];

function jsonCell({ scenario, target, start, connection }: Cell): Cell {
  return { scenario: visibleText(scenario), target, start, connection };
}

function jsonCurve({ cell, metric, n, points }: QuantileCurve): SeriesDocument['curves'][number] {
  return {
    ...jsonCell(cell),
    metric,
    n,
    points: points.map(({ share, value, limits }) => ({
      share,
      value_ms: milliseconds(value),
      ci_low_ms: millisecondsOrNull(limits?.low),
      ci_high_ms: millisecondsOrNull(limits?.high),
    })),
  };
}

function jsonCourse({ cell, metric, steps, outliers, outlierCount }: Course): SeriesDocument['courses'][number] {
  return {
    ...jsonCell(cell),
    metric,
    steps: steps.map(({ firstRound, lastRound, n, median, lowerQuartile, upperQuartile }) => ({
      first_round: firstRound,
      last_round: lastRound,
      n,
      median_ms: milliseconds(median),
      lower_quartile_ms: milliseconds(lowerQuartile),
      upper_quartile_ms: milliseconds(upperQuartile),
    })),
    outliers: outliers.map(({ round, value }) => ({ round, value_ms: milliseconds(value) })),
    outlier_count: outlierCount,
  };
}

function jsonColdSplit({ cell, n, whole, parts }: ColdSplit): SeriesDocument['cold_splits'][number] {
  return {
    ...jsonCell(cell),
    n,
    whole_ms: milliseconds(whole),
    parts: parts.map(({ part, median, n: of }) => ({ part, median_ms: milliseconds(median), n: of })),
  };
}

/** What the charts draw. */
export function jsonSeries({ curves, courses, coldSplits, counts }: Series): SeriesDocument {
  return {
    curves: curves.map(jsonCurve),
    courses: courses.map(jsonCourse),
    cold_splits: coldSplits.map(jsonColdSplit),
    counts: counts.map(({ cell, measured, failed }) => ({ ...jsonCell(cell), measured, failed })),
  };
}
