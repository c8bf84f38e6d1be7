import { AUTHORITATIVE_ANSWER, decode, encode, type Packet, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet';

/** Response codes of RFC 1035 that the resolver gives; the library names them in text but encodes them in the flags. */
const RCODE = { noError: 0, formatError: 1, nameError: 3, notImplemented: 4 } as const;

/** Nothing in the lab caches; the value only has to be one that a resolver accepts. */
const TTL_SECONDS = 60;

/** All names that the lab's resolver knows. Held in lower case, without a final dot. */
export interface Zone {
  readonly exact: ReadonlyMap<string, string>;
  /** Parent name → address for every name below it that has no record of its own (`*.parent`). */
  readonly wildcards: ReadonlyMap<string, string>;
}

/** What to do with a datagram. */
export type ZoneAnswer =
  | { readonly kind: 'answer'; readonly bytes: Buffer }
  /** Not a question that could be answered: silence, as a server gives to noise. */
  | { readonly kind: 'drop'; readonly reason: string };

/** Sorts records into a zone. `*.x` is a wildcard. A later record for the same name replaces an earlier one. */
export function newZone(records: Iterable<readonly [name: string, address: string]>): Zone {
  const exact = new Map<string, string>();
  const wildcards = new Map<string, string>();
  for (const [name, address] of records) {
    const known = canonicalName(name);
    if (known.startsWith('*.')) wildcards.set(known.slice(2), address);
    else exact.set(known, address);
  }
  return { exact, wildcards };
}

/** Lower case, no final dot: the form in which names are compared (RFC 4343). */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** The IPv4 address of `name`: its own record, else the nearest wildcard above it; undefined when there is neither. */
export function addressOf(zone: Zone, name: string): string | undefined {
  const asked = canonicalName(name);
  const own = zone.exact.get(asked);
  if (own !== undefined) return own;
  for (let dot = asked.indexOf('.'); dot >= 0; dot = asked.indexOf('.', dot + 1)) {
    const address = zone.wildcards.get(asked.slice(dot + 1));
    if (address !== undefined) return address;
  }
  return undefined;
}

/**
 * Answers one DNS message. A record is given for A; every other type of a known name is answered at once with
 * nothing (an unanswered AAAA would hold up a lookup for seconds); an unknown name does not exist. Nothing is forwarded.
 * Never throws.
 */
export function answerMessage(zone: Zone, message: Buffer): ZoneAnswer {
  let query: Packet;
  try {
    query = decode(message);
  } catch (error) {
    return { kind: 'drop', reason: `malformed: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (query.type === 'response') return { kind: 'drop', reason: 'a response' };
  if (!(query.questions ?? []).every(({ name }) => isWritable(name))) return { kind: 'drop', reason: 'a label with a dot in it' };
  try {
    return { kind: 'answer', bytes: encode(replyTo(zone, query)) };
  } catch (error) {
    return { kind: 'drop', reason: `cannot be answered: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A label may hold any byte, a dot too (RFC 2181, 11), but in the library's names that dot divides: with nothing behind it, no reply can be written. */
function isWritable(name: string): boolean {
  return name === '.' || name.split('.').every((label) => label !== '');
}

function replyTo(zone: Zone, query: Packet): Packet {
  const [question, ...more] = query.questions ?? [];
  const flags = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED);
  const reply: Packet = { type: 'response', id: query.id ?? 0, flags, questions: query.questions ?? [] };
  if ((query as { readonly opcode?: string }).opcode !== 'QUERY') return { ...reply, flags: flags | RCODE.notImplemented };
  if (!question || more.length > 0) return { ...reply, flags: flags | RCODE.formatError };
  const address = addressOf(zone, question.name);
  if (address === undefined) return { ...reply, flags: flags | RCODE.nameError };
  if (question.type !== 'A' || (question.class ?? 'IN') !== 'IN') return reply;
  return { ...reply, answers: [{ type: 'A', name: question.name, ttl: TTL_SECONDS, class: 'IN', data: address }] };
}
