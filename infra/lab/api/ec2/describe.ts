import type { Account } from '../../account/identity.ts';
import type { FabricContext } from '../../realise/network/context.ts';
import { Refusal } from '../../refusal.ts';
import type { QueryParameters } from '../protocol/query.ts';
import type { XmlStructure } from '../protocol/xml.ts';

/** What EC2's descriptions are made from. */
export interface Ec2State {
  readonly account: Account;
  readonly context: FabricContext;
}

/** One kind of thing, as its Describe call asks for it and shows it. */
export interface Description<Thing> {
  /** Parameter that names some of them: `VpcId`, sent as `VpcId.1`. */
  readonly idParameter: string;
  readonly idOf: (thing: Thing) => string;
  /** EC2's code and noun for one that is not there. */
  readonly notFound: readonly [code: string, noun: string];
  /** Member of the answer: `vpcSet`. */
  readonly set: string;
  readonly things: (state: Ec2State) => readonly Thing[];
  /** The filters that it takes, beside `tag:<key>` and `tag-key`: a thing passes when one of these is one of the values asked for. */
  readonly filters: Readonly<Record<string, (thing: Thing, state: Ec2State) => readonly string[]>>;
  /** Absent where EC2 has no tags for it. */
  readonly tagsOf?: (thing: Thing, state: Ec2State) => Readonly<Record<string, string>>;
  readonly format: (thing: Thing, state: Ec2State) => XmlStructure;
  /** Told what was shown, after it was. */
  readonly shown?: (things: readonly Thing[], state: Ec2State) => void;
}

/** An action of EC2. Throws `Refusal`. */
export type Ec2Action = (parameters: QueryParameters, state: Ec2State) => XmlStructure | Promise<XmlStructure>;

/** Tags of a thing by what CloudFormation calls it. */
export function tagsIn({ context }: Ec2State, physicalId: string): Readonly<Record<string, string>> {
  return context.ledger.tags.get(physicalId) ?? {};
}

/** The Describe call of a kind: ids, filters, `MaxResults` and `NextToken`. */
export function describeAction<Thing>(kind: Description<Thing>): Ec2Action {
  return (parameters, state) => {
    const ids = parameters.texts(kind.idParameter);
    const filters = parseFilters(parameters);
    const [from, count] = parsePage(parameters);
    parameters.finish();
    const all = kind.things(state);
    const named = ids.length === 0 ? all : ids.map((id) => findIn(kind, all, id));
    const passing = named.filter((thing) => filters.every((filter) => passes(kind, thing, filter, state)));
    const page = passing.slice(from, from + count);
    const answer = {
      [kind.set]: page.map((thing) => ({ ...kind.format(thing, state), ...formatTags(kind, thing, state) })),
      nextToken: from + count < passing.length ? formatToken(from + count) : undefined,
    };
    kind.shown?.(page, state);
    return answer;
  };
}

function findIn<Thing>(kind: Description<Thing>, things: readonly Thing[], id: string): Thing {
  const found = things.find((thing) => kind.idOf(thing) === id);
  if (found !== undefined) return found;
  const [code, noun] = kind.notFound;
  throw new Refusal(code, 400, `The ${noun} '${id}' does not exist`);
}

interface Filter {
  readonly name: string;
  readonly values: readonly RegExp[];
}

function parseFilters(parameters: QueryParameters): readonly Filter[] {
  return parameters.items('Filter').map((filter) => {
    const name = filter.required('Name');
    const values = filter.texts('Value');
    if (values.length === 0) throw new Refusal('InvalidParameterValue', 400, `The filter '${name}' has no values`);
    return { name, values: values.map(wildcard) };
  });
}

/** EC2's filter values: `*` is any text, `?` any character, a backslash takes their meaning away. */
function wildcard(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|[*?]|[.+^${}()|[\]\\/]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 's');
}

function passes<Thing>(kind: Description<Thing>, thing: Thing, { name, values }: Filter, state: Ec2State): boolean {
  return valuesOf(kind, thing, name, state).some((value) => values.some((pattern) => pattern.test(value)));
}

function valuesOf<Thing>(kind: Description<Thing>, thing: Thing, name: string, state: Ec2State): readonly string[] {
  const tags = kind.tagsOf?.(thing, state);
  if (tags !== undefined && name === 'tag-key') return Object.keys(tags);
  if (tags !== undefined && name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return Object.hasOwn(tags, key) ? [tags[key] ?? ''] : [];
  }
  const filter = Object.hasOwn(kind.filters, name) ? kind.filters[name] : undefined;
  if (filter === undefined) throw new Refusal('InvalidParameterValue', 400, `The filter '${name}' is invalid`);
  return filter(thing, state);
}

function formatTags<Thing>(kind: Description<Thing>, thing: Thing, state: Ec2State): XmlStructure {
  const tags = kind.tagsOf?.(thing, state);
  if (tags === undefined) return {};
  return { tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })) };
}

/** Most that one answer holds, and what `MaxResults` may ask for (EC2 API Reference: 5 to 1000). */
const MOST = 1000;
const LEAST = 5;

function parsePage(parameters: QueryParameters): readonly [from: number, count: number] {
  const asked = parameters.text('MaxResults');
  const token = parameters.text('NextToken');
  const count = asked === undefined ? MOST : Number(asked);
  if (!Number.isInteger(count) || count < LEAST || count > MOST) {
    throw new Refusal(
      'InvalidParameterValue',
      400,
      `Value ( ${asked} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isSafeInteger(from) || from < 0) throw new Refusal('InvalidNextToken', 400, 'The token is invalid.');
  return [from, count];
}

function formatToken(from: number): string {
  return Buffer.from(String(from), 'utf8').toString('base64url');
}
