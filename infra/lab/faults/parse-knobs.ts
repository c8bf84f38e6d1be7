import { Refusal } from '../refusal.ts';
import { AWS_LIKE } from './aws-like.ts';
import { INITIALIZATION_TYPES, type LabKnobs, type PhaseDelays } from './knobs.ts';
import { parseCallFaults, parseFailDeletion, parseSecondCause } from './parse-faults.ts';
import { invalid, parseNumber, parseOneOf, parseRecord, parseText, parseWhole, requireObject } from './parse-value.ts';
import { isPathPlace, LONGEST_ROUND_TRIP_MS, PATH_PLACES, type PathDelay, type PathDelays } from './path-places.ts';
import type { ResourceTimes } from './stack-faults.ts';

type Knob = keyof LabKnobs;
type OptionalKnob = { [K in Knob]-?: undefined extends LabKnobs[K] ? K : never }[Knob];
type Parsers = { readonly [K in Knob]-?: (value: unknown, name: string) => Exclude<LabKnobs[K], undefined> };

const atLeast = (least: number) => (value: unknown, name: string) => parseNumber(value, name, least);
const count = (value: unknown, name: string): number => parseWhole(value, name, 0);

/** One a knob: the compiler names the one that is missing. */
const PARSERS: Parsers = {
  delays: parseDelays,
  pathDelays: parsePathDelays,
  timeScale: atLeast(0.001),
  updateMs: atLeast(0),
  vpcUpdateMs: atLeast(0),
  pendingMs: atLeast(0),
  vpcPendingMs: atLeast(0),
  routingLagMs: atLeast(0),
  staleUpdatePolls: count,
  logDelayMs: atLeast(0),
  emptyLogPages: count,
  repeatedLogTokens: count,
  tailBytes: count,
  initializationType: (value, name) => parseOneOf(value, name, INITIALIZATION_TYPES),
  slowCreation: parseTimes,
  slowDeletion: parseTimes,
  failResource: (value, name) => parseText(value, name, 'a logical id, or null'),
  failReason: (value, name) => parseText(value, name, 'a status reason, or null'),
  secondCause: parseSecondCause,
  failDeletion: parseFailDeletion,
  callFaults: parseCallFaults,
  credentialsExpireAt: parseMoment,
  interfaceReleaseMs: atLeast(0),
  interfaceReleasePolls: count,
  lambdaControlPerSecond: atLeast(1),
};

/** Knobs that may be absent; `null` takes them back. */
const OPTIONAL: Readonly<Record<OptionalKnob, true>> = {
  vpcUpdateMs: true,
  vpcPendingMs: true,
  failResource: true,
  failReason: true,
  secondCause: true,
  credentialsExpireAt: true,
};

function isKnob(name: string): name is Knob {
  return Object.hasOwn(PARSERS, name);
}

/** Several knobs at once, by name. */
const PRESETS: Readonly<Record<string, Partial<LabKnobs>>> = { 'aws-like': AWS_LIKE };

/**
 * Parses a change of knobs onto `current`. A knob that is given replaces the old one as a whole; `null` takes an optional one back. `preset` sets
 * the knobs of that name, which others of the same change override. Throws `Refusal` (`InvalidKnob`) that names what does not fit.
 */
export function parseKnobs(current: LabKnobs, json: string): LabKnobs {
  const { preset, ...given } = parseJson(json);
  const named = preset === undefined ? {} : PRESETS[parseOneOf(preset, 'preset', Object.keys(PRESETS))];
  const next = new Map<string, unknown>(Object.entries({ ...current, ...named }));
  for (const [name, value] of Object.entries(given)) {
    if (!isKnob(name)) throw invalid(`There is no knob ${name}.`);
    if (value === null && Object.hasOwn(OPTIONAL, name)) next.delete(name);
    else next.set(name, PARSERS[name](value, name));
  }
  return Object.fromEntries(next) as unknown as LabKnobs;
}

function parseJson(json: string): Readonly<Record<string, unknown>> {
  try {
    return requireObject(JSON.parse(json), 'the body');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw invalid('the body is not JSON.');
  }
}

/** Total over the type, so that a new delay cannot be forgotten here. */
const PHASES: Readonly<Record<keyof PhaseDelays, true>> = {
  dnsAnswer: true,
  synAck: true,
  tlsHandshake: true,
  firstByte: true,
  lastByte: true,
  databaseAuth: true,
  databaseQuery: true,
};

function parseDelays(value: unknown, name: string): PhaseDelays {
  return parseRecord(value, name, (delay, at, phase) => {
    if (!Object.hasOwn(PHASES, phase)) throw invalid(`There is no delay ${phase}.`);
    return parseNumber(delay, at, 0);
  });
}

function parsePathDelays(value: unknown, name: string): PathDelays {
  return parseRecord(value, name, (delay, at, place): PathDelay => {
    if (!isPathPlace(place)) throw invalid(`There is no place ${place}: ${PATH_PLACES.join(', ')}, or a gateway's id.`);
    const { roundTripMs, ...others } = requireObject(delay, at);
    const [other] = Object.keys(others);
    if (other !== undefined) throw invalid(`${at} has no ${other}.`);
    const parsed = parseNumber(roundTripMs, `${at}.roundTripMs`, 0);
    if (parsed > LONGEST_ROUND_TRIP_MS) throw invalid(`${at}.roundTripMs must be at most ${LONGEST_ROUND_TRIP_MS}.`);
    return { roundTripMs: parsed };
  });
}

function parseTimes(value: unknown, name: string): ResourceTimes {
  return parseRecord(value, name, (time, at) => parseNumber(time, at, 0));
}

function parseMoment(value: unknown, name: string): string {
  const text = parseText(value, name, 'a moment such as 2026-11-25T18:00:00Z, or null');
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw invalid(`${name} must be a moment such as 2026-11-25T18:00:00Z, or null.`);
  }
  return text;
}
