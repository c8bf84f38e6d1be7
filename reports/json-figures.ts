import type { Attribution } from '../harness/analyse/attribution.ts';
import type { SummaryRow } from '../harness/analyse/summary.ts';
import type { Comparison, Undecided } from '../harness/analyse/verdict.ts';
import { formatFigure } from './figure.ts';
import { visibleText } from './free-text.ts';
import type { ReportDocument } from './schema/report-schema.ts';

/** Nanoseconds as milliseconds, with the digits that the CSV files have. */
export function milliseconds(valueNs: number): number {
  return Number(formatFigure(valueNs));
}

/** The same; null for what is absent. */
export function millisecondsOrNull(valueNs: number | undefined): number | null {
  return valueNs === undefined ? null : milliseconds(valueNs);
}

function roundedOrNull(value: number | undefined, decimals: number): number | null {
  return value === undefined ? null : Number(value.toFixed(decimals));
}

function percentOrNull(share: number | undefined): number | null {
  return share === undefined ? null : Number((share * 100).toFixed(4));
}

/** The rows of `summary.csv`. */
export function jsonSummary(rows: readonly SummaryRow[]): ReportDocument['summary'] {
  return rows.map((row) => ({
    scenario: visibleText(row.cell.scenario),
    target: row.cell.target,
    start: row.cell.start,
    connection: row.cell.connection,
    population: row.population,
    metric: row.metric,
    statistic: row.statistic,
    value_ms: millisecondsOrNull(row.value),
    ci_low_ms: millisecondsOrNull(row.low),
    ci_high_ms: millisecondsOrNull(row.high),
    n: row.n,
    environments: row.environments,
    deff: roundedOrNull(row.designEffect, 4),
    failures: row.failures,
  }));
}

function jsonUndecided(undecided: Undecided | undefined): ReportDocument['comparisons'][number]['undecided'] {
  if (undecided === undefined) return null;
  return {
    kind: undecided.kind,
    minimum: 'minimum' in undecided ? undecided.minimum : null,
    rounds_needed: 'roundsNeeded' in undecided ? (undecided.roundsNeeded ?? null) : null,
  };
}

/** The rows of `comparisons.csv`, and what has no column there. */
export function jsonComparisons(rows: readonly Comparison[]): ReportDocument['comparisons'] {
  return rows.map((row) => ({
    scenario: visibleText(row.scenario),
    reference: visibleText(row.reference),
    target: row.target,
    start: row.start,
    connection: row.connection,
    metric: row.metric,
    statistic: row.statistic,
    difference_ms: millisecondsOrNull(row.difference),
    ci_low_ms: millisecondsOrNull(row.low),
    ci_high_ms: millisecondsOrNull(row.high),
    difference_pct: percentOrNull(row.ratio),
    margin_ms: millisecondsOrNull(row.margin),
    p_adjusted: row.pAdjusted === undefined ? null : Number(row.pAdjusted.toPrecision(4)),
    p_superior: roundedOrNull(row.superiority, 6),
    verdict: row.verdict,
    n: row.n,
    rounds: row.rounds,
    role: row.role,
    pct_low: percentOrNull(row.ratioLow),
    pct_high: percentOrNull(row.ratioHigh),
    equivalence_low_ms: millisecondsOrNull(row.equivalence?.low),
    equivalence_high_ms: millisecondsOrNull(row.equivalence?.high),
    undecided: jsonUndecided(row.undecided),
    shift: (row.shift ?? []).map(({ share, estimate, low, high }) => ({
      share,
      difference_ms: milliseconds(estimate),
      ci_low_ms: milliseconds(low),
      ci_high_ms: milliseconds(high),
    })),
  }));
}

/** Which phases carry the differences. */
export function jsonAttributions(rows: readonly Attribution[]): ReportDocument['attributions'] {
  return rows.map((row) => ({
    scenario: visibleText(row.scenario),
    reference: visibleText(row.reference),
    target: row.target,
    connection: row.connection,
    difference_ms: milliseconds(row.difference),
    phases: row.phases.map(({ phase, difference, low, high, share, ofSomeCalls }) => ({
      phase,
      difference_ms: milliseconds(difference),
      ci_low_ms: milliseconds(low),
      ci_high_ms: milliseconds(high),
      share: roundedOrNull(share, 6),
      of_some_calls: ofSomeCalls === true,
    })),
    left_out: [...row.leftOut],
    rest_ms: milliseconds(row.rest),
  }));
}
