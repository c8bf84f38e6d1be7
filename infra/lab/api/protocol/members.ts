import { Refusal } from '../../refusal.ts';

/**
 * The members of a JSON object that came over the wire. Like a form's, each must be read: `finish` refuses what nobody asked
 * for. `null` counts as not sent. A member of the wrong type is `SerializationException`.
 */
export interface Members {
  text(name: string): string | undefined;
  /** Throws the service's validation error when it was not sent. */
  requiredText(name: string): string;
  /** A whole number from `least` to `most`, else the service's validation error. */
  integer(name: string, least: number, most: number): number | undefined;
  flag(name: string): boolean | undefined;
  texts(name: string): readonly string[] | undefined;
  textMap(name: string): Readonly<Record<string, string>> | undefined;
  object(name: string): Members | undefined;
  /** A list of objects; none when it was not sent. */
  objects(name: string): readonly Members[];
  /** Throws the service's validation error naming the first member that was not read. */
  finish(): void;
}

/** Parses a JSON body; an empty one is `{}`. `operation` and `invalidCode` word the refusals. */
export function parseMembers(body: Buffer, operation: string, invalidCode: string): Members {
  let value: unknown = {};
  if (body.length > 0) {
    try {
      value = JSON.parse(body.toString('utf8'));
    } catch {
      throw new Refusal('SerializationException', 400, 'The body is not JSON.');
    }
  }
  if (!isObject(value)) throw wrongType('The body', 'an object');
  return newMembers(value, operation, invalidCode);
}

function newMembers(object: Readonly<Record<string, unknown>>, operation: string, invalidCode: string): Members {
  const left = new Map(Object.entries(object).filter(([, value]) => value !== null));
  const take = (name: string): unknown => {
    const value = left.get(name);
    left.delete(name);
    return value;
  };
  const typed = <T>(name: string, is: (value: unknown) => value is T, what: string): T | undefined => {
    const value = take(name);
    if (value === undefined || is(value)) return value;
    throw wrongType(name, what);
  };
  const invalid = (message: string) => new Refusal(invalidCode, 400, message);
  const text = (name: string) => typed(name, isText, 'a string');
  return {
    text,
    requiredText(name) {
      const value = text(name);
      if (value === undefined || value === '')
        throw invalid(`1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`);
      return value;
    },
    integer(name, least, most) {
      const value = typed(name, isInteger, 'a whole number');
      if (value !== undefined && value < least) throw invalid(limitMessage(name, value, `greater than or equal to ${least}`));
      if (value !== undefined && value > most) throw invalid(limitMessage(name, value, `less than or equal to ${most}`));
      return value;
    },
    flag: (name) => typed(name, isFlag, 'a boolean'),
    texts: (name) => typed(name, isTexts, 'a list of strings'),
    textMap: (name) => typed(name, isTextMap, 'a map of strings'),
    object(name) {
      const value = typed(name, isObject, 'an object');
      return value === undefined ? undefined : newMembers(value, `${operation}, ${name}`, invalidCode);
    },
    objects(name) {
      const values = typed(name, isObjects, 'a list of objects') ?? [];
      return values.map((value) => newMembers(value, `${operation}, ${name}`, invalidCode));
    },
    finish() {
      const [name] = left.keys();
      if (name !== undefined) throw invalid(`The lab does not realise the member ${name} of ${operation}.`);
    },
  };
}

function limitMessage(name: string, value: number, constraint: string): string {
  return `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${constraint}`;
}

function wrongType(name: string, what: string): Refusal {
  return new Refusal('SerializationException', 400, `${name} must be ${what}.`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObjects(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every(isObject);
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(isText);
}
