import type { Analysis } from '../analyse/analysis.ts';
import type { Backend } from '../domain/plan.ts';
import { formatGate, type Gate, type GateJudgement, type GateRecord, type History } from '../domain/regression.ts';
import { formatKey, recordsOf, stretchesOf } from '../history/baseline.ts';
import { describeGaps } from '../history/gaps.ts';
import { judgeGates } from '../history/judge-gates.ts';
import { differencesFrom } from './comparability.ts';
import { type AskedEffects, effectOf, gatesOf, placeOfSeries, pointOf, seriesKey } from './gate-series.ts';

/** A run that was judged against a history. */
export interface JudgedRun {
  readonly runId: string;
  readonly measuredAt: string;
  readonly judgements: readonly GateJudgement[];
  /** Ids of the runs that were made because it was flagged, in their order. */
  readonly confirmedBy: readonly string[];
  /** What a reader must know of the history, in words. */
  readonly notices: readonly string[];
  /** What the history gains; nothing of a run that it has already. */
  readonly records: readonly GateRecord[];
}

export interface JudgeOptions {
  readonly history: History;
  readonly analysis: Analysis;
  /** Runs that were made because this one was flagged. */
  readonly confirmations: readonly Analysis[];
  readonly effects: AskedEffects;
}

function damageNotices({ damage }: History): readonly string[] {
  const { cut, malformed, otherSchema, repeated } = damage;
  const counted: readonly (readonly [number, string])[] = [
    [cut ? 1 : 0, 'last line of the history was cut and is not used'],
    [malformed, 'lines of the history are no lines of ours (cut, merged or foreign) and are not used'],
    [otherSchema, 'lines of the history are of another version of the format and are not used'],
    [repeated, 'lines of the history repeat another one and are not used'],
  ];
  return counted.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
}

function gateRecords({ entries }: History): readonly GateRecord[] {
  return entries.filter((entry): entry is GateRecord => entry.kind === 'gate' && entry.role === 'scheduled');
}

/** A history that holds other runs, and none that is comparable: said, with what differs, and never compared in silence. */
function keyNotices(history: History, runId: string, key: Readonly<Record<string, string>>): readonly string[] {
  const others = gateRecords(history).filter((record) => record.runId !== runId);
  const newest = others.at(-1);
  if (newest === undefined || others.some((record) => formatKey(record.key) === formatKey(key))) return [];
  const what = differencesFrom(newest.key, key).join('; ');
  return [`no run of the history is comparable with this one, a new baseline begins; against the newest one ${what}`];
}

function injectedIn({ manifest }: Analysis): string | undefined {
  const felt = Object.entries(manifest.backend.injected ?? {}).filter(([, value]) => !value.startsWith('+0 ms'));
  return felt.length === 0 ? undefined : felt.map(([name, value]) => `${name} ${value}`).join(', ');
}

function recordsFor(analysis: Analysis, judgements: readonly GateJudgement[], confirmations: readonly Analysis[]): readonly GateRecord[] {
  const recordOf = (one: Analysis, judgement: GateJudgement): Omit<GateRecord, 'role'> => {
    const { gate, verdict, band } = judgement;
    const point = pointOf(one, gate);
    const injected = injectedIn(one);
    return {
      ...{ kind: 'gate', runId: one.manifest.runId, measuredAt: one.manifest.startedAt, gate, verdict, key: seriesKey(analysis.manifest) },
      ...(point === undefined ? {} : { point }),
      ...(band === undefined ? {} : { band }),
      ...(injected === undefined ? {} : { injected }),
    };
  };
  const flagged = judgements.filter(({ verdict }) => verdict === 'flagged' || verdict === 'cleared' || verdict === 'regression');
  const confirming = confirmations.flatMap((one) =>
    flagged.map((judgement): GateRecord => ({ ...recordOf(one, judgement), role: 'confirmation', confirms: analysis.manifest.runId })),
  );
  return [...judgements.map((judgement): GateRecord => ({ ...recordOf(analysis, judgement), role: 'scheduled' })), ...confirming];
}

/** The stamps of the runs that the gates of a run stand on, in the order of the history. */
function stampsBefore(history: History, gates: readonly Gate[], key: Readonly<Record<string, string>>, runId: string): readonly string[] {
  const runs = new Map<string, string>();
  for (const record of gates.flatMap((gate) => recordsOf(history.entries, gate, key))) {
    if (record.role === 'scheduled' && record.runId !== runId) runs.set(record.runId, record.measuredAt);
  }
  return [...runs.values()];
}

/** Judges a complete run's gates against the history. The same history and runs give the same judgement. */
export function judgeRun({ history, analysis, confirmations, effects }: JudgeOptions): JudgedRun {
  const { manifest } = analysis;
  const { runId, startedAt, plan } = manifest;
  const key = seriesKey(manifest);
  const gates = gatesOf(plan);
  const judgements = judgeGates(
    gates.map((gate) => {
      const point = pointOf(analysis, gate);
      return {
        ...{
          gate,
          stretches: stretchesOf(history.entries, gate, key, runId),
          effectAt: effectOf(plan.backend as Backend, gate.start, effects),
        },
        ...(point === undefined ? {} : { point }),
        confirmations: confirmations.flatMap((one) => pointOf(one, gate) ?? []),
      };
    }),
  );
  const known = gateRecords(history).some((record) => record.runId === runId);
  const again = known ? ['this run is in the history already: it is judged without itself, and not appended again'] : [];
  const gaps = describeGaps(stampsBefore(history, gates, key, runId), startedAt);
  return {
    ...{ runId, measuredAt: startedAt, judgements, confirmedBy: confirmations.map((one) => one.manifest.runId) },
    notices: [...damageNotices(history), ...again, ...keyNotices(history, runId, key), ...gaps],
    records: known ? [] : recordsFor(analysis, judgements, confirmations),
  };
}

/** Why a run cannot confirm another, a line each. */
export function confirmationProblems(run: Analysis, confirmation: Analysis, gates: readonly Gate[]): readonly string[] {
  const wanted = placeOfSeries(seriesKey(run.manifest));
  const missing = gates.filter((gate) => pointOf(confirmation, gate) === undefined);
  return [
    ...(run.manifest.runId === confirmation.manifest.runId ? ['it is the same run'] : []),
    ...differencesFrom(wanted, placeOfSeries(seriesKey(confirmation.manifest))),
    ...missing.map((gate) => `it has no figures for ${formatGate(gate)}`),
  ];
}
