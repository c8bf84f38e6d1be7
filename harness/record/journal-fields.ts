import { CONNECTIONS, STARTS } from '../domain/cell.ts';
import { PATHS } from '../domain/path.ts';
import { PROBE_PHASES } from '../domain/probe-wire.ts';
import { OUTCOMES, PURPOSES, REPORT_SOURCES } from '../domain/sample.ts';
import { TARGETS } from '../domain/target.ts';

/** What a field of a journal line may be. `name`: text that is not empty; `whole`: 0 … 2^53 − 1; `size`: a number from 0. */
export type Field =
  | { readonly kind: 'text' | 'name' | 'flag' | 'whole' | 'size' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | ObjectField;

/** An object with all of the required fields, perhaps some of the optional ones, and no other. */
export interface ObjectField {
  readonly kind: 'object';
  readonly required: Fields;
  readonly optional: Fields;
}

export type Fields = Readonly<Record<string, Field>>;

const [text, name, flag, whole, size] = (['text', 'name', 'flag', 'whole', 'size'] as const).map((kind) => ({ kind })) as [
  Field,
  Field,
  Field,
  Field,
  Field,
];

function word(words: readonly string[]): Field {
  return { kind: 'word', words };
}

function object(required: Fields, optional: Fields = {}): ObjectField {
  return { kind: 'object', required, optional };
}

function all(names: readonly string[], field: Field): Fields {
  return Object.fromEntries(names.map((one) => [one, field]));
}

const call = object({
  ...{ callId: name, scenario: name, target: word(TARGETS), round: whole, position: whole },
  ...{ purpose: word(PURPOSES), startAsked: word(['cold', 'warm']), connection: word(CONNECTIONS) },
});

const client = object({ total: whole }, all(['sdk', 'wait', 'dns', 'connect', 'tls', 'write', 'ttfb', 'body'], whole));
const fn = object({ total: whole, phases: object({}, all(PROBE_PHASES, whole)) });

const sample = object(
  { outcome: word(OUTCOMES), askedAt: text, perturbed: flag },
  {
    ...all(['errorClass', 'errorPhase', 'errorMessage', 'requestId', 'environmentId', 'logStream'], text),
    ...all(['localAddress', 'remoteAddress', 'seenAddress', 'azId', 'discardReason'], text),
    ...all(['age', 'idleGap', 'moduleLoad', 'initGap'], whole),
    ...{ start: word(STARTS), provenPath: word(PATHS), tlsResumed: flag, client, fn },
  },
);

const figures = object(
  {},
  {
    ...all(['duration', 'billed', 'init', 'restore', 'billedRestore'], whole),
    ...all(['memoryMb', 'maxMemoryMb'], size),
    ...all(['status', 'errorType', 'initType', 'runtimeVersionArn'], text),
  },
);

/** The fields of the three events that make up nearly all of a journal, as the schema has them. */
export const CALL_EVENTS = {
  asked: object({ event: word(['asked']), call_id: name, call, at: text }),
  observed: object({ event: word(['observed']), call_id: name, sample }),
  report: object({ event: word(['report']), call_id: name, source: word(REPORT_SOURCES), figures }),
} as const;
