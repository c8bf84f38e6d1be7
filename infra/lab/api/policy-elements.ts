import { Refusal } from '../refusal.ts';
import { CONDITION_OPERATORS, type ConditionOperator } from './s3/policy-condition.ts';

/** Throws S3's and IAM's common word for a document that is not understood. */
export function malformed(message: string): never {
  throw new Refusal('MalformedPolicy', 400, message);
}

/** The value as an object. Throws MalformedPolicy. */
export function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  return malformed(`${what} must be an object`);
}

/** Refuses any element that is not known, by name. */
export function refuseOthers(present: Readonly<Record<string, unknown>>, known: readonly string[], what: string): void {
  const other = Object.keys(present).find((name) => !known.includes(name));
  if (other !== undefined) malformed(`${what}: the element "${other}" is not evaluated by the lab`);
}

/** One string or a list of them, at least one; booleans count as their words, as in IAM. */
export function strings(value: unknown, what: string): readonly string[] {
  const list = (Array.isArray(value) ? value : [value]).map((item: unknown) => (typeof item === 'boolean' ? String(item) : item));
  if (list.length === 0) malformed(`${what} must not be empty`);
  return list.map((item) => {
    if (typeof item !== 'string' || item === '') return malformed(`${what} must be text`);
    if (item.includes('${')) return malformed(`${what}: the policy variable in "${item}" is not evaluated by the lab`);
    return item;
  });
}

/** A condition's operator, with its suffix. Throws MalformedPolicy for one that the lab does not evaluate. */
export function parseOperator(name: string): { readonly operator: ConditionOperator; readonly ifExists: boolean } {
  const ifExists = name.endsWith('IfExists');
  const base = ifExists ? name.slice(0, -'IfExists'.length) : name;
  const operator = CONDITION_OPERATORS.find((known) => known === base);
  if (operator === undefined || (operator === 'Null' && ifExists))
    return malformed(`Invalid Condition type: "${name}" is not evaluated by the lab`);
  return { operator, ifExists };
}
