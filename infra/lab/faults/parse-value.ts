import { Refusal } from '../refusal.ts';

/** A knob's "no". */
export function invalid(message: string): Refusal {
  return new Refusal('InvalidKnob', 400, message);
}

/** A finite number of at least `least`. */
export function parseNumber(value: unknown, name: string, least: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least)
    throw invalid(`${name} must be a number of at least ${least}.`);
  return value;
}

/** A whole number of at least `least`. */
export function parseWhole(value: unknown, name: string, least: number): number {
  if (!Number.isSafeInteger(parseNumber(value, name, least))) throw invalid(`${name} must be a whole number.`);
  return value as number;
}

/** A text that is not empty; `what` says what it has to be. */
export function parseText(value: unknown, name: string, what: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`${name} must be ${what}.`);
  return value;
}

/** One of a closed list. */
export function parseOneOf<Choice extends string | number>(value: unknown, name: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(`${name} must be one of ${choices.join(', ')}.`);
  return found;
}

/** A JSON object. */
export function requireObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${name} must be a JSON object.`);
  return value as Readonly<Record<string, unknown>>;
}

/** A JSON object with those members alone. */
export function requireMembers(value: unknown, name: string, members: readonly string[]): Readonly<Record<string, unknown>> {
  const object = requireObject(value, name);
  const other = Object.keys(object).find((member) => !members.includes(member));
  if (other !== undefined) throw invalid(`${name} has no ${other}.`);
  return object;
}

/** A JSON object whose members are all of one kind. */
export function parseRecord<Item>(
  value: unknown,
  name: string,
  parseItem: (item: unknown, at: string, key: string) => Item,
): Readonly<Record<string, Item>> {
  return Object.fromEntries(Object.entries(requireObject(value, name)).map(([key, item]) => [key, parseItem(item, `${name}.${key}`, key)]));
}
