import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';

/** Where Debian's package python3-botocore keeps the service models. */
const MODELS = '/usr/lib/python3/dist-packages/botocore/data';

interface Member {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly flattened?: boolean;
}

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly value?: Member;
  readonly payload?: string;
  readonly flattened?: boolean;
  readonly exception?: boolean;
  readonly error?: { readonly code?: string };
}

interface Operation {
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly output?: { readonly shape: string };
  readonly errors?: readonly { readonly shape: string }[];
}

/** A service model as botocore reads it, as far as answers need it. */
export interface ServiceModel {
  readonly metadata: { readonly protocol: string };
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Why the models cannot be read, for `ctx.skip`; undefined where they can. */
export function whyNoModels(): string | undefined {
  return existsSync(MODELS) ? undefined : "Debian's python3-botocore is not installed";
}

/** The newest model of a service by the name of its folder. */
export function readServiceModel(name: string): ServiceModel {
  const dates = readdirSync(join(MODELS, name)).sort();
  const folder = join(MODELS, name, dates.at(-1) ?? '');
  const plain = join(folder, 'service-2.json');
  const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`));
  return JSON.parse(text.toString('utf8')) as ServiceModel;
}

/** The error codes that the model has for an operation. */
export function modelledErrors(model: ServiceModel, operation: string): readonly string[] {
  return (model.operations[operation]?.errors ?? []).map(({ shape }) => model.shapes[shape]?.error?.code ?? shape);
}

/** What an answer has that its output shape has not, or in another type; each with its path. `seen` counts the members that fit. */
export interface Comparison {
  readonly problems: readonly string[];
  readonly seen: number;
}

interface Walk {
  readonly model: ServiceModel;
  readonly problems: string[];
  seen: number;
}

/** Compares the body of a JSON answer. */
export function compareJson(model: ServiceModel, operation: string, body: unknown): Comparison {
  const walk: Walk = { model, problems: [], seen: 0 };
  const output = model.operations[operation]?.output;
  if (output === undefined) walk.problems.push(`${operation} has no output`);
  else walkJson(walk, output, body, operation);
  return walk;
}

function walkJson(walk: Walk, member: Member, value: unknown, path: string): void {
  const shape = walk.model.shapes[member.shape];
  if (shape === undefined) return void walk.problems.push(`${path}: no shape ${member.shape}`);
  const is = (kind: string): boolean => typeof value === kind;
  const fits: Readonly<Record<string, boolean>> = {
    structure: is('object') && !Array.isArray(value),
    map: is('object') && !Array.isArray(value),
    list: Array.isArray(value),
    string: is('string'),
    blob: is('string'),
    boolean: is('boolean'),
    integer: Number.isInteger(value),
    long: Number.isInteger(value),
    float: is('number'),
    double: is('number'),
    timestamp: is('number') || is('string'),
  };
  if (fits[shape.type] !== true) return void walk.problems.push(`${path}: ${JSON.stringify(value)} is no ${shape.type}`);
  walk.seen += 1;
  if (shape.type === 'list') for (const item of value as readonly unknown[]) walkJson(walk, shape.member ?? member, item, `${path}[]`);
  if (shape.type === 'map') for (const item of Object.values(value as object)) walkJson(walk, shape.value ?? member, item, `${path}{}`);
  if (shape.type !== 'structure') return;
  for (const [name, inner] of Object.entries(value as object)) {
    const found = Object.entries(shape.members ?? {}).find(([key, { locationName }]) => (locationName ?? key) === name);
    if (found === undefined) walk.problems.push(`${path}.${name}`);
    else walkJson(walk, found[1], inner, `${path}.${name}`);
  }
}

type XmlNode = Readonly<Record<string, readonly unknown[]>>;

/** Compares an XML answer; of a query protocol what is inside `<…Result>`. */
export function compareXml(model: ServiceModel, operation: string, body: string): Comparison {
  const walk: Walk = { model, problems: [], seen: 0 };
  const parser = new XMLParser({ isArray: () => true, parseTagValue: false, ignoreAttributes: true, ignoreDeclaration: true });
  const [root] = Object.values(parser.parse(body) as XmlNode).flat();
  const isQuery = model.metadata.protocol === 'query';
  const content = isQuery ? ((root as XmlNode)[`${operation}Result`]?.[0] ?? '') : root;
  const output = model.operations[operation]?.output;
  if (output === undefined) {
    if (content !== '') walk.problems.push(`${operation} has no output`);
  } else walkXml(walk, payloadOf(model, output), content, operation);
  return walk;
}

function payloadOf(model: ServiceModel, output: Member): Member {
  const shape = model.shapes[output.shape];
  return (shape?.payload === undefined ? undefined : shape.members?.[shape.payload]) ?? output;
}

const SCALARS: Readonly<Record<string, (text: string) => boolean>> = {
  string: () => true,
  blob: () => true,
  boolean: (text) => text === 'true' || text === 'false',
  integer: (text) => /^-?\d+$/.test(text),
  long: (text) => /^-?\d+$/.test(text),
  double: (text) => Number.isFinite(Number(text)),
  float: (text) => Number.isFinite(Number(text)),
  timestamp: (text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)),
};

function walkXml(walk: Walk, member: Member, node: unknown, path: string): void {
  const shape = walk.model.shapes[member.shape];
  if (shape === undefined) return void walk.problems.push(`${path}: no shape ${member.shape}`);
  const children = typeof node === 'object' && node !== null ? (node as XmlNode) : {};
  const isScalar = SCALARS[shape.type];
  if (isScalar !== undefined) {
    if (typeof node !== 'string' || !isScalar(node)) return void walk.problems.push(`${path}: ${JSON.stringify(node)} is no ${shape.type}`);
    walk.seen += 1;
    return;
  }
  for (const [name, items] of Object.entries(children)) {
    if (name === '#text') continue;
    const inner = shape.type === 'list' ? listMember(shape, name) : structureMember(walk.model, shape, name);
    if (inner === undefined) walk.problems.push(`${path}.${name}`);
    else for (const item of items) walkXml(walk, inner, item, `${path}.${name}`);
  }
}

function listMember({ member }: Shape, name: string): Member | undefined {
  return member !== undefined && (member.locationName ?? 'member') === name ? member : undefined;
}

/** The member of that XML name; of a flattened list its items, which stand where the list would. */
function structureMember(model: ServiceModel, shape: Shape, name: string): Member | undefined {
  for (const [key, member] of Object.entries(shape.members ?? {})) {
    const target = model.shapes[member.shape];
    const isFlat = target?.type === 'list' && (target.flattened === true || member.flattened === true);
    const written = member.locationName ?? (isFlat ? target?.member?.locationName : undefined) ?? key;
    if (written !== name) continue;
    return isFlat ? target?.member : member;
  }
  return undefined;
}
