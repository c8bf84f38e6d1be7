import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBySchema, parseJournalEntry } from '../../harness/record/journal-schema.ts';
import { isCallEntry } from '../../harness/record/journal-shape.ts';
import { journalEntries } from '../support/journal-entries.ts';

/** What a field may be replaced with: all that JSON has, and numbers at the edges of what a time may be. */
const other = fc.oneof(
  fc.constantFrom('', 'ok', 'cold', 'measure', 'asked', '__proto__', null, true, {}, [], [0]),
  fc.constantFrom(0, -0, -1, 0.5, 1e300, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1),
  fc.json().map((text): unknown => JSON.parse(text)),
);
const name = fc.constantFrom('total', 'phases', 'start', 'init', 'event', 'call', 'callId', '__proto__', 'constructor', 'toString', 'more');

type Json = Record<string, unknown>;

/** Every object in a value, itself first. */
function objectsIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return [value as Json, ...Object.values(value).flatMap(objectsIn)];
}

/** An entry as it is read, in which one field was replaced, added or taken away. */
const mutated = fc
  .tuple(journalEntries, fc.nat(), fc.nat(), fc.option(name), fc.option(other))
  .map(([entry, where, which, added, value]) => {
    const copy = JSON.parse(JSON.stringify(entry)) as Json;
    const objects = objectsIn(copy);
    const object = objects[where % objects.length] as Json;
    const names = Object.keys(object);
    const field = added ?? names[which % Math.max(1, names.length)] ?? 'more';
    if (value === null) delete object[field];
    // Assigning `__proto__` would set it; JSON gives a field of that name.
    else Object.defineProperty(object, field, { value, enumerable: true, configurable: true, writable: true });
    return copy;
  });

describe('isCallEntry', () => {
  it('takes every entry of a call, as the schema does', () => {
    fc.assert(
      fc.property(journalEntries, (entry) => {
        const json: unknown = JSON.parse(JSON.stringify(entry));
        expect(isCallEntry(json)).toBe(true);
        expect(parseBySchema(json)).toEqual({ kind: 'entry', entry: json });
      }),
    );
  });

  it('takes of damaged entries exactly those that the schema takes, and as they are', () => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(mutated, (json) => {
        const bySchema = parseBySchema(json);
        const isCall = bySchema.kind === 'entry' && ['asked', 'observed', 'report'].includes(bySchema.entry.event);
        expect(isCallEntry(json)).toBe(isCall);
        if (isCall) expect(bySchema.entry).toEqual(json);
        isCall ? taken++ : refused++;
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(50);
  });

  it('leaves the rare events and all that is no entry to the schema', () => {
    const end = { event: 'end', at: 'now', stopReason: 'complete' };
    for (const json of [end, null, 1, 'asked', [], {}, { event: 'asked' }, { event: 'toString' }]) expect(isCallEntry(json)).toBe(false);
    expect(parseJournalEntry(JSON.stringify(end))).toEqual({ kind: 'entry', entry: end });
  });
});
