import { z } from 'zod';
import { CHECK_IDS } from '../../harness/analyse/check.ts';
import { REACHABILITY_VERDICTS } from '../../harness/analyse/reachability.ts';
import { PATHS } from '../../harness/domain/path.ts';
import { STOP_REASONS } from '../../harness/domain/run.ts';
import { REACHABILITIES } from '../../harness/domain/scenario.ts';
import { TARGETS } from '../../harness/domain/target.ts';
import { count, countOrNull, list, quantity, quantityOrNull, text, textOrNull, word, wordOrNull } from './fields.ts';
import { attributionRow, comparisonRow, summaryRow } from './figure-rows.ts';
import { cost, sizing } from './plan-parts.ts';
import { series } from './series-parts.ts';

/** Version of `report.json`: another number, another form. */
export const REPORT_SCHEMA_VERSION = 1;

const FOREIGN = 'a file of samples, which does not say.';
const UNEXPECTED = 'a file of samples has no expectations.';

const expectation = (target: string) => wordOrNull(REACHABILITIES, `What the scenario claims of ${target}.`, UNEXPECTED);

const run = z.strictObject({
  run_id: text('The run.'),
  started_at: text('ISO 8601, UTC; 1970 where no row of a file of samples says.'),
  ended_at: textOrNull('ISO 8601, UTC.', 'the run was killed, or a file of samples does not say.'),
  stop_reason: wordOrNull(STOP_REASONS, 'Why the run ended.', 'the run was killed.'),
  message: textOrNull('What went wrong.', 'nothing did.'),
  seed: text('Seed of order and resampling.'),
  rounds_planned: count('Interleaved rounds of the plan.'),
  warm_rounds: countOrNull('The first so many rounds have warm calls.', 'all have.'),
  warm_calls: count('Measured warm calls per connection kind, arm and round.'),
  targets: list(word(TARGETS, 'What a function talks to.'), 'Targets of the run.'),
  reference: textOrNull('The scenario that the others are set against.', 'none was measured.'),
  scenarios: list(
    z.strictObject({
      scenario: text('Its name.'),
      summary: textOrNull('One line about it.', FOREIGN),
      expected_internet: expectation('the internet'),
      expected_s3: expectation('S3'),
      expected_rds: expectation('RDS'),
    }),
    'Reference first; twins are not listed.',
  ),
  foreign_file: textOrNull('Name of the file of samples.', "a run of the tool's own."),
  command: textOrNull('Asks the same calls in the same order again.', FOREIGN),
});

const place = z.strictObject({
  backend: word(['lab', 'aws', 'foreign'], 'Where the figures come from.'),
  banner: textOrNull('The line that no report may lack.', 'none is needed.'),
  region: text('Region, also of the lab.'),
  account: text('Account; of AWS the last four digits.'),
  role: textOrNull('As whom.', 'in the lab.'),
  endpoint: textOrNull('Address that stood in for AWS.', 'none did.'),
  lab_mode: textOrNull('How the lab got its privileges.', 'not the lab.'),
  injected: list(z.strictObject({ name: text('Delay or fault.'), value: text('In words.') }), 'Inputs of the lab, no findings.'),
  path_delays: list(
    z.strictObject({ place: text('Named place.'), added_ms: quantity('Added to a round trip.', 'ms') }),
    'The delays among them, as figures.',
  ),
  notes: list(text('A sentence.'), 'What belongs to the method.'),
});

const driver = z
  .strictObject({
    node: text('Version of Node.'),
    kernel: text('Version of the kernel.'),
    cpu_model: text('Processor.'),
    cpu_count: count('Logical processors.'),
    load_average_at_start: quantity('One-minute load when the run began.', 'processes'),
  })
  .nullable()
  .meta({ description: `The machine that drove the run. null: ${FOREIGN}` });

const finding = z.strictObject({
  mark: word(['✗', '▲', '▼', '~', '?', '✓'], 'Kind of finding, for the eye.'),
  headline: text('One or two words.'),
  text: text('The sentence.'),
});

const warning = z.strictObject({
  code: text('Stable word.'),
  text: text('The sentence.'),
  detail: textOrNull('Words of others that belong to it.', 'none do.'),
});

