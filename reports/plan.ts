import { markdownTable } from 'markdown-table';
import { isTwin } from '../harness/domain/arm.ts';
import type { RunCost } from '../harness/domain/cost.ts';
import type { Plan } from '../harness/domain/plan.ts';
import type { Sizing } from '../harness/domain/precision.ts';
import { TARGETS } from '../harness/domain/target.ts';
import { COST_BASIS, costTables, describeCost } from './cost.ts';
import { formatFigure, formatReadable } from './figure.ts';
import { describeCell } from './sentences.ts';
import { describeLimit } from './sizing.ts';

/** One expected comparison; times in nanoseconds. */
export interface PlanRow {
  readonly scenario: string;
  readonly reference: string;
  readonly target: Plan['targets'][number];
  readonly start: 'cold' | 'warm';
  readonly connection: 'new' | 'reused';
  readonly metric: string;
  readonly halfWidth?: number;
  readonly margin: number;
  readonly decidesFrom?: number;
  readonly roundsNeeded: number;
  readonly basis: 'earlier run' | 'assumed';
}

/** What a plan will do and can be expected to find out. */
export interface PlanForecast {
  readonly plan: Plan;
  readonly calls: {
    readonly cold: number;
    readonly discarded: number;
    readonly warm: number;
    readonly blocked: number;
    readonly total: number;
  };
  readonly seconds: {
    readonly deploy: number;
    readonly rounds: number;
    readonly blocked: number;
    readonly end: number;
    readonly total: number;
    readonly round?: {
      readonly updates: number;
      readonly slowestUpdate: number;
      readonly settle: number;
      readonly calls: number;
      readonly pacing: number;
    };
  };
  readonly rows: readonly PlanRow[];
  readonly earlier?: { readonly runId: string; readonly startedAt: string };
  readonly assumed: { readonly date: string; readonly source: string; readonly warm: number };
  readonly sizing?: Sizing;
}

/** The same with what it makes and what that costs. */
export interface PricedForecast extends PlanForecast {
  readonly cost: RunCost;
  readonly stacks: readonly { readonly stack: string; readonly resources: Readonly<Record<string, number>> }[];
}

/** `1:05` or `1:02:03`; for people, so whole seconds. */
function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}

function table(rows: readonly (readonly string[])[], align: readonly string[] = []): string {
  return markdownTable(rows, { align, delimiterStart: false, delimiterEnd: false })
    .split('\n')
    .filter((_, i) => i !== 1)
    .map((line) => line.trimEnd())
    .join('\n');
}

function armTable({ arms, targets }: Plan): string {
  const names = [...new Set(arms.map(({ scenario }) => scenario))];
  const shown = TARGETS.filter((target) => targets.includes(target));
  const cell = (scenario: string, target: string): string =>
    arms.find((arm) => arm.scenario === scenario && arm.target === target)?.expected ?? '–';
  const body = names.map((name) => [name, ...shown.map((target) => cell(name, target)), isTwin(name) ? 'A/A copy' : '']);
  return table([['scenario', ...shown, ''], ...body]);
}

function formatTime(valueNs: number | undefined): string {
  return valueNs === undefined ? '–' : `${formatReadable(valueNs)} ms`;
}

function decisionTable({ rows }: PlanForecast): string {
  const header = ['comparison', 'median of', 'half width', 'margin', 'decides from', 'rounds for the margin', 'spread'];
  const body = rows.map((row) => [
    `${row.scenario} − ${row.reference}`,
    `${describeCell(row)}, ${row.metric}`,
    ...[row.halfWidth, row.margin, row.decidesFrom].map(formatTime),
    String(row.roundsNeeded),
    row.basis,
  ]);
  return table([header, ...body], ['l', 'l', 'r', 'r', 'r', 'r', 'l']);
}

