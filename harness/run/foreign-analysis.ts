import { type Analysis, analyseRun, type Warning } from '../analyse/analysis.ts';
import { isTwin } from '../domain/arm.ts';
import type { ForeignReading } from '../domain/plan.ts';
import { type DriverFacts, RUN_SCHEMA_VERSION, type RunManifest } from '../domain/run.ts';
import type { ReportedSample } from '../domain/sample.ts';
import { nearestName } from '../plan/options.ts';
import { type ForeignChoices, foreignPlan, judgedOf, scenarioNames } from './foreign-plan.ts';
import { type ForeignRows, type Grouping, readForeignRows, type UnusableFile, type UnusedRow } from './foreign-rows.ts';

/** A file's analysis, with the rows that it does not stand on. */
export interface ForeignAnalysis {
  readonly kind: 'analysis';
  readonly analysis: Analysis;
  readonly unused: readonly UnusedRow[];
}

/** Rows that a warning quotes; all of them are in `bad-rows.csv`. */
const QUOTED_ROWS = 3;
/** A run id of the file is shown only in this form. */
const SHOWN_RUN_ID = /^[\x21-\x7e]{1,64}$/;
const NO_RUN_ID = 'foreign000';
/** Stands where no row says when it was asked. */
const NO_TIME = '1970-01-01T00:00:00.000Z';

const UNKNOWN_DRIVER: DriverFacts = {
  node: 'not known',
  kernel: 'not known',
  cpuModel: 'not known',
  cpuCount: Number.NaN,
  loadAverageAtStart: Number.NaN,
};

function pairingOf({ rounds }: Grouping): ForeignReading['pairing'] {
  return rounds === 'stated' ? 'rounds' : 'environments';
}

function groupingWarnings({ rounds, environments, runIds }: Grouping): Warning[] {
  const unpaired =
    'The file has no rounds: scenarios are compared as independent sets, so a drift during the measurement is taken for a difference between them.';
  const byRow =
    'The file names no environments: each row counts as one of its own, so intervals are too narrow where rows share an environment.';
  const byRound = 'The file names no environments: the calls of one scenario and target in one round count as one environment.';
  const runs = `The file holds ${runIds.length} runs: equal round numbers of different runs are different rounds.`;
  return [
    ...(rounds === 'absent' ? [{ code: 'unpaired', text: unpaired }] : []),
    ...(environments === 'assumed-by-row' ? [{ code: 'environments-assumed', text: byRow }] : []),
    ...(environments === 'assumed-by-round' ? [{ code: 'environments-assumed', text: byRound }] : []),
    ...(runIds.length > 1 ? [{ code: 'several-runs', text: runs }] : []),
  ];
}

function rowWarnings({ unused, unknownOutcomes }: ForeignRows): Warning[] {
  const quoted = unused.slice(0, QUOTED_ROWS).map(({ line, why }) => `line ${line}: ${why}`);
  const more = unused.length > QUOTED_ROWS ? [`and ${unused.length - QUOTED_ROWS} more, all in bad-rows.csv`] : [];
  const count = [...unknownOutcomes.values()].reduce((sum, n) => sum + n, 0);
  const words = [...unknownOutcomes].map(([word, n]) => `${word} (${n})`).join(', ');
  return [
    ...(unused.length === 0
      ? []
      : [{ code: 'rows-unused', text: `${unused.length} rows of the file are not used.`, detail: [...quoted, ...more].join('; ') }]),
    ...(count === 0
      ? []
      : [{ code: 'outcomes-unknown', text: `${count} calls have outcomes of another tool; they count as failed.`, detail: words }]),
  ];
}

/** An expectation is none of the file's business: what never answered is told, not judged. */
function withoutExpectations(analysis: Analysis): Analysis {
  const silent = analysis.reachability.filter(({ verdict }) => verdict !== 'reached');
  const text = (scenario: string, target: string, attempts: number): string =>
    `${scenario} to ${target} never answered (${attempts} attempts); whether that was meant, the file does not say.`;
  const warnings = silent.map(
    ({ scenario, target, attempts, signature }): Warning => ({
      code: 'never-answered',
      text: text(scenario, target, attempts),
      ...(signature === undefined ? {} : { detail: signature }),
    }),
  );
  const reachability = analysis.reachability.filter(({ verdict }) => verdict === 'reached');
  return { ...analysis, reachability, warnings: [...analysis.warnings, ...warnings] };
}

