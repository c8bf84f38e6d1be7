import { type Baseline, formatGate, type Gate, type GateRecord, type HistoryEntry } from '../domain/regression.ts';

/** Fewer runs leave a spread that says nothing: the gate is learning. */
export const MINIMUM_BASELINE = 10;
/** Older runs are not part of a baseline any more. */
export const BASELINE_WINDOW = 30;
/** Several accepted changes in a row may leave many stretches and little to tell the spread by. */
const MINIMUM_DEGREES = 5;

/** A gate's values that count, oldest first, cut where somebody accepted another level. */
export type Stretches = readonly (readonly number[])[];

/** The same for keys with the same facts, in whatever order. */
export function formatKey(key: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Ids of runs whose level of this gate was accepted. */
export function acceptedRuns(entries: readonly HistoryEntry[], gate: Gate): ReadonlySet<string> {
  const name = formatGate(gate);
  const accepted = entries.filter((entry) => entry.kind === 'accept' && entry.gates.some((one) => formatGate(one) === name));
  return new Set(accepted.map(({ runId }) => runId));
}

/** The gate's comparable records, oldest first. */
export function recordsOf(entries: readonly HistoryEntry[], gate: Gate, key: Readonly<Record<string, string>>): readonly GateRecord[] {
  const [name, wanted] = [formatGate(gate), formatKey(key)];
  return entries.filter(
    (entry): entry is GateRecord => entry.kind === 'gate' && formatGate(entry.gate) === name && formatKey(entry.key) === wanted,
  );
}

/** What was confirmed or only suspected stays out until accepted: else a regression would become its own excuse. */
function counts({ runId, role, confirms, verdict }: GateRecord, accepted: ReadonlySet<string>): boolean {
  if (role === 'confirmation') return confirms !== undefined && accepted.has(confirms);
  return accepted.has(runId) || (verdict !== 'regression' && verdict !== 'flagged');
}

/** A gate's values that count for a run with this key; the window's newest. `except`: a run that is not its own baseline. */
export function stretchesOf(
  entries: readonly HistoryEntry[],
  gate: Gate,
  key: Readonly<Record<string, string>>,
  except?: string,
): Stretches {
  const accepted = acceptedRuns(entries, gate);
  const stretches: number[][] = [[]];
  const usable = recordsOf(entries, gate, key).filter(
    (record) => except === undefined || (record.runId !== except && record.confirms !== except),
  );
  for (const record of usable.filter((one) => counts(one, accepted)).slice(-BASELINE_WINDOW)) {
    if (record.role === 'scheduled' && accepted.has(record.runId)) stretches.push([]);
    if (record.point !== undefined) stretches.at(-1)?.push(record.point.logRatio);
  }
  return stretches.filter((stretch) => stretch.length > 0);
}

/** Mean of at least one value. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Level of the last stretch, spread within all of them (pooled variance): an accepted change moves the level at once, and what is known of the
 * noise stays known. Undefined with fewer than `MINIMUM_BASELINE` values.
 */
export function baselineOf(stretches: Stretches): Baseline | undefined {
  const runs = stretches.reduce((sum, stretch) => sum + stretch.length, 0);
  const degrees = runs - stretches.length;
  const last = stretches.at(-1);
  if (last === undefined || runs < MINIMUM_BASELINE || degrees < MINIMUM_DEGREES) return undefined;
  const squares = stretches.flatMap((stretch) => {
    const mean = meanOf(stretch);
    return stretch.map((value) => (value - mean) ** 2);
  });
  const spread = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / degrees);
  return { runs, level: meanOf(last), levelRuns: last.length, spread, degrees };
}
