import { isMeasuredSample } from '../analyse/cell-samples.ts';
import { JUDGED_METRICS, METRICS } from '../analyse/metric.ts';
import { formatArm, isTwin, originalOf } from '../domain/arm.ts';
import { formatCell } from '../domain/cell.ts';
import type { Backend, ForeignReading, Plan, PlannedArm } from '../domain/plan.ts';
import type { ReportedSample } from '../domain/sample.ts';
import type { Scenario } from '../domain/scenario.ts';
import { TARGETS, type Target } from '../domain/target.ts';

/** What a person decides about a file of samples. */
export interface ForeignChoices {
  /** The scenario to compare with; absent: `default`, or the first of the file. */
  readonly reference?: string;
  /** Whose margins apply: the file does not say where it was measured. */
  readonly margins: Backend;
  readonly seed: string;
  /** Names that this tool knows, in the order of its tables; others follow as the file names them. */
  readonly order: readonly string[];
}

type Judged = ForeignReading['judged'];

/** By preference; a file that has none of these must have exactly one other time. */
const PREFERRED: Readonly<Record<'cold' | 'warm', readonly string[]>> = {
  cold: ['client_ms', 'fn_total_ms', 'duration_ms'],
  warm: ['fn_total_ms', 'client_ms', 'duration_ms'],
};
/** Made of several columns, so never the only one. */
const DERIVED: readonly string[] = ['cold_report_ms', 'outside_ms'];

/** The metrics that get a verdict, by what the file has values of. Undefined when several times are there and none is preferred. */
export function judgedMetricsOf(samples: readonly ReportedSample[], start: 'cold' | 'warm'): readonly string[] | undefined {
  const measured = samples.filter((sample) => isMeasuredSample(sample) && sample.start === start);
  const valued = METRICS.filter(({ figureOf }) => measured.some((sample) => figureOf(sample) !== undefined)).map(({ name }) => name);
  if (valued.length === 0) return JUDGED_METRICS[start];
  const columns = valued.filter((name) => !DERIVED.includes(name));
  const first = PREFERRED[start].find((name) => columns.includes(name)) ?? (columns.length === 1 ? columns[0] : undefined);
  if (first === undefined) return undefined;
  return start === 'cold' && valued.includes('cold_report_ms') ? [first, 'cold_report_ms'] : [first];
}

/** Both starts; undefined when for one of them nothing can be chosen. */
export function judgedOf(samples: readonly ReportedSample[]): Judged | undefined {
  const [cold, warm] = [judgedMetricsOf(samples, 'cold'), judgedMetricsOf(samples, 'warm')];
  return cold === undefined || warm === undefined ? undefined : { cold, warm };
}

/** The file's scenarios without twins: the reference first, then those that this tool knows, then as they occur. */
export function scenarioNames(samples: readonly ReportedSample[], choices: Pick<ForeignChoices, 'reference' | 'order'>): readonly string[] {
  const found = [...new Set(samples.map(({ call }) => call.scenario))].filter((name) => !isTwin(name));
  const known = choices.order.filter((name) => found.includes(name));
  const ordered = [...known, ...found.filter((name) => !known.includes(name))];
  const reference = choices.reference ?? (ordered.includes('default') ? 'default' : ordered[0]);
  return [...ordered.filter((name) => name === reference), ...ordered.filter((name) => name !== reference)];
}

function armsOf(samples: readonly ReportedSample[], names: readonly string[], answered: ReadonlySet<string>): readonly PlannedArm[] {
  const found = new Map(samples.map(({ call }) => [formatArm(call), call]));
  const place = (scenario: string): number => {
    const at = names.indexOf(originalOf(scenario));
    return (isTwin(scenario) ? names.length + 1 : 0) + (at === -1 ? names.length : at);
  };
  return [...found.entries()]
    .map(([key, { scenario, target }]): PlannedArm => ({ scenario, target, expected: answered.has(key) ? 'reachable' : 'blocked' }))
    .sort((a, b) => place(a.scenario) - place(b.scenario) || TARGETS.indexOf(a.target) - TARGETS.indexOf(b.target));
}

function scenarioOf(name: string, answered: ReadonlySet<string>): Scenario {
  const reach = (target: Target) => [target, answered.has(formatArm({ scenario: name, target })) ? 'reachable' : 'blocked'] as const;
  const expected = Object.fromEntries(TARGETS.map(reach)) as Scenario['expected'];
  return { name, summary: 'from a file of samples', network: { kind: 'default' }, expected };
}

/** The most measured warm calls that one cell has in one round. */
function warmCallsOf(measured: readonly ReportedSample[]): number {
  const counts = new Map<string, number>();
  for (const { call, start } of measured) {
    if (start !== 'warm') continue;
    const key = `${call.round}/${formatCell({ ...call, start })}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
}

/**
 * A plan that could have asked these samples: what analysis needs to know of it. An arm that never answered counts as not
 * reachable; whether that was meant, the file does not say.
 */
export function foreignPlan(samples: readonly ReportedSample[], reading: ForeignReading, choices: ForeignChoices): Plan {
  const measured = samples.filter(isMeasuredSample);
  const answered = new Set(samples.filter(({ outcome }) => outcome === 'ok').map(({ call }) => formatArm(call)));
  const names = scenarioNames(samples, choices);
  const [reference] = names;
  return {
    backend: choices.margins,
    seed: choices.seed,
    rounds: new Set(measured.map(({ call }) => call.round)).size,
    warm: warmCallsOf(measured),
    targets: TARGETS.filter((target) => samples.some(({ call }) => call.target === target)),
    scenarios: names.map((name) => scenarioOf(name, answered)),
    ...(reference === undefined ? {} : { reference }),
    arms: armsOf(samples, names, answered),
    schedule: [],
    blockedBefore: [],
    blockedAfter: [],
    foreign: reading,
  };
}
