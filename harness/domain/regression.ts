import type { Connection } from './cell.ts';
import { isTarget, type Target } from './target.ts';

/** What a gate is about: one scenario's median set against its reference's within each run. */
export interface Gate {
  readonly scenario: string;
  /** Of the same run: the plan's reference, for a target that it cannot reach another scenario, or the scenario's twin. */
  readonly reference: string;
  readonly target: Target;
  readonly start: 'cold' | 'warm';
  readonly connection: Connection;
}

/** The metric whose p50 is gated (design: what is judged); never a client time. */
export const GATE_METRICS = { warm: 'fn_total_ms', cold: 'cold_report_ms' } as const;

/** `vpc-nat/default/internet/warm/new`: the gate's key in maps and in the history. */
export function formatGate({ scenario, reference, target, start, connection }: Gate): string {
  return [scenario, reference, target, start, connection].join('/');
}

/** Reads what `formatGate` wrote; undefined for anything else. */
export function parseGate(text: string): Gate | undefined {
  const [scenario = '', reference = '', target = '', start, connection, ...rest] = text.split('/');
  const named = [scenario, reference].every((name) => /^[a-z][a-z0-9-]{0,23}(~twin)?$/.test(name));
  if (!named || rest.length > 0 || !isTarget(target)) return undefined;
  if ((start !== 'cold' && start !== 'warm') || (connection !== 'new' && connection !== 'reused')) return undefined;
  return { scenario, reference, target, start, connection };
}

/** A gate's figures in one run. Logarithms are natural: 0.05 is about 5 %. */
export interface GatePoint {
  /** ln(p50 of the scenario / p50 of its reference). */
  readonly logRatio: number;
  /** The run's own 95 % limits of it; absent when its rounds gave none. */
  readonly low?: number;
  readonly high?: number;
  /** Both medians, nanoseconds. */
  readonly value: number;
  readonly reference: number;
}

/**
 * What is concluded about a gate. `learning`: too few runs before. `flagged`: beyond the loose limit, and not yet confirmed or cleared by
 * two further runs. `cleared`: it was flagged, and the mean of three is not beyond the strict limit. `faster`: beyond the strict limit downwards.
 */
export const GATE_VERDICTS = ['learning', 'no regression', 'cleared', 'faster', 'flagged', 'not decidable', 'regression'] as const;
export type GateVerdict = (typeof GATE_VERDICTS)[number];

/** What a history holds of one gate in one run. */
export interface GateRecord {
  readonly kind: 'gate';
  readonly runId: string;
  /** ISO 8601 UTC: the run's start. */
  readonly measuredAt: string;
  readonly gate: Gate;
  /** `confirmation`: made because the run `confirms` was flagged; it counts only together with that run. */
  readonly role: 'scheduled' | 'confirmation';
  readonly confirms?: string;
  readonly verdict: GateVerdict;
  /** Absent when the run gave no figures for the gate. */
  readonly point?: GatePoint;
  /** The loose limits that it was judged by; absent while learning. */
  readonly band?: { readonly low: number; readonly high: number };
  /** Delays and faults that were brought about on purpose, in words. */
  readonly injected?: string;
  /** What another run must share to be compared with it. */
  readonly key: Readonly<Record<string, string>>;
}

/** Somebody has looked at a run's level of some gates and says that it is the new one. */
export interface Acceptance {
  readonly kind: 'accept';
  readonly runId: string;
  readonly acceptedAt: string;
  readonly reason: string;
  readonly gates: readonly Gate[];
}

export type HistoryEntry = GateRecord | Acceptance;

/** Lines of a history that are not used, by why. */
export interface HistoryDamage {
  /** The last line has no LF. */
  readonly cut: boolean;
  /** No JSON, or no line of ours. */
  readonly malformed: number;
  /** Of another version of the format. */
  readonly otherSchema: number;
  /** A run's gate for the second time. */
  readonly repeated: number;
}

/** A history as it was read; entries in the order of the file, which is the order in which they were appended. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly damage: HistoryDamage;
}

/** What a new run is set against. Values are log ratios. */
export interface Baseline {
  /** Values that it stands on, oldest first, at most `BASELINE_WINDOW`. */
  readonly runs: number;
  /** Mean since the last accepted change, and of how many values. */
  readonly level: number;
  readonly levelRuns: number;
  /** Standard deviation about the level of each stretch between accepted changes, and its degrees of freedom. */
  readonly spread: number;
  readonly degrees: number;
}

/** A shift that the k-run ladder sees: the mean of the last `runs` against up to 20 before; log ratio. It never fails a run. */
export interface Shift {
  readonly runs: number;
  readonly change: number;
}

/** A gate of a run, judged. Changes are of the log ratio against the baseline's level; positive means slower. */
export interface GateJudgement {
  readonly gate: Gate;
  readonly verdict: GateVerdict;
  /** For `not decidable`, `learning` and `flagged`: in words. */
  readonly why?: string;
  readonly point?: GatePoint;
  /** Of the confirming runs, in their order. */
  readonly confirmations: readonly GatePoint[];
  /** The series' comparable runs so far; below `MINIMUM_BASELINE` there is no baseline. */
  readonly known: number;
  readonly baseline?: Baseline;
  /** Of this run, or of the mean of three; with 95 % prediction limits. */
  readonly change?: number;
  readonly low?: number;
  readonly high?: number;
  /** The smallest change that matters, as a log ratio. */
  readonly effect?: number;
  readonly band?: { readonly low: number; readonly high: number };
  readonly shift?: Shift;
}

/** One record of a series, with what somebody said when they accepted it. */
export interface SeriesPoint {
  readonly record: GateRecord;
  readonly acceptance?: Acceptance;
}

/** A gate among comparable runs: everything that a history page shows of it. */
export interface HistorySeries {
  readonly gate: Gate;
  readonly key: Readonly<Record<string, string>>;
  /** In the order in which they were appended. */
  readonly points: readonly SeriesPoint[];
  /** Values that count for the next run, of at most `window`. */
  readonly known: number;
  readonly window: number;
  readonly baseline?: Baseline;
  readonly shift?: Shift;
  /** Runs with a confirmed regression that nobody accepted: they stay out. */
  readonly held: readonly string[];
}
