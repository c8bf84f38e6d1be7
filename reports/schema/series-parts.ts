import { z } from 'zod';
import { COLD_PARTS } from '../../harness/analyse/cold-split.ts';
import { count, list, quantity, quantityOrNull, word } from './fields.ts';
import { cell, metric } from './figure-rows.ts';

const NO_LIMITS = 'too few values, or environments, for limits.';

const curve = z.strictObject({
  ...cell,
  metric,
  n: count('Values that the curve stands on.'),
  points: list(
    z.strictObject({
      share: quantity('Share of the calls that take no longer, 0 … 1.', 'share'),
      value_ms: quantity('Quantile by nearest rank of the raw samples.', 'ms'),
      ci_low_ms: quantityOrNull('Lower 95 % limit.', 'ms', NO_LIMITS),
      ci_high_ms: quantityOrNull('Upper 95 % limit.', 'ms', NO_LIMITS),
    }),
    'From fast to slow; none beyond what n values can bound.',
  ),
});

const course = z.strictObject({
  ...cell,
  metric,
  steps: list(
    z.strictObject({
      first_round: count('First round of the step.'),
      last_round: count('Last round of the step; the same unless a long run puts neighbours together.'),
      n: count('Values of the step.'),
      median_ms: quantity('Their median.', 'ms'),
      lower_quartile_ms: quantity('Their middle half begins here.', 'ms'),
      upper_quartile_ms: quantity('It ends here.', 'ms'),
    }),
    'By round, sixty at most.',
  ),
  outliers: list(
    z.strictObject({ round: count('Round of the call.'), value_ms: quantity('The call.', 'ms') }),
    'Calls above 1.6 times the median of their step, the slowest thirty, by round.',
  ),
  outlier_count: count('All calls above it.'),
});

const coldSplit = z.strictObject({
  ...cell,
  n: count('Cold calls that the driver timed.'),
  whole_ms: quantity('Median of client_ms.', 'ms'),
  parts: list(
    z.strictObject({
      part: word(COLD_PARTS, 'Part of a cold call; `init` where the platform’s start and the function’s own cannot be told apart.'),
      median_ms: quantity('Median over the calls that had it.', 'ms'),
      n: count('Those calls.'),
    }),
    'In the order in which they pass; medians of parts do not add up exactly to the median of the whole.',
  ),
});

const cellCount = z.strictObject({
  ...cell,
  measured: count('Calls that the figures stand on; over all cells they add up to accounting.measured.'),
  failed: count('Calls that were to be measured and failed.'),
});

/** What the charts draw: a bounded number of points a cell, however many samples there are. */
export const series = z
  .strictObject({
    curves: list(curve, 'From fast to slow calls, of the metric that is judged first.'),
    courses: list(course, 'Round by round, of the same metric; empty where samples have no rounds.'),
    cold_splits: list(coldSplit, 'Where the time of cold calls goes.'),
    counts: list(cellCount, 'How many calls stand behind each cell.'),
  })
  .meta({ description: 'What the charts of report.html draw.' });
