import { createHash, timingSafeEqual } from 'node:crypto';
import type { LabKnobs, PhaseDelays } from '../faults/knobs.ts';
import { isPathPlace, LONGEST_ROUND_TRIP_MS, PATH_PLACES, type PathDelay, type PathDelays } from '../faults/path-places.ts';
import { Refusal } from '../refusal.ts';
import type { WireAnswer } from './protocol/wire.ts';

/** The lab's own switches, behind `/_lab/`. */
export interface LabAdmin {
  /** What `x-lab-token` must be. */
  readonly token: string;
  knobs(): LabKnobs;
  /** Called with the whole new set; the request is answered when it holds. */
  setKnobs(knobs: LabKnobs): void | Promise<void>;
  /** What a report prints of the lab; JSON. */
  facts(): object;
  /** Packets that path delays held, from number `since` on; with `handshakes` only those with TCP's SYN flag. JSON. */
  achievedDelays(since: number, handshakes: boolean): Promise<object>;
}

/** Paths below this one are the lab's own; no AWS service of ours has such a path, and no bucket may be called `_lab`. */
export const LAB_PATH = '/_lab/';

/**
 * Answers a request under `/_lab/`: `GET /_lab/knobs`, `PUT /_lab/knobs` (those knobs that shall change), `GET /_lab/facts`,
 * `GET /_lab/achieved-delays?since=0&handshakes`. A wrong token is 403, a wrong path 404, a knob or a number that does not fit 400 by name.
 */
export async function answerAdmin(
  admin: LabAdmin,
  method: string,
  path: string,
  token: string | undefined,
  body: Buffer,
  query = '',
): Promise<WireAnswer> {
  try {
    if (!sameToken(token, admin.token)) throw new Refusal('Forbidden', 403, 'x-lab-token is not the token of this lab.');
    switch (`${method} ${path}`) {
      case 'GET /_lab/knobs':
        return formatAnswer(200, admin.knobs());
      case 'PUT /_lab/knobs':
        await admin.setKnobs(parseKnobs(admin.knobs(), body.toString('utf8')));
        return formatAnswer(200, admin.knobs());
      case 'GET /_lab/facts':
        return formatAnswer(200, admin.facts());
      case 'GET /_lab/achieved-delays':
        return formatAnswer(200, await achievedDelays(admin, new URLSearchParams(query)));
      default:
        throw new Refusal('NotFound', 404, `The lab has no ${method} ${path}.`);
    }
  } catch (error) {
    if (error instanceof Refusal) return formatAnswer(error.status, { code: error.code, message: error.message });
    throw error;
  }
}

function formatAnswer(status: number, body: object): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function sameToken(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}

async function achievedDelays(admin: LabAdmin, query: URLSearchParams): Promise<object> {
  const since = query.get('since') ?? '0';
  if (!/^\d{1,15}$/.test(since)) throw new Refusal('InvalidQuery', 400, `since must be a whole number, not "${since}".`);
  return admin.achievedDelays(Number(since), query.has('handshakes'));
}

type NumberKnob = Exclude<keyof LabKnobs, 'delays' | 'pathDelays' | 'failResource'>;

/** The least value of each numeric knob; total over the type, so that a new knob cannot be forgotten here. */
const LEAST: Readonly<Record<NumberKnob, number>> = {
  updateMs: 0,
  pendingMs: 0,
  routingLagMs: 0,
  logDelayMs: 0,
  interfaceReleaseMs: 0,
  interfaceReleasePolls: 0,
  lambdaControlPerSecond: 1,
};

/** The same for delays. */
const LEAST_DELAY: Readonly<Record<keyof PhaseDelays, number>> = {
  dnsAnswer: 0,
  synAck: 0,
  tlsHandshake: 0,
  firstByte: 0,
  lastByte: 0,
  databaseAuth: 0,
  databaseQuery: 0,
};

function isKeyOf<K extends string>(table: Readonly<Record<K, unknown>>, name: string): name is K {
  return Object.hasOwn(table, name);
}

/**
 * Parses a change of knobs onto `current`. A knob that is given replaces the old one, `delays` and `pathDelays` as a whole; `failResource: null`
 * takes it back. Numbers are milliseconds, or requests a second, and at least 0 (the rate at least 1). Throws `Refusal` (`InvalidKnob`).
 */
export function parseKnobs(current: LabKnobs, json: string): LabKnobs {
  const numbers: Partial<Record<NumberKnob, number>> = {};
  let { failResource, delays, pathDelays } = current;
  for (const [name, value] of Object.entries(parseObject(json, 'the body'))) {
    if (isKeyOf(LEAST, name)) numbers[name] = parseNumber(name, value, LEAST[name]);
    else if (name === 'delays') delays = parseDelays(value);
    else if (name === 'pathDelays') pathDelays = parsePathDelays(value);
    else if (name === 'failResource') failResource = parseResource(value);
    else throw invalid(`There is no knob ${name}.`);
  }
  const { failResource: _, ...rest } = { ...current, ...numbers, delays, pathDelays };
  return failResource === undefined ? rest : { ...rest, failResource };
}

function parseDelays(value: unknown): PhaseDelays {
  const delays: Partial<Record<keyof PhaseDelays, number>> = {};
  for (const [name, delay] of Object.entries(requireObject(value, 'delays'))) {
    if (!isKeyOf(LEAST_DELAY, name)) throw invalid(`There is no delay ${name}.`);
    delays[name] = parseNumber(`delays.${name}`, delay, LEAST_DELAY[name]);
  }
  return delays;
}

function parsePathDelays(value: unknown): PathDelays {
  const delays: Record<string, PathDelay> = {};
  for (const [place, delay] of Object.entries(requireObject(value, 'pathDelays'))) {
    if (!isPathPlace(place)) throw invalid(`There is no place ${place}: ${PATH_PLACES.join(', ')}, or a gateway's id.`);
    const { roundTripMs, ...others } = requireObject(delay, `pathDelays.${place}`);
    const [other] = Object.keys(others);
    if (other !== undefined) throw invalid(`pathDelays.${place} has no ${other}.`);
    const parsed = parseNumber(`pathDelays.${place}.roundTripMs`, roundTripMs, 0);
    if (parsed > LONGEST_ROUND_TRIP_MS) throw invalid(`pathDelays.${place}.roundTripMs must be at most ${LONGEST_ROUND_TRIP_MS}.`);
    delays[place] = { roundTripMs: parsed };
  }
  return delays;
}

function parseResource(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string' || value === '') throw invalid('failResource must be a logical id, or null.');
  return value;
}

function parseNumber(name: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least)
    throw invalid(`${name} must be a number of at least ${least}.`);
  return value;
}

function parseObject(json: string, name: string): Readonly<Record<string, unknown>> {
  try {
    return requireObject(JSON.parse(json), name);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw invalid(`${name} is not JSON.`);
  }
}

function requireObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${name} must be a JSON object.`);
  return value as Readonly<Record<string, unknown>>;
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidKnob', 400, message);
}
