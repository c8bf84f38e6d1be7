import type { Acceptance, Gate, GateRecord } from '../../harness/domain/regression.ts';

export const GATE: Gate = { scenario: 'vpc-nat', reference: 'default', target: 'internet', start: 'warm', connection: 'new' };
export const OTHER_GATE: Gate = { scenario: 'vpc-nat', reference: 'default', target: 's3', start: 'cold', connection: 'new' };
export const KEY = { backend: 'lab', scenarios: 'default, vpc-nat' };

/** `run0000001`, `run0000002`, … */
export function runNumber(number: number): string {
  return `run${String(number).padStart(7, '0')}`;
}

/** To the digits that a line keeps. */
function kept(value: number): number {
  return Number(value.toFixed(9));
}

/** A scheduled record of run `number`, a day after the one before; the reference takes 10 ms. */
export function newRecord(number: number, logRatio: number, parts: Partial<GateRecord> = {}): GateRecord {
  return {
    kind: 'gate',
    runId: runNumber(number),
    measuredAt: new Date(Date.UTC(2026, 0, number)).toISOString(),
    gate: GATE,
    role: 'scheduled',
    verdict: 'no regression',
    point: {
      logRatio: kept(logRatio),
      low: kept(logRatio - 0.01),
      high: kept(logRatio + 0.01),
      value: Math.round(1e7 * Math.exp(logRatio)),
      reference: 1e7,
    },
    key: KEY,
    ...parts,
  };
}

/** Runs 1 … `count` that lie 1 % above and below `level` in turns. */
export function newRecords(count: number, level = 0.1, parts: Partial<GateRecord> = {}): readonly GateRecord[] {
  return Array.from({ length: count }, (_, i) => newRecord(i + 1, level + (i % 2 === 0 ? 0.01 : -0.01), parts));
}

export function newAcceptance(number: number, gates: readonly Gate[] = [GATE]): Acceptance {
  return { kind: 'accept', runId: runNumber(number), acceptedAt: '2026-03-01T00:00:00.000Z', reason: 'a new kernel', gates };
}
