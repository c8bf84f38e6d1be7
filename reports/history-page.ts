import { markdownTable } from 'markdown-table';
import { formatGate, GATE_METRICS, type HistoryDamage, type HistorySeries, type SeriesPoint } from '../harness/domain/regression.ts';
import { formatReadable } from './figure.ts';
import { type Escape, escapeMarkdown } from './free-text.ts';
import { describeGate, formatChange } from './regression.ts';

const SHOWN_RUNS = 12;

/** Lines of the file that are not used, in words; empty for a whole one. */
export function damageWords({ cut, malformed, otherSchema, repeated }: HistoryDamage): string {
  const counted: readonly (readonly [number, string])[] = [
    [cut ? 1 : 0, 'cut'],
    [malformed, 'malformed'],
    [otherSchema, 'of another version'],
    [repeated, 'repeated'],
  ];
  const words = counted.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return words.length === 0 ? '' : `Lines that are not used: ${words.join(', ')}.`;
}

/** What the next run will be set against. */
export function baselineWords({ baseline, known, window, held, shift }: HistorySeries): string {
  const out = held.length === 0 ? '' : `; held out until accepted: ${held.join(', ')}`;
  const slow = shift === undefined ? '' : `; shift over the last ${shift.runs}: ${formatChange(shift.change)} %`;
  if (baseline === undefined) return `learning: ${known} runs${out}${slow}`;
  const { level, levelRuns, runs, spread } = baseline;
  const since = levelRuns === runs ? '' : `, level from the last ${levelRuns}`;
  return `${formatChange(level)} % against its reference, spread ${(spread * 100).toFixed(2)} %, ${runs} of the last ${window} runs${since}${out}${slow}`;
}

/** The facts that the runs of a series share. */
export function keyWords({ key }: HistorySeries, show: Escape): string {
  return Object.entries(key)
    .map(([name, value]) => `${show(name)}: ${show(value)}`)
    .join('; ');
}

/** What was said when a level was accepted; empty where nobody did. */
export function acceptedWords({ acceptance }: SeriesPoint, show: Escape): string {
  return acceptance === undefined ? '' : `accepted ${show(acceptance.acceptedAt.slice(0, 10))}: ${show(acceptance.reason)}`;
}

/** Series of the same runs stand together, for one key heads them. */
export function byKey(series: readonly HistorySeries[]): ReadonlyMap<string, readonly HistorySeries[]> {
  const groups = new Map<string, HistorySeries[]>();
  for (const one of series) {
    const id = JSON.stringify(one.key);
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  return groups;
}

function pointRow(point: SeriesPoint): string[] {
  const { runId, measuredAt, role, verdict, point: figures, injected } = point.record;
  const limits =
    figures?.low === undefined || figures.high === undefined ? '' : ` [${formatChange(figures.low)}, ${formatChange(figures.high)}]`;
  const ratio = figures === undefined ? '' : `${formatChange(figures.logRatio)} %${limits}`;
  const notes = [acceptedWords(point, escapeMarkdown), injected === undefined ? '' : `injected: ${escapeMarkdown(injected)}`];
  return [
    escapeMarkdown(measuredAt.slice(0, 16)),
    runId,
    role === 'confirmation' ? 'confirms' : verdict,
    ratio,
    figures === undefined ? '' : formatReadable(figures.value),
    figures === undefined ? '' : formatReadable(figures.reference),
    notes.filter((note) => note !== '').join('; '),
  ];
}

const HEADER = ['measured', 'run', 'verdict', 'ratio to reference', 'ms', 'reference ms', ''];

function seriesSection(series: HistorySeries): readonly string[] {
  const rows = series.points.slice(-SHOWN_RUNS).map(pointRow);
  const older = series.points.length - rows.length;
  return [
    `### ${describeGate(series.gate, escapeMarkdown)}`,
    `Baseline: ${baselineWords(series)}.${older > 0 ? ` ${older} older records are in history.ndjson.` : ''}`,
    markdownTable([HEADER, ...rows], { align: ['l', 'l', 'l', 'r', 'r', 'r', 'l'] }),
  ];
}

/** `history.md`: every gate's last runs, newest last. Changes are of the scenario against its reference in the same run. */
export function formatHistoryMarkdown(series: readonly HistorySeries[], damage: HistoryDamage): string {
  const groups = [...byKey(series).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [`## ${keyWords(first, escapeMarkdown)}`, ...group.flatMap(seriesSection)];
  });
  const parts = ['# History of scheduled runs', damageWords(damage), ...(groups.length === 0 ? ['No run yet.'] : groups)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** `baseline show`: a line a gate, below what its runs share. */
export function formatBaseline(series: readonly HistorySeries[], damage: HistoryDamage, path: string, show: Escape): string {
  const groups = [...byKey(series).values()].flatMap((group) => {
    const [first] = group;
    const lines = group.flatMap((one) => [
      `  ${formatGate(one.gate)}  ${GATE_METRICS[one.gate.start]} p50: ${baselineWords(one)}`,
      ...one.points.flatMap((point) =>
        point.acceptance === undefined ? [] : [`    run ${point.record.runId} ${acceptedWords(point, show)}`],
      ),
    ]);
    return first === undefined ? [] : [keyWords(first, show), ...lines];
  });
  const lines = [path, damageWords(damage), ...(groups.length === 0 ? ['no run yet'] : groups)];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
