import { z } from 'zod';
import { ROLES } from '../../harness/analyse/comparison-estimate.ts';
import { METRICS } from '../../harness/analyse/metric.ts';
import { QUANTILES } from '../../harness/analyse/quantile.ts';
import { POPULATIONS } from '../../harness/analyse/summary.ts';
import { VERDICTS } from '../../harness/analyse/verdict.ts';
import { CONNECTIONS, STARTS } from '../../harness/domain/cell.ts';
import { PROBE_PHASES } from '../../harness/domain/probe-wire.ts';
import { TARGETS } from '../../harness/domain/target.ts';
import { count, countOrNull, list, quantity, quantityOrNull, text, word } from './fields.ts';

type Words = readonly [string, ...string[]];

const METRIC_NAMES = METRICS.map(({ name }) => name) as unknown as Words;
const QUANTILE_NAMES = QUANTILES.map(({ name }) => name) as unknown as Words;

/** What names a cell, in every row alike. */
export const cell = {
  scenario: text('Scenario; `~twin` behind a name is the second deployment of the same (A/A).'),
  target: word(TARGETS, 'What the function talks to.'),
  start: word(STARTS, 'Start of the environment: proven cold, warm, or initialised ahead of the call.'),
  connection: word(CONNECTIONS, 'Whether the function made a connection for the call or used one that it had.'),
};

/** Which figure of a call. */
export const metric = word(METRIC_NAMES, 'What was timed; the prefix names the clock (client, fn), else it is of the REPORT.');

const NO_LIMITS = 'too few values, or environments, for limits.';
const NO_INTERVAL = 'too few samples or common rounds.';

/** A row of `summary.csv`, without the run's id. */
export const summaryRow = z.strictObject({
  ...cell,
  population: word(
    POPULATIONS,
    'all: every measured call; clean: without those that a stall of the driver held up; failures_inf: failures as +∞.',
  ),
  metric,
  statistic: word([...QUANTILE_NAMES, 'min', 'max'] as unknown as Words, 'Quantile by nearest rank of the raw samples, or an extreme.'),
  value_ms: quantityOrNull('The figure.', 'ms', 'n is below what the statistic needs, or the quantile lies among the failures.'),
  ci_low_ms: quantityOrNull('Lower 95 % limit.', 'ms', NO_LIMITS),
  ci_high_ms: quantityOrNull('Upper 95 % limit.', 'ms', NO_LIMITS),
  n: count('Values that the figure stands on.'),
  environments: count('Distinct execution environments among them.'),
  deff: quantityOrNull('Design effect: variance against as many independent calls.', 'ratio', 'calls are independent (cold), or too few.'),
  failures: count('Calls of the cell that were to be measured and failed.'),
});

const undecided = z
  .strictObject({
    kind: word(['few samples', 'few rounds', 'wide', 'A/A'], 'What was missing, or that the A/A check of target and start failed.'),
    minimum: countOrNull('So many are needed.', 'the kind is wide or A/A.'),
    rounds_needed: countOrNull('So many rounds would decide with a chance of 80 %.', 'not known.'),
  })
  .nullable()
  .meta({ description: 'Why nothing was decided. null: something was.' });

const shiftPoint = z.strictObject({
  share: quantity('Share of the calls below, 0 … 1.', 'share'),
  difference_ms: quantity('Scenario − reference at that quantile.', 'ms'),
  ci_low_ms: quantity('Lower 95 % limit.', 'ms'),
  ci_high_ms: quantity('Upper 95 % limit.', 'ms'),
});

/** A row of `comparisons.csv`, without the run's id and population. */
const comparisonFigures = {
  scenario: cell.scenario,
  reference: text('The scenario that it is set against.'),
  target: cell.target,
  start: word(['cold', 'warm'], 'Start of the environment, proven.'),
  connection: cell.connection,
  metric,
  statistic: word(QUANTILE_NAMES, 'Quantile by nearest rank of the raw samples.'),
  difference_ms: quantityOrNull('Scenario − reference; above 0: slower.', 'ms', NO_INTERVAL),
  ci_low_ms: quantityOrNull('Lower 95 % limit, unadjusted.', 'ms', NO_INTERVAL),
  ci_high_ms: quantityOrNull('Upper 95 % limit, unadjusted.', 'ms', NO_INTERVAL),
  difference_pct: quantityOrNull('The difference in percent of the reference.', '%', `${NO_INTERVAL.slice(0, -1)}, or the reference is 0.`),
  margin_ms: quantityOrNull('What is smaller than this does not matter.', 'ms', NO_INTERVAL),
  p_adjusted: quantityOrNull('Two-sided p of no difference, by Holm over the family of the run.', 'probability', NO_INTERVAL),
  p_superior: quantityOrNull('Probability that a call of the scenario takes longer than one of the reference.', 'probability', NO_INTERVAL),
  verdict: word(VERDICTS, 'What is concluded, for this deployment in this hour.'),
  n: count('Samples of both sides.'),
  rounds: count('Rounds that both sides have; environments of the smaller side where nothing pairs them.'),
};

/** The columns of `comparisons.csv` as far as they are in `report.json` too. */
export const comparisonColumns = z.strictObject(comparisonFigures);

/** The same with what has no column. */
export const comparisonRow = z.strictObject({
  ...comparisonFigures,
  role: word(ROLES, 'Asked for; the same deployed twice; or two with the same way to the target.'),
  pct_low: quantityOrNull('Lower 95 % limit of difference_pct.', '%', 'a replicate of a side was not above 0, or no interval.'),
  pct_high: quantityOrNull('Upper 95 % limit of difference_pct.', '%', 'a replicate of a side was not above 0, or no interval.'),
  equivalence_low_ms: quantityOrNull('Lower 90 % limit; within the margin: no relevant change.', 'ms', NO_INTERVAL),
  equivalence_high_ms: quantityOrNull('Upper 90 % limit.', 'ms', NO_INTERVAL),
  undecided,
  shift: list(shiftPoint, 'The difference from fast to slow calls; empty but for p50.'),
});

/** Which phases carry a difference of warm medians. */
export const attributionRow = z.strictObject({
  scenario: cell.scenario,
  reference: text('The scenario that it is set against.'),
  target: cell.target,
  connection: cell.connection,
  difference_ms: quantity('The whole difference of the medians.', 'ms'),
  phases: list(
    z.strictObject({
      phase: word(PROBE_PHASES, 'Part of the operation inside the function.'),
      difference_ms: quantity('Scenario − reference of the medians of the phase.', 'ms'),
      ci_low_ms: quantity('Lower 95 % limit, unadjusted.', 'ms'),
      ci_high_ms: quantity('Upper 95 % limit, unadjusted.', 'ms'),
      share: quantityOrNull('Part of the whole.', 'share', 'the whole is not certain, or only some calls had the phase.'),
      of_some_calls: z.boolean().meta({ description: 'Some calls of a side had no such phase.' }),
    }),
    'Largest first, whichever its sign.',
  ),
  left_out: list(
    word(PROBE_PHASES, 'Part of the operation inside the function.'),
    'Phases without enough rounds; what they carry is in the rest.',
  ),
  rest_ms: quantity('What the phases leave of the whole.', 'ms'),
});