const reachabilityRow = z.strictObject({
  scenario: text('Scenario; `~twin` behind a name is the second deployment of the same (A/A).'),
  target: word(TARGETS, 'What the function talks to.'),
  expected: word(REACHABILITIES, 'What the scenario claims.'),
  verdict: word(REACHABILITY_VERDICTS, 'What was found.'),
  attempts: count('Calls that tell whether the target can be reached.'),
  reached: count('Those of them whose target was authenticated.'),
  untold: count('Calls that tell nothing.'),
  signature: textOrNull('How attempts failed, the commonest.', 'none did.'),
  until_failure_ms: quantityOrNull('Until the function gave up, median.', 'ms', 'nothing was blocked, or timed.'),
  path: wordOrNull(PATHS, 'The way, as the target saw it.', 'nothing was proven.'),
  wrong_path_expected: textOrNull('The way that the scenario gives.', 'the way was right.'),
  wrong_path_seen: textOrNull('The way that was seen instead.', 'the way was right.'),
});

const counts = (what: string) => list(z.strictObject({ word: text(what), count: count('Calls.') }), 'Each once.');

const accounting = z
  .strictObject({
    asked: count('Calls asked: measured + discarded + failed.'),
    measured: count('Calls that the figures stand on.'),
    discarded: counts('Why they do not count.'),
    failed: counts('Outcome.'),
    reports_found: count('Calls whose REPORT was found.'),
    reports_missing: count('Calls whose REPORT never came.'),
    perturbed: count('Calls that a stall of the driver held up.'),
  })
  .meta({ description: 'What became of every call.' });

const check = z.strictObject({
  check: word(CHECK_IDS, 'What is asked of the run.'),
  verdict: word(['pass', 'warn', 'fail', 'no data'], 'no data: nothing would tell.'),
  text: text('What was found.'),
  details: list(text('Words of others.'), 'What belongs to the text.'),
  figures: list(
    z.strictObject({
      of: textOrNull('What it was taken of.', 'the run.'),
      name: text('What it is.'),
      unit: word(['ms', 'ms difference', 'share', 'count', 'correlation'], 'Unit of value and limits.'),
      value: quantity('The figure.', 'as unit says'),
      ci_low: quantityOrNull('Lower 95 % limit.', 'as unit says', 'it has none.'),
      ci_high: quantityOrNull('Upper 95 % limit.', 'as unit says', 'it has none.'),
      notable: z.boolean().meta({ description: 'The verdict comes from it.' }),
    }),
    'What it stands on.',
  ),
});

const matching = z
  .strictObject({
    compared: list(text('A stored setting.'), 'What was compared between the functions.'),
    unexpected: count('Differences that may not be.'),
    shared_settings: list(
      z.strictObject({ setting: text('Dotted name.'), value: text('As stored; environment values as hashes.') }),
      'What all functions share.',
    ),
  })
  .nullable()
  .meta({ description: 'Proof that the functions matched. null: nothing was deployed.' });

/** `report.json`: closed, every member always there, null for what is absent. */
export const reportSchema = z.strictObject({
  schema: z.literal('lambda-network-bench/report').meta({ description: 'What this document is.' }),
  schema_version: z.literal(REPORT_SCHEMA_VERSION).meta({ description: 'Another number, another form.' }),
  tool_version: text('Version of the tool that measured, or that analysed a file of samples.'),
  run,
  place,
  driver,
  warnings: list(warning, 'What a reader must know before trusting a figure.'),
  findings: list(finding, 'Worst first.'),
  summary: list(summaryRow, 'As in summary.csv.'),
  comparisons: list(comparisonRow, 'As in comparisons.csv, with what has no column there.'),
  attributions: list(attributionRow, 'Which phases carry a difference of warm medians.'),
  series,
  reachability: list(reachabilityRow, 'One row a deployed function.'),
  accounting,
  checks: list(check, 'How far the run can be trusted.'),
  matching,
  cost,
  sizing,
});

export type ReportDocument = z.infer<typeof reportSchema>;

/** The published JSON Schema (draft 2020-12), made from the same declaration. */
export function reportJsonSchema(): unknown {
  const { $schema, ...rest } = z.toJSONSchema(reportSchema, { target: 'draft-2020-12' });
  return { $schema, title: 'report.json of lambda-network-bench', ...rest };
}
