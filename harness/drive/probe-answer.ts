import { z } from 'zod';
import { PROBE_ERROR_CLASSES, PROBE_PHASES, PROBE_WIRE_VERSION, type ProbeAnswer } from '../domain/probe-wire.ts';
import { isUsualAnswer, MAX_TEXT } from './usual-answer.ts';

const wholeNanoseconds = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const shortText = z.string().max(MAX_TEXT);
const phases = z.strictObject(Object.fromEntries(PROBE_PHASES.map((phase) => [phase, wholeNanoseconds.optional()])));

const result = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ok'),
    phases,
    totalNs: wholeNanoseconds,
    tlsResumed: z.boolean().optional(),
    localAddress: shortText,
    remoteAddress: shortText,
  }),
  z.strictObject({
    kind: z.literal('error'),
    class: z.enum(PROBE_ERROR_CLASSES),
    phase: z.enum(PROBE_PHASES),
    message: shortText,
    phases,
    elapsedNs: wholeNanoseconds,
    remoteAddress: shortText.optional(),
  }),
]);

const proof = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('internet'), seenAddress: shortText }),
  z.strictObject({ kind: z.literal('rds'), seenAddress: shortText }),
  z.strictObject({
    kind: z.literal('s3'),
    vpcEndpoint: z.boolean(),
    interfaceEndpoint: z.boolean(),
    sourceIp: z.boolean(),
    neither: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('failed'), class: z.enum(PROBE_ERROR_CLASSES), phase: z.enum(PROBE_PHASES), message: shortText }),
]);

/** An answer as it may come over the wire. */
export const probeAnswerSchema = z.strictObject({
  version: z.literal(PROBE_WIRE_VERSION),
  callId: shortText,
  nonce: shortText,
  environmentId: shortText.min(1),
  first: z.boolean(),
  initGapNs: wholeNanoseconds.optional(),
  moduleNs: wholeNanoseconds.optional(),
  requestId: shortText,
  logStream: shortText.optional(),
  azId: shortText.optional(),
  result,
  proof: proof.optional(),
});

export type ParsedAnswer = { readonly kind: 'answer'; readonly answer: ProbeAnswer } | { readonly kind: 'malformed'; readonly why: string };

// One for all answers: making a strict one costs more than decoding an answer with it.
const utf8 = new TextDecoder('utf-8', { fatal: true });

function checked(json: unknown): ParsedAnswer {
  if (isUsualAnswer(json)) return { kind: 'answer', answer: json };
  const parsed = probeAnswerSchema.safeParse(json);
  if (parsed.success) return { kind: 'answer', answer: parsed.data as ProbeAnswer };
  const issue = parsed.error.issues[0];
  return { kind: 'malformed', why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a probe answer'}` };
}

/** A function's payload to an answer; anything that is not exactly one is `malformed`, with the reason. */
export function parseProbeAnswer(payload: Uint8Array, callId: string): ParsedAnswer {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(payload));
  } catch (error) {
    return { kind: 'malformed', why: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = checked(json);
  if (parsed.kind === 'malformed' || parsed.answer.callId === callId) return parsed;
  return { kind: 'malformed', why: `answers call ${parsed.answer.callId}, not ${callId}` };
}
