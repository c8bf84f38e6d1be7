import { Refusal } from '../refusal.ts';

/** CloudFormation's synchronous "no" to a template or its parameters: `ValidationError`, HTTP 400. */
export function validationError(message: string): Refusal {
  return new Refusal('ValidationError', 400, message);
}

/** A `ValidationError` that says what is wrong with the template's form. */
export function templateFormatError(message: string): Refusal {
  return validationError(`Template format error: ${message}`);
}

/** A `ValidationError` that says what is wrong with a function in the template. */
export function templateError(message: string): Refusal {
  return validationError(`Template error: ${message}`);
}

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is a JSON object: neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `path` of the template. Throws `ValidationError` when something else stands there. */
export function objectAt(path: string, value: unknown): JsonObject {
  if (!isJsonObject(value)) throw templateFormatError(`[${path}] must be an object`);
  return value;
}

/** The string at `path` of the template. Throws `ValidationError` when something else stands there. */
export function stringAt(path: string, value: unknown): string {
  if (typeof value !== 'string') throw templateFormatError(`[${path}] must be a string`);
  return value;
}
