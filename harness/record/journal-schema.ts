import { z } from 'zod';
import { CONNECTIONS, STARTS } from '../domain/cell.ts';
import { PATHS } from '../domain/path.ts';
import { PROBE_PHASES } from '../domain/probe-wire.ts';
import { RUN_SCHEMA_VERSION, STOP_REASONS } from '../domain/run.ts';
import { OUTCOMES, PURPOSES, REPORT_SOURCES } from '../domain/sample.ts';
import { TARGETS } from '../domain/target.ts';
import type { JournalEntry } from './journal.ts';
import { isCallEntry } from './journal-shape.ts';

const text = z.string();
const ns = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const maybeNs = ns.optional();
const maybeText = text.optional();
const whole = z.number().int().nonnegative();

const call = z.strictObject({
  callId: text.min(1),
  scenario: text.min(1),
  target: z.enum(TARGETS),
  round: whole,
  position: whole,
  purpose: z.enum(PURPOSES),
  startAsked: z.enum(['cold', 'warm']),
  connection: z.enum(CONNECTIONS),
});

const client = z.strictObject({
  total: ns,
  sdk: maybeNs,
  wait: maybeNs,
  dns: maybeNs,
  connect: maybeNs,
  tls: maybeNs,
  write: maybeNs,
  ttfb: maybeNs,
  body: maybeNs,
});

const fn = z.strictObject({
  total: ns,
  phases: z.strictObject(Object.fromEntries(PROBE_PHASES.map((phase) => [phase, maybeNs]))),
});

const sample = z.strictObject({
  outcome: z.enum(OUTCOMES),
  start: z.enum(STARTS).optional(),
  errorClass: maybeText,
  errorPhase: maybeText,
  errorMessage: maybeText,
  askedAt: text,
  age: maybeNs,
  idleGap: maybeNs,
  requestId: maybeText,
  environmentId: maybeText,
  logStream: maybeText,
  client: client.optional(),
  fn: fn.optional(),
  moduleLoad: maybeNs,
  initGap: maybeNs,
  tlsResumed: z.boolean().optional(),
  localAddress: maybeText,
  remoteAddress: maybeText,
  seenAddress: maybeText,
  provenPath: z.enum(PATHS).optional(),
  azId: maybeText,
  perturbed: z.boolean(),
  discardReason: maybeText,
});

const figures = z.strictObject({
  duration: maybeNs,
  billed: maybeNs,
  init: maybeNs,
  restore: maybeNs,
  billedRestore: maybeNs,
  memoryMb: z.number().nonnegative().optional(),
  maxMemoryMb: z.number().nonnegative().optional(),
  status: maybeText,
  errorType: maybeText,
  initType: maybeText,
  runtimeVersionArn: maybeText,
});

const entry = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('run'), schema: z.literal(RUN_SCHEMA_VERSION), runId: text, toolVersion: text, at: text }),
  z.strictObject({ event: z.literal('asked'), call_id: text.min(1), call, at: text }),
  z.strictObject({ event: z.literal('observed'), call_id: text.min(1), sample }),
  z.strictObject({ event: z.literal('report'), call_id: text.min(1), source: z.enum(REPORT_SOURCES), figures }),
  z.strictObject({ event: z.literal('event'), kind: text, at: text, detail: z.record(text, text) }),
  z.strictObject({ event: z.literal('end'), at: text, stopReason: z.enum(STOP_REASONS) }),
]);

/** A journal line, checked. */
export type ParsedEntry = { readonly kind: 'entry'; readonly entry: JournalEntry } | { readonly kind: 'malformed'; readonly why: string };

/** One line to an entry; anything else is `malformed` with the reason. */
export function parseJournalEntry(line: string): ParsedEntry {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { kind: 'malformed', why: 'not JSON' };
  }
  return isCallEntry(json) ? { kind: 'entry', entry: json } : parseBySchema(json);
}

/** Parsed JSON to an entry by the schema alone. */
export function parseBySchema(json: unknown): ParsedEntry {
  const parsed = entry.safeParse(json);
  if (parsed.success) return { kind: 'entry', entry: parsed.data as unknown as JournalEntry };
  const issue = parsed.error.issues[0];
  return { kind: 'malformed', why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an entry'}` };
}
