import { z } from 'zod';

/** A member's meaning, and its unit where it is a quantity; both go into the published schema. */
interface Meaning {
  readonly description: string;
  readonly unit?: string;
}

function meaning({ description, unit }: Meaning): { description: string; 'x-unit'?: string } {
  return unit === undefined ? { description } : { description, 'x-unit': unit };
}

/** Text of the tool or, made visible, of somebody else. */
export function text(description: string) {
  return z.string().meta(meaning({ description }));
}

/** The same; null where `absent` says. */
export function textOrNull(description: string, absent: string) {
  return z
    .string()
    .nullable()
    .meta(meaning({ description: `${description} null: ${absent}` }));
}

/** A quantity in its unit. */
export function quantity(description: string, unit: string) {
  return z.number().meta(meaning({ description, unit }));
}

/** The same; null where `absent` says. */
export function quantityOrNull(description: string, unit: string, absent: string) {
  return z
    .number()
    .nullable()
    .meta(meaning({ description: `${description} null: ${absent}`, unit }));
}

/** A number of things, 0 or more. */
export function count(description: string) {
  return z
    .int()
    .min(0)
    .meta(meaning({ description, unit: 'count' }));
}

/** The same; null where `absent` says. */
export function countOrNull(description: string, absent: string) {
  return z
    .int()
    .min(0)
    .nullable()
    .meta(meaning({ description: `${description} null: ${absent}`, unit: 'count' }));
}

/** One word of a closed list. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words, description: string) {
  return z.enum(words).meta(meaning({ description }));
}

/** The same; null where `absent` says. */
export function wordOrNull<const Words extends readonly [string, ...string[]]>(words: Words, description: string, absent: string) {
  return z
    .enum(words)
    .nullable()
    .meta(meaning({ description: `${description} null: ${absent}` }));
}

/** Any number of the same. */
export function list<Item extends z.ZodType>(item: Item, description: string) {
  return z.array(item).meta(meaning({ description }));
}
