import type { Accounting } from '../harness/analyse/accounting.ts';
import type { Analysis } from '../harness/analyse/analysis.ts';
import type { Check, CheckUnit } from '../harness/analyse/check.ts';
import type { Reachability } from '../harness/analyse/reachability.ts';
import type { CostTable } from '../harness/domain/cost.ts';
import type { WidestComparison } from '../harness/domain/precision.ts';
import type { RunManifest } from '../harness/domain/run.ts';
import { visibleText } from './free-text.ts';
import { milliseconds, millisecondsOrNull } from './json-figures.ts';
import { reproduceCommand } from './method.ts';
import type { ReportDocument } from './schema/report-schema.ts';
import { originOf } from './sentences.ts';

function shownOrNull(text: string | undefined): string | null {
  return text === undefined ? null : visibleText(text);
}

/** What was asked, and how it ended. */
export function jsonRun(manifest: RunManifest): ReportDocument['run'] {
  const { plan } = manifest;
  const own = plan.foreign === undefined;
  return {
    run_id: visibleText(manifest.runId),
    started_at: visibleText(manifest.startedAt),
    ended_at: shownOrNull(manifest.endedAt),
    stop_reason: manifest.stopReason ?? null,
    message: shownOrNull(manifest.message),
    seed: visibleText(plan.seed),
    rounds_planned: plan.rounds,
    warm_rounds: plan.warmRounds ?? null,
    warm_calls: plan.warm,
    targets: [...plan.targets],
    reference: shownOrNull(plan.reference),
    scenarios: plan.scenarios.map(({ name, summary, expected }) => ({
      scenario: visibleText(name),
      summary: own ? visibleText(summary) : null,
      expected_internet: own ? expected.internet : null,
      expected_s3: own ? expected.s3 : null,
      expected_rds: own ? expected.rds : null,
    })),
    foreign_file: shownOrNull(plan.foreign?.file),
    command: own ? visibleText(reproduceCommand(manifest)) : null,
  };
}

/** Where the figures come from. */
export function jsonPlace(analysis: Analysis): ReportDocument['place'] {
  const { backend } = analysis.manifest;
  return {
    backend: backend.kind,
    banner: originOf(analysis, visibleText).banner ?? null,
    region: visibleText(backend.region),
    account: visibleText(backend.account),
    role: shownOrNull(backend.role),
    endpoint: shownOrNull(backend.endpoint),
    lab_mode: shownOrNull(backend.labMode),
    injected: Object.entries(backend.injected ?? {}).map(([name, value]) => ({ name: visibleText(name), value: visibleText(value) })),
    path_delays: Object.entries(backend.pathDelaysMs ?? {}).map(([name, added]) => ({ place: visibleText(name), added_ms: added })),
    notes: backend.notes.map(visibleText),
  };
}

/** The machine that drove the run. */
export function jsonDriver({ driver, plan }: RunManifest): ReportDocument['driver'] {
  if (plan.foreign !== undefined) return null;
  return {
    node: visibleText(driver.node),
    kernel: visibleText(driver.kernel),
    cpu_model: visibleText(driver.cpuModel),
    cpu_count: driver.cpuCount,
    load_average_at_start: driver.loadAverageAtStart,
  };
}

/** One row a deployed function. */
export function jsonReachability(rows: readonly Reachability[]): ReportDocument['reachability'] {
  return rows.map((row) => ({
    scenario: visibleText(row.scenario),
    target: row.target,
    expected: row.expected,
    verdict: row.verdict,
    attempts: row.attempts,
    reached: row.reached,
    untold: row.untold,
    signature: shownOrNull(row.signature),
    until_failure_ms: millisecondsOrNull(row.untilFailure),
    path: row.path ?? null,
    wrong_path_expected: shownOrNull(row.wrongPath?.expected),
    wrong_path_seen: shownOrNull(row.wrongPath?.seen),
  }));
}

function jsonCounts(counts: Readonly<Record<string, number>>): ReportDocument['accounting']['failed'] {
  return Object.entries(counts).map(([word, count]) => ({ word: visibleText(word), count }));
}

