import { isIPv4 } from 'node:net';
import { matchesWildcard } from './wildcard.ts';

/** The condition keys that the lab knows, in lower case: IAM ignores the case of keys. */
export const CONDITION_KEYS = ['aws:sourcevpce', 'aws:sourceip', 'aws:principalarn', 'aws:securetransport'] as const;
export type ConditionKey = (typeof CONDITION_KEYS)[number];

/** The condition operators that the lab knows, in IAM's spelling. */
export const CONDITION_OPERATORS = ['StringEquals', 'StringNotEquals', 'StringLike', 'IpAddress', 'NotIpAddress', 'Null', 'Bool'] as const;
export type ConditionOperator = (typeof CONDITION_OPERATORS)[number];

/** One line of a Condition block: an operator, a key, and values of which one must match (or none, for a negated operator). */
export interface Condition<Key extends string = ConditionKey> {
  readonly operator: ConditionOperator;
  /** The suffix `IfExists`: a key that the request lacks satisfies the condition. */
  readonly ifExists: boolean;
  readonly key: Key;
  readonly values: readonly string[];
}

/** The keys on which an operator makes sense here; any other pair is refused when the policy is put. */
export function operatorTakesKey(operator: ConditionOperator, key: ConditionKey): boolean {
  switch (operator) {
    case 'StringEquals':
    case 'StringNotEquals':
    case 'StringLike':
      return key === 'aws:sourcevpce' || key === 'aws:principalarn';
    case 'IpAddress':
    case 'NotIpAddress':
      return key === 'aws:sourceip';
    case 'Bool':
      return key === 'aws:securetransport';
    case 'Null':
      return true;
  }
}

/** An IPv4 range: `a.b.c.d/n`, or one address. */
interface AddressRange {
  readonly network: number;
  readonly mask: number;
}

function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Reads an IPv4 range; bits beyond the prefix are ignored, as IAM does. Undefined for anything else, IPv6 included. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', prefix = '32', ...rest] = text.split('/');
  if (rest.length > 0 || !isIPv4(address) || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) return undefined;
  const mask = Number(prefix) === 0 ? 0 : (-1 << (32 - Number(prefix))) >>> 0;
  return { network: (addressNumber(address) & mask) >>> 0, mask };
}

function isInRange(address: string, text: string): boolean {
  const range = parseAddressRange(text);
  return range !== undefined && isIPv4(address) && (addressNumber(address) & range.mask) >>> 0 === range.network;
}

/**
 * Whether one condition holds; `context` has the value of each key in one request, undefined where it has none. For a key that the request lacks: a negated operator holds, any other does not, `IfExists` makes
 * each hold, and `Null` asks just that (AWS, "IAM JSON policy elements: Condition operators").
 */
export function holds<Key extends string>(condition: Condition<Key>, context: Readonly<Record<Key, string | undefined>>): boolean {
  const value: string | undefined = context[condition.key];
  if (condition.operator === 'Null') return condition.values.some((wanted) => (wanted === 'true') === (value === undefined));
  if (value === undefined) return condition.ifExists || condition.operator === 'StringNotEquals' || condition.operator === 'NotIpAddress';
  switch (condition.operator) {
    case 'StringEquals':
    case 'Bool':
      return condition.values.includes(value);
    case 'StringNotEquals':
      return !condition.values.includes(value);
    case 'StringLike':
      return condition.values.some((pattern) => matchesWildcard(pattern, value));
    case 'IpAddress':
      return condition.values.some((range) => isInRange(value, range));
    case 'NotIpAddress':
      return !condition.values.some((range) => isInRange(value, range));
  }
}
