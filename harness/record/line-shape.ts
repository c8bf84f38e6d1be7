import type { Field, ObjectField } from './journal-fields.ts';
import type { WordIndex } from './word-index.ts';

/** A field of an object, made ready for scanning. */
export interface Member {
  /** `"name":` */
  readonly key: Uint8Array;
  readonly slot: number;
  readonly kind: Field['kind'];
  readonly needed: boolean;
  /** What a word may be. */
  readonly words: readonly Uint8Array[];
  /** Of an object. */
  readonly object: Members | undefined;
  /** Of a text whose number is wanted, not its place. */
  index: WordIndex | undefined;
  /** The field that came after this one the last time: they nearly always come in the same order. */
  next: Member | undefined;
}

/** The fields of an object. */
export interface Members {
  readonly all: readonly Member[];
  readonly needed: number;
  /** The field that came first the last time. */
  first: Member | undefined;
}

export function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Makes a shape ready; `slots` gets a number for each field's path, in which an object's fields are named after it: `sample.client.total`. */
export function newMembers({ required, optional }: ObjectField, slots: Map<string, number>, path = ''): Members {
  const all = Object.entries({ ...required, ...optional }).map(([name, field]): Member => {
    const slot = slots.size;
    slots.set(`${path}${name}`, slot);
    return {
      key: asciiOf(`"${name}":`),
      slot,
      kind: field.kind,
      needed: Object.hasOwn(required, name),
      words: field.kind === 'word' ? field.words.map(asciiOf) : [],
      object: field.kind === 'object' ? newMembers(field, slots, `${path}${name}.`) : undefined,
      index: undefined,
      next: undefined,
    };
  });
  return { all, needed: Object.keys(required).length, first: undefined };
}