function count(n: number, one: string, many: string = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `3 scenarios, 12 arms (3 A/A copies), 16 rounds × 10 warm calls, 3692 calls, about 1:20`. */
function describeSize({ plan, calls, seconds }: PlanForecast): string {
  const twins = plan.arms.filter(({ scenario }) => isTwin(scenario)).length;
  const arms = `${count(plan.arms.length, 'arm')} (${count(twins, 'A/A copy', 'A/A copies')})`;
  const coldAlone = plan.warmRounds === undefined ? '' : ` (the first ${plan.warmRounds} of them)`;
  const rounds = `${count(plan.rounds, 'round')} × ${count(plan.warm, 'warm call')} a connection kind${coldAlone}`;
  return `${count(plan.scenarios.length, 'scenario')}, ${arms}, ${rounds}, ${calls.total} calls, about ${formatSeconds(seconds.total)}`;
}

function describeBasis({ plan, earlier, assumed, rows }: PlanForecast): readonly string[] {
  const ran =
    earlier === undefined ? [] : [`Spread "earlier run": run ${earlier.runId} of ${earlier.startedAt}, scaled by the root of the rounds.`];
  const other = assumed.warm === plan.warm ? '' : ` It was made for ${count(assumed.warm, 'warm call')} a connection kind.`;
  const guess = rows.some(({ basis }) => basis === 'assumed') ? [`Spread "assumed" (${assumed.date}): ${assumed.source}.${other}`] : [];
  return [...ran, ...guess];
}

/** What `--precision` will make of the run, as far as can be known before. */
function describeSizing({ sizing }: PlanForecast): readonly string[] {
  if (sizing === undefined) return [];
  const { pilotRounds, rounds, warmRounds, limit } = sizing;
  return [
    `Precision: a pilot of ${pilotRounds} rounds sizes the run once; by the spreads below to ${rounds} rounds, ${warmRounds} of them with warm calls: ${describeLimit(limit)}`,
  ];
}

/** What bounds a round, term by term; nothing in the lab, whose rounds were timed as a whole. */
function describeRound({ seconds: { round } }: PlanForecast): readonly string[] {
  if (round === undefined) return [];
  const shown = (value: number): string => `${value.toFixed(1)} s`;
  const { slowestUpdate, settle, calls, pacing, updates } = round;
  const sum = slowestUpdate + settle + calls + pacing + updates;
  return [
    `Round: ${shown(sum)} = slowest update ${shown(slowestUpdate)} + settling ${shown(settle)} + its calls ${shown(calls)} + pacing ${shown(pacing)} (10 calls/s an environment) + turns of updates ${shown(updates)} (12/s)`,
  ];
}

/** `net: 1 AWS::EC2::VPC, …`, a stack a line. */
function describeStacks({ stacks }: PricedForecast): readonly string[] {
  return stacks.map(({ stack, resources }) => {
    const types = Object.entries(resources).map(([type, n]) => `${n} ${type.replace(/^AWS::/, '')}`);
    return `Stack ${stack}: ${types.join(', ')}`;
  });
}

/** Money, as everything else: the sum first, then what it stands on. */
function describeMoney({ cost }: PricedForecast): readonly string[] {
  const basis = cost.run === undefined ? [] : [COST_BASIS];
  return ['', describeCost(cost), ...basis, '', ...costTables(cost, table)];
}

/** What the table's columns mean; nothing without rows. */
const LEGEND = [
  'Half width: of the 95 % interval to expect. Decides from: the smallest difference that can be expected to be certain among all',
  'comparisons of the run, and no less than the margin. Rounds for the margin: would tell no difference from it with a chance of 80 %.',
];

/** `bench plan` for people. */
export function formatPlan(forecast: PricedForecast): string {
  const { plan, calls, seconds, rows } = forecast;
  const parts = `deploy ${formatSeconds(seconds.deploy)}, rounds ${formatSeconds(seconds.rounds)}, blocked attempts ${formatSeconds(seconds.blocked)}, end ${formatSeconds(seconds.end)}`;
  return [
    `Plan (${plan.backend}): ${describeSize(forecast)}`,
    `Calls: ${calls.cold} cold, ${calls.warm} warm measured, ${calls.discarded} discarded, ${calls.blocked} at targets expected to be blocked`,
    `Time: ${parts}`,
    ...describeRound(forecast),
    ...describeSizing(forecast),
    ...describeStacks(forecast),
    '',
    armTable(plan),
    '',
    ...(rows.length === 0
      ? ['Nothing to compare: no scenario shares a target with another that reaches it.']
      : [decisionTable(forecast), '', ...LEGEND]),
    ...describeBasis(forecast),
    ...describeMoney(forecast),
    '',
  ].join('\n');
}

function milliseconds(valueNs: number | undefined): number | undefined {
  return valueNs === undefined ? undefined : Number(formatFigure(valueNs));
}

/** The same as one JSON document; times in milliseconds. */
export function formatPlanJson({ plan, calls, seconds, rows, earlier, assumed, sizing, cost, stacks }: PricedForecast): string {
  const comparisons = rows.map(({ halfWidth, margin, decidesFrom, roundsNeeded, basis, ...identity }) => ({
    ...identity,
    half_width_ms: milliseconds(halfWidth),
    margin_ms: milliseconds(margin),
    decides_from_ms: milliseconds(decidesFrom),
    rounds_needed: roundsNeeded,
    basis,
  }));
  const { backend, rounds, warmRounds, warm, targets, reference, arms } = plan;
  const scenarios = plan.scenarios.map(({ name }) => name);
  const { round, ...parts } = seconds;
  const rounded = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, Math.round(value)]));
  const expected_seconds = { ...rounded, ...(round === undefined ? {} : { round }) };
  const size = { rounds, warm_rounds: warmRounds, warm, pilot_rounds: sizing?.pilotRounds, limit: sizing?.limit };
  const spreads = { earlier_run: earlier, assumed };
  const document = {
    backend,
    scenarios,
    targets,
    reference,
    arms,
    ...size,
    calls,
    expected_seconds,
    comparisons,
    ...spreads,
    cost,
    stacks,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function rangeOf(rows: readonly PlanRow[], start: 'cold' | 'warm'): string | undefined {
  const found = rows.filter((row) => row.start === start).flatMap(({ decidesFrom }) => decidesFrom ?? []);
  if (found.length === 0) return undefined;
  const [low, high] = [formatTime(Math.min(...found)), formatTime(Math.max(...found))];
  return low === high ? `${start} ${low}` : `${start} ${low} to ${high}`;
}

/** The two lines that a run begins with. */
export function formatPlanLines(forecast: PlanForecast): readonly [string, string] {
  const { rows, plan, sizing } = forecast;
  const ranges = (['warm', 'cold'] as const).flatMap((start) => rangeOf(rows, start) ?? []);
  const open = rows.filter(
    ({ start, roundsNeeded }) => roundsNeeded > (start === 'warm' ? (plan.warmRounds ?? plan.rounds) : plan.rounds),
  ).length;
  const decides = ranges.length === 0 ? 'no comparison can be decided with these rounds' : `decides medians from: ${ranges.join(', ')}`;
  const wanting = open === 0 ? '' : `; ${open} of ${rows.length} may stay open`;
  const pilot = sizing === undefined ? '' : `; expected, a pilot of ${sizing.pilotRounds} rounds sizes them`;
  return [`plan: ${describeSize(forecast)}${pilot}`, `plan: ${decides}${wanting}; npm run bench -- plan shows all`];
}
