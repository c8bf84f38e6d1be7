import { isJsonObject, type JsonObject, templateError, templateFormatError } from './format-error.ts';
import { parseSubstitution } from './substitution.ts';

/** The pseudo parameters the lab knows. `AWS::NoValue` takes away the property or list member that it stands for. */
export const PSEUDO_PARAMETERS = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
] as const;
export type PseudoParameter = (typeof PSEUDO_PARAMETERS)[number];

/** A template value with its functions understood and every name looked up. */
export type Expression =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'pseudo'; readonly name: PseudoParameter }
  | { readonly kind: 'resource'; readonly logicalId: string }
  | { readonly kind: 'attribute'; readonly logicalId: string; readonly attribute: string }
  | { readonly kind: 'join'; readonly delimiter: string; readonly items: Expression }
  | { readonly kind: 'select'; readonly index: Expression; readonly from: Expression }
  | { readonly kind: 'zones'; readonly region: Expression }
  | { readonly kind: 'substitution'; readonly parts: readonly Expression[] };

/** What names in a template may mean. */
export interface TemplateNames {
  readonly parameters: ReadonlySet<string>;
  /** Logical id → resource type. */
  readonly resources: ReadonlyMap<string, string>;
  /** Names that `Fn::GetAtt` knows of a type; undefined when the type is not in the lab, then nothing is checked. */
  readonly attributesOf: (resourceType: string) => readonly string[] | undefined;
  /** Collects what no parameter and no resource is called, so that all are named in one refusal. */
  readonly unresolved: Set<string>;
}

type FunctionParser = (argument: unknown, path: string, names: TemplateNames) => Expression;

const FUNCTIONS: Readonly<Record<string, FunctionParser>> = {
  Ref: parseRef,
  'Fn::GetAtt': parseGetAtt,
  'Fn::GetAZs': (argument, path, names) => ({ kind: 'zones', region: parseExpression(argument, path, names) }),
  'Fn::Join': parseJoin,
  'Fn::Select': parseSelect,
  'Fn::Sub': parseSub,
};

/**
 * Reads a JSON value of a template. `path` is where it stands (`/Resources/Vpc/Properties`). Names that nothing has are added to
 * `names.unresolved`. Throws `ValidationError` for a malformed function, for one that the lab does not have, and for dynamic
 * references (`{{resolve:…}}`), each by name.
 */
export function parseExpression(json: unknown, path: string, names: TemplateNames): Expression {
  if (Array.isArray(json)) return { kind: 'list', items: json.map((item, index) => parseExpression(item, `${path}/${index}`, names)) };
  if (isJsonObject(json)) return parseObject(json, path, names);
  if (typeof json === 'string') return { kind: 'scalar', value: withoutDynamicReference(json, path) };
  if (typeof json === 'number' || typeof json === 'boolean') return { kind: 'scalar', value: json };
  throw templateFormatError(`[${path}] 'null' values are not allowed in templates`);
}

/** Logical ids whose `Ref` or attributes the expression needs. */
export function referencedResources(expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'resource' || part.kind === 'attribute') found.add(part.logicalId);
    for (const child of childrenOf(part)) visit(child);
  };
  visit(expression);
  return found;
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'scalar':
    case 'parameter':
    case 'pseudo':
    case 'resource':
    case 'attribute':
      return [];
    case 'list':
      return expression.items;
    case 'map':
      return expression.entries.map(([, value]) => value);
    case 'join':
      return [expression.items];
    case 'select':
      return [expression.index, expression.from];
    case 'zones':
      return [expression.region];
    case 'substitution':
      return expression.parts;
  }
}

function parseObject(json: JsonObject, path: string, names: TemplateNames): Expression {
  const keys = Object.keys(json);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name === undefined || (name === 'Ref' && keys.length > 1)) {
    return { kind: 'map', entries: keys.map((key) => [key, parseExpression(json[key], `${path}/${key}`, names)] as const) };
  }
  const parse = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (parse === undefined) throw templateError(`[${path}] the function ${name} is not in this lab`);
  if (keys.length > 1) throw templateFormatError(`[${path}] ${name} must be the only key of its object`);
  return parse(json[name], path, names);
}

function withoutDynamicReference(text: string, path: string): string {
  if (text.includes('{{resolve:')) throw templateError(`[${path}] dynamic references ({{resolve:...}}) are not in this lab`);
  return text;
}

