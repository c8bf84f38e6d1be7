import type { RunManifest } from '../domain/run.ts';
import type { ReportedSample } from '../domain/sample.ts';
import { type Accounting, accountSamples } from './accounting.ts';
import { billingIdentity } from './billing.ts';
import { groupByCell } from './cell-samples.ts';
import { type Comparison, compareScenarios } from './comparison.ts';
import { observeReachability, type Reachability } from './reachability.ts';
import { type SummaryRow, summarise } from './summary.ts';

/** Something a reader must know before trusting a figure. */
export interface Warning {
  readonly code: string;
  readonly text: string;
}

/** Everything that the reports say; formats only choose words and scale. */
export interface Analysis {
  readonly manifest: RunManifest;
  readonly samples: readonly ReportedSample[];
  readonly summary: readonly SummaryRow[];
  readonly comparisons: readonly Comparison[];
  readonly reachability: readonly Reachability[];
  readonly accounting: Accounting;
  readonly warnings: readonly Warning[];
}

/** Facts about the journal that the analysis must mention. */
export interface JournalFacts {
  readonly cutLastLine: boolean;
  readonly malformedLines: number;
}

/** Billed time that nothing explains may hide an init; one that no rule gives means that a figure was misread. */
function billingWarnings(samples: readonly ReportedSample[]): Warning[] {
  const kinds = samples.map(({ report }) => billingIdentity(report).kind);
  const count = (kind: string): number => kinds.filter((candidate) => candidate === kind).length;
  const [hidden, broken] = [count('hidden-init'), count('breaks')];
  return [
    ...(hidden === 0
      ? []
      : [{ code: 'hidden-init', text: `${hidden} calls were billed for more than their duration: an init may be folded into them.` }]),
    ...(broken === 0 ? [] : [{ code: 'billing', text: `${broken} REPORTs have a billed time that no rule gives.` }]),
  ];
}

function newWarnings(manifest: RunManifest, accounting: Accounting, facts: JournalFacts): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, text: string): number => warnings.push({ code, text });
  if (manifest.stopReason !== 'complete')
    warn('incomplete', `The run ended early (${manifest.stopReason ?? 'killed'}): it is a shorter run than planned.`);
  if (facts.cutLastLine) warn('journal-cut', 'The last line of the journal was cut and is not used.');
  if (facts.malformedLines > 0)
    warn('journal-malformed', `${facts.malformedLines} lines of the journal could not be read and are not used.`);
  if (accounting.reportsMissing > 0)
    warn('reports-missing', `${accounting.reportsMissing} calls have no REPORT; their platform figures are absent.`);
  const { lost = 0, throttled = 0 } = accounting.failed;
  if (lost > 0) warn('lost', `${lost} calls were asked and never observed.`);
  if (throttled > 0) warn('throttled', `Lambda refused ${throttled} calls (429); they are counted, not timed.`);
  const stale = accounting.failed['stale_env'] ?? 0;
  if (stale > 0) warn('stale-environment', `${stale} cold calls met the old environment and were asked again.`);
  const share = accounting.asked === 0 ? 0 : accounting.perturbed / accounting.asked;
  if (share > 0.05)
    warn('perturbed', `${(share * 100).toFixed(1)} % of the calls overlap a stall of the driver: compare the population "clean".`);
  return warnings;
}

/** Figures, comparisons and findings of one run. With a wrong path there are none: nothing was measured that has a name. */
export function analyseRun(manifest: RunManifest, samples: readonly ReportedSample[], facts: JournalFacts): Analysis {
  const wrongPaths = manifest.wrongPaths ?? [];
  const cells = wrongPaths.length > 0 ? [] : groupByCell(manifest.plan, samples);
  const accounting = accountSamples(samples);
  return {
    manifest,
    samples,
    summary: summarise(cells),
    comparisons: compareScenarios(manifest.plan, cells),
    reachability: observeReachability(
      manifest.plan,
      samples,
      wrongPaths.map(({ arm }) => arm),
    ),
    accounting,
    warnings: [...newWarnings(manifest, accounting, facts), ...billingWarnings(samples)],
  };
}
