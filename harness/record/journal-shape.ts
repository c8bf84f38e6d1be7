import { CONNECTIONS, STARTS } from '../domain/cell.ts';
import { PATHS } from '../domain/path.ts';
import { PROBE_PHASES } from '../domain/probe-wire.ts';
import { OUTCOMES, PURPOSES, REPORT_SOURCES } from '../domain/sample.ts';
import { TARGETS } from '../domain/target.ts';
import type { JournalEntry } from './journal.ts';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const isText: Check = (value) => typeof value === 'string';
const isName: Check = (value) => typeof value === 'string' && value !== '';
const isFlag: Check = (value) => typeof value === 'boolean';
const isWhole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isSize: Check = (value) => Number.isFinite(value) && (value as number) >= 0;

function isOneOf(words: readonly string[]): Check {
  const known = new Set<unknown>(words);
  return (value) => known.has(value);
}

function all<Name extends string>(names: readonly Name[], check: Check): Fields {
  return Object.fromEntries(names.map((name) => [name, check]));
}

/** An object with all of the required fields, perhaps some of the optional ones, and no other. */
function isObjectOf(required: Fields, optional: Fields): Check {
  const needed = new Set(Object.keys(required));
  const checks = new Map(Object.entries({ ...required, ...optional }).map(([name, check]) => [name, { check, needed: needed.has(name) }]));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    let found = 0;
    for (const name in value) {
      const field = checks.get(name);
      if (field === undefined || !field.check((value as Readonly<Record<string, unknown>>)[name])) return false;
      if (field.needed) found++;
    }
    return found === needed.size;
  };
}

const call = isObjectOf(
  {
    ...{ callId: isName, scenario: isName, target: isOneOf(TARGETS), round: isWhole, position: isWhole },
    ...{ purpose: isOneOf(PURPOSES), startAsked: isOneOf(['cold', 'warm']), connection: isOneOf(CONNECTIONS) },
  },
  {},
);

const client = isObjectOf({ total: isWhole }, all(['sdk', 'wait', 'dns', 'connect', 'tls', 'write', 'ttfb', 'body'], isWhole));
const fn = isObjectOf({ total: isWhole, phases: isObjectOf({}, all(PROBE_PHASES, isWhole)) }, {});

const sample = isObjectOf(
  { outcome: isOneOf(OUTCOMES), askedAt: isText, perturbed: isFlag },
  {
    ...all(['errorClass', 'errorPhase', 'errorMessage', 'requestId', 'environmentId', 'logStream'], isText),
    ...all(['localAddress', 'remoteAddress', 'seenAddress', 'azId', 'discardReason'], isText),
    ...all(['age', 'idleGap', 'moduleLoad', 'initGap'], isWhole),
    ...{ start: isOneOf(STARTS), provenPath: isOneOf(PATHS), tlsResumed: isFlag, client, fn },
  },
);

const figures = isObjectOf(
  {},
  {
    ...all(['duration', 'billed', 'init', 'restore', 'billedRestore'], isWhole),
    ...all(['memoryMb', 'maxMemoryMb'], isSize),
    ...all(['status', 'errorType', 'initType', 'runtimeVersionArn'], isText),
  },
);

const EVENTS: ReadonlyMap<unknown, Check> = new Map([
  ['asked', isObjectOf({ event: isText, call_id: isName, call, at: isText }, {})],
  ['observed', isObjectOf({ event: isText, call_id: isName, sample }, {})],
  ['report', isObjectOf({ event: isText, call_id: isName, source: isOneOf(REPORT_SOURCES), figures }, {})],
]);

/**
 * True for parsed JSON that is an entry of one of the three events that make up nearly all of a journal. The schema says the same of it, and
 * why something is no entry, in twenty times the time.
 */
export function isCallEntry(json: unknown): json is Extract<JournalEntry, { event: 'asked' | 'observed' | 'report' }> {
  if (typeof json !== 'object' || json === null || !('event' in json)) return false;
  return EVENTS.get(json.event)?.(json) ?? false;
}
