import { Refusal } from '../../refusal.ts';
import type { ResourceType } from '../realiser.ts';
import { type Cidr, parseCidr } from './ipv4.ts';

type Bag = Readonly<Record<string, unknown>>;

/**
 * Properties of one resource, read by name. Text, numbers and flags are taken for one another as CloudFormation does
 * (`"443"` and 443, `"true"` and true). Every reader throws `Refusal` for a value of another kind.
 */
export interface PropertyReader {
  /** Undefined when absent. */
  text(name: string): string | undefined;
  required(name: string): string;
  flag(name: string): boolean | undefined;
  integer(name: string): number | undefined;
  /** Empty when absent. */
  texts(name: string): readonly string[];
  /** Readers of a list of objects whose members may only be `members`; undefined when absent. */
  objects(name: string, members: readonly string[]): readonly PropertyReader[] | undefined;
  /** A block, canonicalised as EC2 does it; throws `refused(text)` when it is none. */
  block(name: string, refused: (text: string) => Refusal): Cidr;
  /** Passes when the property is absent or one of the values that the lab realises. */
  only(name: string, values: readonly string[]): void;
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidRequest', 400, `Model validation failed (${message})`);
}

/** What the lab says to a property, or a value of one, that it would otherwise have to pass over in silence. */
export function notRealised(what: string): Refusal {
  return new Refusal('UnsupportedOperation', 400, `The lab does not realise ${what}`);
}

/**
 * Opens the properties of a resource for reading. Throws `Refusal` for a property that is not in `known`: the lab
 * accepts nothing that it does not act on. `Tags` are always known; they arrive beside the properties.
 */
export function readProperties(type: ResourceType, bag: Bag, known: readonly string[]): PropertyReader {
  return openBag(type, bag, [...known, 'Tags'], '#');
}

function openBag(type: ResourceType, bag: Bag, known: readonly string[], path: string): PropertyReader {
  const unknown = Object.keys(bag).find((name) => !known.includes(name));
  if (unknown !== undefined) throw notRealised(`the property ${path === '#' ? '' : `${path.slice(2)}/`}${unknown} of ${type}`);
  const scalar = (name: string): string | undefined => {
    const value = bag[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object')
      throw invalid(`${path}/${name}: expected type: String, found: JSON${Array.isArray(value) ? 'Array' : 'Object'}`);
    return String(value);
  };
  const list = (name: string): readonly unknown[] | undefined => {
    const value = bag[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw invalid(`${path}/${name}: expected type: JSONArray, found: ${typeof value}`);
    return value;
  };
  const required = (name: string): string => {
    const value = scalar(name);
    if (value === undefined || value === '') throw invalid(`${path}: required key [${name}] not found`);
    return value;
  };
  return {
    text: scalar,
    required,
    flag: (name) => {
      const value = scalar(name);
      if (value === undefined) return undefined;
      if (value !== 'true' && value !== 'false') throw invalid(`${path}/${name}: expected type: Boolean, found: String`);
      return value === 'true';
    },
    integer: (name) => {
      const value = scalar(name);
      if (value === undefined) return undefined;
      if (!/^-?\d{1,9}$/.test(value)) throw invalid(`${path}/${name}: expected type: Integer, found: String`);
      return Number(value);
    },
    texts: (name) =>
      (list(name) ?? []).map((item, index) => {
        if (typeof item !== 'string') throw invalid(`${path}/${name}/${index}: expected type: String, found: ${typeof item}`);
        return item;
      }),
    objects: (name, members) =>
      list(name)?.map((item, index) => {
        const at = `${path}/${name}/${index}`;
        if (typeof item !== 'object' || item === null || Array.isArray(item))
          throw invalid(`${at}: expected type: JSONObject, found: ${typeof item}`);
        return openBag(type, item as Bag, members, at);
      }),
    block: (name, refused) => {
      const text = required(name);
      const block = parseCidr(text);
      if (!block) throw refused(text);
      return block;
    },
    only: (name, values) => {
      const value = scalar(name);
      if (value !== undefined && !values.includes(value)) throw notRealised(`the value ${value} of ${type} property ${name}`);
    },
  };
}
