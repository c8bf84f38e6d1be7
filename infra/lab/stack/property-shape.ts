/** The form of a property's value, and to what the lab narrows it. */
export type Shape =
  | { readonly kind: 'text'; readonly limits?: TextLimits }
  | { readonly kind: 'integer'; readonly limits?: IntegerLimits }
  /** `labHas`: the one value that the lab takes; both when absent. */
  | { readonly kind: 'boolean'; readonly labHas?: boolean }
  | { readonly kind: 'list'; readonly of: Shape }
  /** Free names, each with a text. */
  | { readonly kind: 'texts' }
  /** A policy document: passed on as it is. */
  | { readonly kind: 'document' }
  | { readonly kind: 'members'; readonly members: MemberTable };

interface TextLimits {
  /** Everything that AWS takes. */
  readonly oneOf?: readonly string[];
  /** What the lab has of it. */
  readonly labHas?: readonly string[];
}

interface IntegerLimits {
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly number[];
  readonly labHas?: readonly number[];
}

/**
 * What the lab does with a property: `realised` has an effect that can be observed, `stored` is handed to the resource, which keeps it (and
 * describes it back where the lab has a call for that), without other effect.
 */
export interface Property {
  readonly use: 'realised' | 'stored';
  readonly shape: Shape;
  readonly isRequired: boolean;
  /** The effect in a few words; for `stored` why there is none. */
  readonly does: string;
}

/** The members of an object. Whatever is in neither list is no property of AWS's. */
export interface MemberTable {
  readonly properties: Readonly<Record<string, Property>>;
  /** AWS has them, the lab does not. */
  readonly lacks: readonly string[];
}

/** A resource type's properties. */
export interface PropertyTable extends MemberTable {
  /** Of each group exactly one property must be there. */
  readonly exactlyOneOf: readonly (readonly string[])[];
  /** Names that `Fn::GetAtt` takes: AWS's, but for those that only repeat a property. */
  readonly attributes: readonly string[];
}

export const text: Shape = { kind: 'text' };
export const integer: Shape = { kind: 'integer' };
export const boolean: Shape = { kind: 'boolean' };
export const texts: Shape = { kind: 'texts' };
export const policyDocument: Shape = { kind: 'document' };

/** One of AWS's words. */
export function oneOf(...values: readonly string[]): Shape {
  return { kind: 'text', limits: { oneOf: values } };
}

/** AWS has more words than the lab. */
export function labHas(...values: readonly string[]): Shape {
  return { kind: 'text', limits: { labHas: values } };
}

export function integerFrom(min: number, max: number): Shape {
  return { kind: 'integer', limits: { min, max } };
}

export function integerOf(...values: readonly number[]): Shape {
  return { kind: 'integer', limits: { oneOf: values } };
}

/** AWS takes true, the lab does not. */
export const onlyFalse: Shape = { kind: 'boolean', labHas: false };

/** AWS takes more numbers than the lab. */
export function labHasInteger(...values: readonly number[]): Shape {
  return { kind: 'integer', limits: { labHas: values } };
}

export function listOf(of: Shape): Shape {
  return { kind: 'list', of };
}

export function members(properties: Readonly<Record<string, Property>>, lacks: readonly string[] = []): Shape {
  return { kind: 'members', members: { properties, lacks } };
}

export function realised(shape: Shape, does: string): Property {
  return { use: 'realised', shape, isRequired: false, does };
}

export function stored(shape: Shape, does: string): Property {
  return { use: 'stored', shape, isRequired: false, does };
}

/** The same property, without which the resource fails. */
export function required(property: Property): Property {
  return { ...property, isRequired: true };
}

/** `Tags` as all types but IAM::Policy and the like have them. */
export const tags: Property = stored(
  listOf(members({ Key: required(stored(text, 'name')), Value: required(stored(text, 'value')) })),
  'merged over the stack tags and handed to the resource',
);
