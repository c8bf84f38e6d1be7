import { z } from 'zod';
import { nanosecondsFromMilliseconds, toMilliseconds } from '../domain/nanoseconds.ts';
import {
  type Acceptance,
  formatGate,
  GATE_VERDICTS,
  type Gate,
  type GatePoint,
  type GateRecord,
  type History,
  type HistoryEntry,
  parseGate,
} from '../domain/regression.ts';
import { isRunId } from '../domain/run.ts';

/** Version of a line; each line carries it, for lines of several versions may stand in one file. */
export const HISTORY_SCHEMA = 1;

const runId = z.string().refine(isRunId);
const stamp = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
const gate = z.string().transform((text, context): Gate => {
  const parsed = parseGate(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'no gate' });
  return z.NEVER;
});
const positive = z.number().positive();
const schema = z.literal(HISTORY_SCHEMA);
const pointShape = {
  log_ratio: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
  value_ms: positive,
  reference_ms: positive,
};
const gateLine = z.strictObject({
  ...{ schema, event: z.literal('gate'), run_id: runId, measured_at: stamp, gate },
  ...{ role: z.enum(['scheduled', 'confirmation']), confirms: runId.optional(), verdict: z.enum(GATE_VERDICTS) },
  point: z.strictObject(pointShape).optional(),
  band: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  injected: z.string().optional(),
  key: z.record(z.string(), z.string()),
});
const acceptLine = z.strictObject({
  ...{ schema, event: z.literal('accept'), run_id: runId, accepted_at: stamp, reason: z.string().min(1), gates: z.array(gate).min(1) },
});
const line = z.discriminatedUnion('event', [gateLine, acceptLine]);
type Line = z.infer<typeof line>;

function pointFrom(point: z.infer<z.ZodObject<typeof pointShape>>): GatePoint {
  const { log_ratio: logRatio, low, high, value_ms: value, reference_ms: reference } = point;
  const limits = low === undefined || high === undefined ? {} : { low, high };
  return { logRatio, ...limits, value: nanosecondsFromMilliseconds(value), reference: nanosecondsFromMilliseconds(reference) };
}

function entryFrom(parsed: Line): HistoryEntry {
  if (parsed.event === 'accept') {
    const { run_id, accepted_at, reason, gates } = parsed;
    return { kind: 'accept', runId: run_id, acceptedAt: accepted_at, reason, gates };
  }
  const { run_id, measured_at, role, confirms, verdict, point, band, injected, key } = parsed;
  return {
    ...{ kind: 'gate', runId: run_id, measuredAt: measured_at, gate: parsed.gate, role, verdict, key },
    ...(confirms === undefined ? {} : { confirms }),
    ...(point === undefined ? {} : { point: pointFrom(point) }),
    ...(band === undefined ? {} : { band }),
    ...(injected === undefined ? {} : { injected }),
  };
}

/** Ratios to nine digits: far below any noise, and a diff stays readable. */
function rounded(value: number): number {
  return Number(value.toFixed(9));
}

function pointLine({ logRatio, low, high, value, reference }: GatePoint): object {
  const limits = low === undefined || high === undefined ? {} : { low: rounded(low), high: rounded(high) };
  return { log_ratio: rounded(logRatio), ...limits, value_ms: toMilliseconds(value), reference_ms: toMilliseconds(reference) };
}

function gateObject({ runId: run_id, measuredAt, gate: of, role, confirms, verdict, point, band, injected, key }: GateRecord): object {
  return {
    ...{ schema: HISTORY_SCHEMA, event: 'gate', run_id, measured_at: measuredAt, gate: formatGate(of), role },
    ...(confirms === undefined ? {} : { confirms }),
    verdict,
    ...(point === undefined ? {} : { point: pointLine(point) }),
    ...(band === undefined ? {} : { band: { low: rounded(band.low), high: rounded(band.high) } }),
    ...(injected === undefined ? {} : { injected }),
    key,
  };
}

function acceptObject({ runId: run_id, acceptedAt, reason, gates }: Acceptance): object {
  return { schema: HISTORY_SCHEMA, event: 'accept', run_id, accepted_at: acceptedAt, reason, gates: gates.map(formatGate) };
}

/** One line, without LF. Times in milliseconds, ratios as natural logarithms. */
export function formatHistoryLine(entry: HistoryEntry): string {
  return JSON.stringify(entry.kind === 'gate' ? gateObject(entry) : acceptObject(entry));
}

function parseLine(text: string): HistoryEntry | 'malformed' | 'otherSchema' {
  try {
    const json: unknown = JSON.parse(text);
    const parsed = line.safeParse(json);
    if (parsed.success) return entryFrom(parsed.data);
    const version = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
    return typeof version === 'number' && version !== HISTORY_SCHEMA ? 'otherSchema' : 'malformed';
  } catch {
    return 'malformed';
  }
}

/** What a second line of the same kind would repeat. */
function identityOf(entry: HistoryEntry): string {
  if (entry.kind === 'gate') return `gate ${entry.runId} ${formatGate(entry.gate)}`;
  return `accept ${entry.runId} ${entry.acceptedAt} ${entry.gates.map(formatGate).join(' ')}`;
}

/** Reads a history's text: what cannot be used is counted, never guessed at; a last line without LF is dropped. */
export function parseHistory(text: string): History {
  const lines = text.split('\n');
  const cut = lines.pop() !== '';
  const entries = new Map<string, HistoryEntry>();
  const counts = { malformed: 0, otherSchema: 0, repeated: 0 };
  for (const one of lines.filter((candidate) => candidate.trim() !== '')) {
    const entry = parseLine(one);
    if (typeof entry === 'string') counts[entry] += 1;
    else if (entries.has(identityOf(entry))) counts.repeated += 1;
    else entries.set(identityOf(entry), entry);
  }
  return { entries: [...entries.values()], damage: { cut, ...counts } };
}