function parseRef(argument: unknown, path: string, names: TemplateNames): Expression {
  if (typeof argument !== 'string' || argument === '') throw templateError('every Ref object must have a single String value.');
  return resolveName(argument, path, names);
}

function resolveName(name: string, path: string, names: TemplateNames): Expression {
  if (name.startsWith('AWS::')) {
    const pseudo = PSEUDO_PARAMETERS.find((known) => known === name);
    if (pseudo === undefined) throw templateError(`[${path}] the pseudo parameter ${name} is not in this lab`);
    return { kind: 'pseudo', name: pseudo };
  }
  if (names.parameters.has(name)) return { kind: 'parameter', name };
  if (!names.resources.has(name)) names.unresolved.add(name);
  return { kind: 'resource', logicalId: name };
}

const GET_ATT_FORM = 'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute';

function parseGetAtt(argument: unknown, _path: string, names: TemplateNames): Expression {
  const [logicalId, attribute] = typeof argument === 'string' ? splitAtDot(argument) : Array.isArray(argument) ? argument : [];
  const isWhole = typeof argument === 'string' || (Array.isArray(argument) && argument.length === 2);
  if (!isWhole || typeof logicalId !== 'string' || typeof attribute !== 'string') throw templateError(GET_ATT_FORM);
  if (logicalId === '' || attribute === '') throw templateError(GET_ATT_FORM);
  const type = names.resources.get(logicalId);
  if (type === undefined) throw templateError(`instance of Fn::GetAtt references undefined resource ${logicalId}`);
  if (names.attributesOf(type)?.includes(attribute) === false) {
    throw templateError(`resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`);
  }
  return { kind: 'attribute', logicalId, attribute };
}

function splitAtDot(text: string): readonly [string, string] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}

function parseJoin(argument: unknown, path: string, names: TemplateNames): Expression {
  const [delimiter, items] = Array.isArray(argument) && argument.length === 2 ? argument : [];
  if (typeof delimiter !== 'string' || !(Array.isArray(items) || isJsonObject(items))) {
    throw templateError(
      'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function ' +
        'that returns a list of strings (such as Fn::GetAZs) to be joined.',
    );
  }
  return { kind: 'join', delimiter, items: parseExpression(items, path, names) };
}

function parseSelect(argument: unknown, path: string, names: TemplateNames): Expression {
  const [index, from] = Array.isArray(argument) && argument.length === 2 ? argument : [];
  const isIndex = isJsonObject(index) || /^\d+$/.test(String(index));
  if (!isIndex || !(Array.isArray(from) || isJsonObject(from))) {
    throw templateError('Fn::Select requires a list argument with two elements: an integer index and a list');
  }
  return { kind: 'select', index: parseExpression(index, path, names), from: parseExpression(from, path, names) };
}

function parseSub(argument: unknown, path: string, names: TemplateNames): Expression {
  const [text, given] = Array.isArray(argument) ? (argument.length === 2 ? argument : []) : [argument, {}];
  if (typeof text !== 'string' || !isJsonObject(given)) {
    throw templateError(
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an " +
        'optional second argument to specify a mapping of values to replace in the string',
    );
  }
  const own = new Map(Object.entries(given).map(([name, value]) => [name, parseExpression(value, `${path}/${name}`, names)] as const));
  const parts = parseSubstitution(withoutDynamicReference(text, path)).map((part): Expression => {
    if (part.kind === 'literal') return { kind: 'scalar', value: part.text };
    const ownValue = own.get(part.name);
    if (ownValue !== undefined) return ownValue;
    return part.name.includes('.') ? attributeInText(part.name, names) : resolveName(part.name, path, names);
  });
  return { kind: 'substitution', parts };
}

/** `Fn::Sub` refuses in other words than `Fn::GetAtt`. */
function attributeInText(name: string, names: TemplateNames): Expression {
  const [logicalId, attribute] = splitAtDot(name);
  const type = names.resources.get(logicalId);
  if (type === undefined) names.unresolved.add(logicalId);
  else if (names.attributesOf(type)?.includes(attribute) === false) {
    throw templateError(`instance of Fn::Sub references invalid resource attribute ${name}`);
  }
  return { kind: 'attribute', logicalId, attribute };
}
