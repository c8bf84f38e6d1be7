import { PROBE_PHASES, PROBE_WIRE_VERSION, type ProbeAnswer } from '../domain/probe-wire.ts';

type Check = (value: unknown) => boolean;

/** The members of an object: all that are required, any of the others, nothing else. */
class Shape {
  readonly #checks: ReadonlyMap<string, { readonly check: Check; readonly required: boolean }>;
  readonly #required: number;

  constructor(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}) {
    const entries = (checks: Readonly<Record<string, Check>>, isRequired: boolean) =>
      Object.entries(checks).map(([key, check]) => [key, { check, required: isRequired }] as const);
    this.#checks = new Map([...entries(required, true), ...entries(optional, false)]);
    this.#required = Object.keys(required).length;
  }

  fits(value: unknown): boolean {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    let required = 0;
    for (const key of Object.keys(value)) {
      const member = this.#checks.get(key);
      if (member === undefined || !member.check((value as Readonly<Record<string, unknown>>)[key])) return false;
      if (member.required) required++;
    }
    return required === this.#required;
  }
}

/** Longest text of an answer. */
export const MAX_TEXT = 1024;

const isText: Check = (value) => typeof value === 'string' && value.length <= MAX_TEXT;
const isName: Check = (value) => isText(value) && value !== '';
const isFlag: Check = (value) => typeof value === 'boolean';
const isNanoseconds: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const phases = new Shape({}, Object.fromEntries(PROBE_PHASES.map((phase) => [phase, isNanoseconds])));
const result = new Shape(
  {
    kind: (value) => value === 'ok',
    phases: (value) => phases.fits(value),
    totalNs: isNanoseconds,
    localAddress: isText,
    remoteAddress: isText,
  },
  { tlsResumed: isFlag },
);
const answer = new Shape(
  {
    version: (value) => value === PROBE_WIRE_VERSION,
    callId: isText,
    nonce: isText,
    environmentId: isName,
    first: isFlag,
    requestId: isText,
    result: (value) => result.fits(value),
  },
  { initGapNs: isNanoseconds, moduleNs: isNanoseconds, logStream: isText, azId: isText },
);

/**
 * Whether decoded JSON is an answer as nearly all are: of an operation that succeeded, without a proof. The driver asks this for every call, and
 * the whole schema of `probe-answer.ts`, which takes three times as long in a run, only for the others. True only for what the schema takes as it stands.
 */
export function isUsualAnswer(json: unknown): json is ProbeAnswer {
  return answer.fits(json);
}