/** What became of every call. */
export function jsonAccounting(accounting: Accounting): ReportDocument['accounting'] {
  return {
    asked: accounting.asked,
    measured: accounting.measured,
    discarded: jsonCounts(accounting.discarded),
    failed: jsonCounts(accounting.failed),
    reports_found: accounting.reportsFound,
    reports_missing: accounting.reportsMissing,
    perturbed: accounting.perturbed,
  };
}

type CheckFigureDocument = ReportDocument['checks'][number]['figures'][number];

function jsonUnit(unit: CheckUnit): CheckFigureDocument['unit'] {
  switch (unit) {
    case 'ns':
      return 'ms';
    case 'ns difference':
      return 'ms difference';
    case 'share':
    case 'count':
    case 'correlation':
      return unit;
  }
}

/** How far the run can be trusted. */
export function jsonChecks(checks: readonly Check[]): ReportDocument['checks'] {
  return checks.map(({ id, verdict, text, details = [], figures }) => ({
    check: id,
    verdict,
    text,
    details: details.map(visibleText),
    figures: figures.map(({ of, name, unit, value, limits, notable }) => {
      const inUnit = (figure: number): number => (unit === 'ns' || unit === 'ns difference' ? milliseconds(figure) : figure);
      return {
        of: shownOrNull(of),
        name,
        unit: jsonUnit(unit),
        value: inUnit(value),
        ci_low: limits === undefined ? null : inUnit(limits.low),
        ci_high: limits === undefined ? null : inUnit(limits.high),
        notable: notable === true,
      };
    }),
  }));
}

/** Proof that the functions matched. */
export function jsonMatching({ configurationDiff: diff, functionSettings = {} }: RunManifest): ReportDocument['matching'] {
  if (diff === undefined) return null;
  return {
    compared: diff.compared.map(visibleText),
    unexpected: diff.unexpected.length,
    shared_settings: Object.entries(functionSettings).map(([setting, value]) => ({
      setting: visibleText(setting),
      value: visibleText(String(value)),
    })),
  };
}

function jsonBill({ usd, lines }: CostTable): { usd: number; lines: { item: string; quantity: number; unit: string; usd: number }[] } {
  return { usd, lines: lines.map(({ item, quantity, unit, usd: sum }) => ({ item: visibleText(item), quantity, unit, usd: sum })) };
}

/** Money, as the run kept it. */
export function jsonCost({ cost }: RunManifest): ReportDocument['cost'] {
  if (cost === undefined) return null;
  return {
    region: visibleText(cost.region),
    prices_of: visibleText(cost.pricesOf),
    prices_as_of: visibleText(cost.pricesAsOf),
    run: cost.run === undefined ? null : { ...jsonBill(cost.run), hours: cost.run.hours },
    hour: cost.hour === undefined ? null : jsonBill(cost.hour),
    month_traffic_gb: cost.month.trafficGb,
    month: cost.month.modes.map(({ scenario, standingUsd, trafficUsd, usd }) => ({
      scenario: visibleText(scenario),
      standing_usd: standingUsd,
      traffic_usd: trafficUsd,
      usd,
    })),
    further_service_usd: cost.month.furtherServiceUsd,
  };
}

function jsonWidest(widest: WidestComparison | undefined): NonNullable<ReportDocument['sizing']>['warm'] {
  if (widest === undefined) return null;
  const { comparison, halfWidth, target, rounds } = widest;
  return { comparison: visibleText(comparison), half_width_ms: milliseconds(halfWidth), target_ms: milliseconds(target), rounds };
}

/** How a pilot sized its run. */
export function jsonSizing({ sizing }: RunManifest): ReportDocument['sizing'] {
  if (sizing === undefined) return null;
  return {
    pilot_rounds: sizing.pilotRounds,
    rounds: sizing.rounds,
    warm_rounds: sizing.warmRounds,
    limit: sizing.limit,
    warm: jsonWidest(sizing.warm),
    cold: jsonWidest(sizing.cold),
  };
}
