import { markdownTable } from 'markdown-table';
import type { CalibrationSummary, JudgedCalibration } from '../harness/domain/calibration.ts';
import type { DriverFacts } from '../harness/domain/run.ts';
import { formatReadable, formatSigned } from './figure.ts';
import { visibleText } from './free-text.ts';

/** What heads a calibration's tables. */
export interface CalibrationHead {
  readonly startedAt: string;
  readonly driver: DriverFacts;
  readonly seed: string;
  readonly rounds: number;
  readonly warm: number;
  /** Runs that were cut short by a signal and made again. */
  readonly interrupted: number;
  /** Runs that are still to be made. */
  readonly open: number;
}

const RIGHT = 'r';

function runCells(run: JudgedCalibration): string[] {
  const { plan, outcome, seconds, load } = run.record;
  const common = [String(plan.number), String(plan.delayMs), plan.delayed];
  const end = [seconds.toFixed(1), load.toFixed(2)];
  if (run.kind === 'failed') return [...common, '', '', '', 'failed', visibleText(run.why), '', '', ...end];
  const missing = outcome.kind === 'measured' ? outcome.missing : 0;
  return [
    ...common,
    formatSigned(run.truth),
    formatSigned(run.measured),
    `[${formatSigned(run.low)}, ${formatSigned(run.high)}]`,
    run.inside ? 'inside' : 'OUTSIDE',
    run.verdict,
    String(run.calls),
    String(run.untold + missing),
    ...end,
  ];
}

const RUN_HEADER = [
  'run',
  'delay ms',
  'delayed',
  'truth ms',
  'measured ms',
  '95 % interval',
  'truth',
  'verdict',
  'calls',
  'untold',
  's',
  'load',
];

/** Every run, failed ones too, in the order in which they were made. */
export function calibrationRunTable(runs: readonly JudgedCalibration[]): string {
  return markdownTable([RUN_HEADER, ...runs.map(runCells)], {
    align: [RIGHT, RIGHT, 'l', RIGHT, RIGHT, 'l', 'l', 'l', RIGHT, RIGHT, RIGHT, RIGHT],
  });
}

function formatOptional(ns: number | undefined, format: (ns: number) => string): string {
  return ns === undefined ? '' : format(ns);
}

/** One row a delay. */
export function calibrationDelayTable({ delays }: CalibrationSummary): string {
  const header = ['delay ms', 'runs', 'failed', 'truth inside', 'bias ms', 'half-width ms', 'truth − asked ms', 'flagged'];
  const body = delays.map((row) => [
    String(row.delayMs),
    String(row.runs),
    String(row.failed),
    `${row.inside} (${((100 * row.inside) / row.runs).toFixed(0)} %)`,
    formatOptional(row.bias, formatSigned),
    formatOptional(row.halfWidth, formatReadable),
    formatOptional(row.overshoot, formatSigned),
    String(row.flagged),
  ]);
  return markdownTable([header, ...body], { align: header.map(() => RIGHT) });
}

/** One row a target, with what was observed. */
export function calibrationTargetTable({ targets }: CalibrationSummary): string {
  const body = targets.map(({ name, observed, wanted, met }) => [name, observed, wanted, met ? 'met' : 'MISSED']);
  return markdownTable([['target', 'observed', 'wanted', ''], ...body], { align: ['l', RIGHT, 'l', 'l'] });
}

function loadsOf(runs: readonly JudgedCalibration[]): string {
  const loads = runs.map(({ record }) => record.load).sort((a, b) => a - b);
  const [least, middle, most] = [loads[0], loads[Math.floor((loads.length - 1) / 2)], loads.at(-1)];
  return [least, middle, most].map((load) => (load ?? 0).toFixed(2)).join(' / ');
}

function headLines(head: CalibrationHead, runs: readonly JudgedCalibration[]): readonly string[] {
  const { driver } = head;
  const means = new Set(runs.flatMap(({ record }) => (record.outcome.kind === 'measured' ? [record.outcome.means] : [])));
  const truth = means.has('netem')
    ? 'Truth: the difference of the asked delays, for netem keeps no record of what it achieved.'
    : 'Truth: the difference of the medians of what these very connects were held for, from the arrival of the SYN at the relay until the SYN-ACK was sent on.';
  const longest = Math.max(...runs.map(({ record }) => record.seconds));
  return [
    `Calibration of ${head.startedAt}, seed ${visibleText(head.seed)}, on this machine's kernel: Node ${driver.node}, kernel ${driver.kernel}, ${driver.cpuCount} × ${driver.cpuModel}.`,
    `Delays by ${[...means].join(' and ') || 'nothing yet'}, on both paths (one of them at 0 ms). A run: ${head.rounds} rounds × ${head.warm} warm calls of each scenario on new connections.`,
    `${truth} Measured: the difference of the medians of fn_connect_ms, delayed scenario minus the other, with the 95 % interval of the ordinary analysis.`,
    `${runs.length} runs made, ${head.open} open, ${head.interrupted} cut short and made again; longest run ${longest.toFixed(1)} s; load least / median / most ${loadsOf(runs)}.`,
  ];
}

/** The whole calibration as text: every run, one row a delay, one row a target. */
export function formatCalibration(head: CalibrationHead, runs: readonly JudgedCalibration[], summary: CalibrationSummary): string {
  if (runs.length === 0) return `No run was made; ${head.open} are open.\n`;
  return [
    ...headLines(head, runs),
    '',
    calibrationRunTable(runs),
    '',
    calibrationDelayTable(summary),
    '',
    calibrationTargetTable(summary),
    '',
  ].join('\n');
}