function notesOf(rows: ForeignRows, judged: ForeignReading['judged'], choices: ForeignChoices): readonly string[] {
  const { rounds, environments } = rows.grouping;
  const resampled = environments === 'assumed-by-row' ? 'rows' : 'environments';
  return [
    `Judged by ${judged.warm[0]} (warm) and ${judged.cold[0]} (cold): the first of ours that the file has values of.`,
    rounds === 'stated'
      ? 'Paired: both sides of a difference share the rounds that are resampled.'
      : `Unpaired: differences by resampling the ${resampled} of each side independently.`,
    ...(environments === 'assumed-by-round' ? ['Environments are not named: one per scenario, target and round is assumed.'] : []),
    `Margins are those of ${choices.margins === 'lab' ? 'the lab' : 'AWS'}: the file does not say where it was measured.`,
    'That functions matched, that cold calls were cold and which paths they took is not known of a foreign file.',
  ];
}

function spanOf(samples: readonly ReportedSample[]): { readonly startedAt: string; readonly endedAt?: string } {
  const times = samples.map(({ askedAt }) => Date.parse(askedAt)).filter((time) => !Number.isNaN(time));
  if (times.length === 0) return { startedAt: NO_TIME };
  const [first, last] = times.reduce(([low, high], time) => [Math.min(low, time), Math.max(high, time)], [Infinity, -Infinity] as const);
  return { startedAt: new Date(first).toISOString(), endedAt: new Date(last).toISOString() };
}

function manifestOf(rows: ForeignRows, reading: ForeignReading, choices: ForeignChoices, toolVersion: string): RunManifest {
  const plan = foreignPlan(rows.samples, reading, choices);
  const [runId] = rows.grouping.runIds;
  return {
    schema: RUN_SCHEMA_VERSION,
    toolVersion,
    runId: rows.grouping.runIds.length === 1 && runId !== undefined && SHOWN_RUN_ID.test(runId) ? runId : NO_RUN_ID,
    backend: { kind: 'foreign', region: 'not known', account: 'not known', notes: [] },
    driver: UNKNOWN_DRIVER,
    plan,
    ...spanOf(rows.samples),
    stopReason: 'complete',
    rounds: plan.rounds,
  };
}

function unknownReference(reference: string, names: readonly string[]): UnusableFile {
  const nearest = nearestName(reference, names);
  const hint = nearest === undefined ? '' : ` Did you mean ${JSON.stringify(nearest)}?`;
  return { kind: 'unusable', why: `it has no scenario ${JSON.stringify(reference)}.${hint} It has: ${names.join(', ')}` };
}

function whyNone(unused: readonly UnusedRow[]): string {
  const first = unused[0];
  return first === undefined
    ? 'it has a header, but no rows'
    : `none of its ${unused.length} rows can be used; line ${first.line}: ${first.why}`;
}

/**
 * Analyses a file of samples (CSV, our columns or some of them) that any tool may have written. `file` is its name. Never throws
 * for what the file holds.
 */
export function analyseForeignFile(
  text: string,
  file: string,
  choices: ForeignChoices,
  toolVersion: string,
): ForeignAnalysis | UnusableFile {
  const rows = readForeignRows(text);
  if (rows.kind === 'unusable') return rows;
  if (rows.samples.length === 0) return { kind: 'unusable', why: whyNone(rows.unused) };
  const { reference } = choices;
  const names = scenarioNames(rows.samples, choices);
  if (reference !== undefined && (isTwin(reference) || !names.includes(reference))) return unknownReference(reference, names);
  const judged = judgedOf(rows.samples);
  if (judged === undefined) {
    return {
      kind: 'unusable',
      why: 'it has several times, and none of fn_total_ms, client_ms and duration_ms: nothing says which to judge',
    };
  }
  const reading: ForeignReading = { file, judged, pairing: pairingOf(rows.grouping), notes: notesOf(rows, judged, choices) };
  const manifest = manifestOf(rows, reading, choices, toolVersion);
  const analysis = withoutExpectations(analyseRun(manifest, rows.samples, { cutLastLine: false, malformedLines: 0 }));
  const warnings = [...rowWarnings(rows), ...groupingWarnings(rows.grouping), ...analysis.warnings];
  return { kind: 'analysis', analysis: { ...analysis, warnings }, unused: rows.unused };
}
