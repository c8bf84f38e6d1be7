import type { DriverHealthTotals } from '../domain/driver-health.ts';
import type { RunManifest } from '../domain/run.ts';
import { countSamples, type Samples } from '../domain/samples.ts';
import { type Accounting, accountSamples } from './accounting.ts';
import { type Attribution, attributeDifferences } from './attribution.ts';
import { groupByCell, isMeasuredSample } from './cell-samples.ts';
import type { Check } from './check.ts';
import { checkRun } from './checks.ts';
import { compareScenarios } from './comparison.ts';
import { findContradictions } from './contradictions.ts';
import { observeReachability, type Reachability } from './reachability.ts';
import { newSeries, type Series } from './series.ts';
import { type SummaryRow, summarise } from './summary.ts';
import type { Comparison } from './verdict.ts';

/** Something a reader must know before trusting a figure. */
export interface Warning {
  readonly code: string;
  readonly text: string;
  /** Foreign words, e.g. what an error said; each format escapes them its own way. */
  readonly detail?: string;
}

/** Everything that the reports say; formats only choose words and scale. */
export interface Analysis {
  readonly manifest: RunManifest;
  readonly samples: Samples;
  readonly summary: readonly SummaryRow[];
  readonly series: Series;
  readonly comparisons: readonly Comparison[];
  readonly attributions: readonly Attribution[];
  readonly reachability: readonly Reachability[];
  readonly accounting: Accounting;
  readonly checks: readonly Check[];
  readonly warnings: readonly Warning[];
}

/** Facts about the journal that the analysis must mention. */
export interface JournalFacts {
  readonly cutLastLine: boolean;
  readonly malformedLines: number;
  /** Absent when the run ended before the driver could sum up, and for other tools' files. */
  readonly driverHealth?: DriverHealthTotals;
}

/** Above this share of perturbed calls a reader is told. */
const PERTURBED_SHARE = 0.05;

function journalWarnings(manifest: RunManifest, facts: JournalFacts): Warning[] {
  const warnings: Warning[] = [];
  if (manifest.stopReason !== 'complete') {
    const why = manifest.stopReason ?? 'killed';
    const text = `The run ended early (${why}): it is a shorter run than planned.`;
    warnings.push({ code: 'incomplete', text, ...(manifest.message === undefined ? {} : { detail: manifest.message }) });
  }
  if (facts.cutLastLine) warnings.push({ code: 'journal-cut', text: 'The last line of the journal was cut and is not used.' });
  if (facts.malformedLines > 0) {
    const text = `${facts.malformedLines} lines of the journal could not be read and are not used.`;
    warnings.push({ code: 'journal-malformed', text });
  }
  return warnings;
}

function callWarnings(accounting: Accounting, samples: Samples): Warning[] {
  const { lost = 0, throttled = 0, stale_env: stale = 0 } = accounting.failed;
  const preinit = countSamples(samples, (sample) => sample.start === 'preinit' && isMeasuredSample(sample));
  const share = accounting.asked === 0 ? 0 : accounting.perturbed / accounting.asked;
  const percent = (share * 100).toFixed(1);
  const counted: readonly (readonly [string, number, string])[] = [
    ['reports-missing', accounting.reportsMissing, 'calls have no REPORT; their platform figures are absent.'],
    ['lost', lost, 'calls were asked and never observed.'],
    ['throttled', throttled, 'times Lambda refused a call (429); they are counted, not timed.'],
    ['stale-environment', stale, 'times a cold call met the old environment; it was asked again.'],
    ['preinit', preinit, 'times the first call met an environment that had been initialised ahead; it is neither cold nor warm.'],
  ];
  const warnings = counted.filter(([, count]) => count > 0).map(([code, count, text]): Warning => ({ code, text: `${count} ${text}` }));
  const perturbed = `${percent} % of the calls were held up by a stall of the driver: compare the population "clean".`;
  return share > PERTURBED_SHARE ? [...warnings, { code: 'perturbed', text: perturbed }] : warnings;
}

/** Figures, comparisons and findings of one run. With a wrong path there are none: nothing was measured that has a name. */
export function analyseRun(manifest: RunManifest, samples: Samples, facts: JournalFacts): Analysis {
  const wrongPaths = manifest.wrongPaths ?? [];
  const cells = wrongPaths.length > 0 ? [] : groupByCell(manifest.plan, samples);
  const accounting = accountSamples(samples);
  const comparisons = compareScenarios(manifest.plan, cells);
  const health = facts.driverHealth === undefined ? {} : { driverHealth: facts.driverHealth };
  return {
    manifest,
    samples,
    summary: summarise(cells),
    series: newSeries(manifest.plan, cells),
    comparisons,
    attributions: attributeDifferences(manifest.plan, cells, comparisons),
    reachability: observeReachability(manifest.plan, samples, wrongPaths),
    accounting,
    checks: checkRun({ plan: manifest.plan, samples, cells, accounting, ...health }),
    warnings: [...journalWarnings(manifest, facts), ...callWarnings(accounting, samples), ...findContradictions(manifest, samples)],
  };
}
