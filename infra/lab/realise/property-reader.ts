import { Refusal } from '../refusal.ts';

/** Properties of one resource, read once: every name must be known, every value of its kind. */
export interface PropertyReader {
  /** CloudFormation sends numbers and booleans as such or as text. Absent: undefined. */
  text(name: string): string | undefined;
  required(name: string): string;
  /** Whole number; throws for anything else. */
  integer(name: string): number | undefined;
  texts(name: string): readonly string[];
  /** True, false, or either as text; throws for anything else. Absent: undefined. */
  flag(name: string): boolean | undefined;
  /** Readers of a list of objects with members of their own; absent: none. */
  objects(name: string, known: readonly string[]): readonly PropertyReader[];
  /** Throws unless the property is absent or `only`: what else AWS would do is not made here. */
  fixed(name: string, only: string): void;
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationError', 400, message);
}

/**
 * Reads the properties of a resource of `type`. Throws a `Refusal` that names the first property which is not in `known`, as
 * CloudFormation does.
 */
export function readProperties(type: string, properties: Readonly<Record<string, unknown>>, known: readonly string[]): PropertyReader {
  for (const name of Object.keys(properties)) {
    if (!known.includes(name)) throw invalid(`${type}: the property ${name} is not supported`);
  }
  const text = (name: string): string | undefined => {
    const value = properties[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw invalid(`${type}: the property ${name} must be a string`);
  };
  return {
    text,
    required: (name) => {
      const value = text(name);
      if (value === undefined || value === '') throw invalid(`${type}: the property ${name} is required`);
      return value;
    },
    integer: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      if (!/^\d{1,9}$/.test(value)) throw invalid(`${type}: the property ${name} must be a whole number`);
      return Number(value);
    },
    texts: (name) => {
      const value = properties[name];
      if (value === undefined) return [];
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      throw invalid(`${type}: the property ${name} must be a list of strings`);
    },
    flag: (name) => {
      const value = text(name);
      if (value !== undefined && value !== 'true' && value !== 'false')
        throw invalid(`${type}: the property ${name} must be true or false`);
      return value === undefined ? undefined : value === 'true';
    },
    objects: (name, members) => {
      const value = properties[name] ?? [];
      if (!Array.isArray(value)) throw invalid(`${type}: the property ${name} must be a list`);
      return value.map((item: unknown) => {
        if (typeof item !== 'object' || item === null) throw invalid(`${type}: the property ${name} must be a list of objects`);
        return readProperties(type, item as Readonly<Record<string, unknown>>, members);
      });
    },
    fixed: (name, only) => {
      const value = text(name);
      if (value !== undefined && value !== only) throw invalid(`${type}: the property ${name} can only be ${only} here, not ${value}`);
    },
  };
}
