import type { JournalEntry } from './journal.ts';
import { CALL_EVENTS, type Field, type ObjectField } from './journal-fields.ts';

type Check = (value: unknown) => boolean;

function isObjectOf({ required, optional }: ObjectField): Check {
  const needed = new Set(Object.keys(required));
  const checks = new Map(
    Object.entries({ ...required, ...optional }).map(([name, field]) => [name, { check: checkOf(field), needed: needed.has(name) }]),
  );
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

function checkOf(field: Field): Check {
  switch (field.kind) {
    case 'text':
      return (value) => typeof value === 'string';
    case 'name':
      return (value) => typeof value === 'string' && value !== '';
    case 'flag':
      return (value) => typeof value === 'boolean';
    case 'whole':
      return (value) => Number.isSafeInteger(value) && (value as number) >= 0;
    case 'size':
      return (value) => Number.isFinite(value) && (value as number) >= 0;
    case 'word': {
      const known = new Set<unknown>(field.words);
      return (value) => known.has(value);
    }
    case 'object':
      return isObjectOf(field);
  }
}

const EVENTS: ReadonlyMap<unknown, Check> = new Map(Object.entries(CALL_EVENTS).map(([event, field]) => [event, checkOf(field)]));

/**
 * True for parsed JSON that is an entry of one of the three events that make up nearly all of a journal. The schema says the same of it, and
 * why something is no entry, in twenty times the time.
 */
export function isCallEntry(json: unknown): json is Extract<JournalEntry, { event: 'asked' | 'observed' | 'report' }> {
  if (typeof json !== 'object' || json === null || !('event' in json)) return false;
  return EVENTS.get(json.event)?.(json) ?? false;
}
