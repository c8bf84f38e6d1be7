import type { Account } from '../account/identity.ts';
import type { Realised } from '../realise/realiser.ts';
import type { Expression, PseudoParameter } from './expression.ts';

/** An expression has no value here, in CloudFormation's words where it has any. Fails the resource that needs it. */
export class EvaluationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EvaluationError';
  }
}

/** What an expression may depend on. */
export interface EvaluationContext {
  readonly account: Account;
  readonly stackId: string;
  readonly stackName: string;
  /** A list parameter's value is a list. */
  readonly parameters: ReadonlyMap<string, string | readonly string[]>;
  /** The resources made so far, by logical id. */
  readonly resources: ReadonlyMap<string, Realised>;
}

/**
 * The expression's JSON value; undefined for `AWS::NoValue`, which is dropped from the map or list that holds it. Throws
 * `EvaluationError`.
 */
export function evaluate(expression: Expression, context: EvaluationContext): unknown {
  switch (expression.kind) {
    case 'scalar':
      return expression.value;
    case 'list':
      return present(expression.items.map((item) => evaluate(item, context)));
    case 'map':
      return evaluateMap(expression.entries, context);
    case 'parameter':
      return found(context.parameters.get(expression.name), `the parameter ${expression.name} has no value`);
    case 'pseudo':
      return pseudoValue(expression.name, context);
    case 'resource':
      return madeResource(expression.logicalId, context).physicalId;
    case 'attribute':
      return attributeValue(expression.logicalId, expression.attribute, context);
    case 'join':
      return textList('Fn::Join', evaluate(expression.items, context)).join(expression.delimiter);
    case 'select':
      return selected(evaluate(expression.index, context), evaluate(expression.from, context));
    case 'zones':
      return zonesOf(evaluate(expression.region, context), context.account);
    case 'substitution':
      return expression.parts.map((part) => substituted(evaluate(part, context))).join('');
  }
}

/** As `evaluate`, for what has to be one text, e.g. an output's value. Throws `EvaluationError` for lists, objects and nothing. */
export function evaluateText(expression: Expression, context: EvaluationContext, what: string): string {
  const value = evaluate(expression, context);
  if (!isScalar(value)) throw new EvaluationError(`Template format error: ${what} must evaluate to a string.`);
  return String(value);
}

/** `Properties` of a resource. Throws `EvaluationError`. */
export function evaluateMap(
  entries: readonly (readonly [string, Expression])[],
  context: EvaluationContext,
): Readonly<Record<string, unknown>> {
  const values = entries.map(([key, value]) => [key, evaluate(value, context)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function present(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => value !== undefined);
}

function found<Value>(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) throw new EvaluationError(otherwise);
  return value;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function madeResource(logicalId: string, context: EvaluationContext): Realised {
  return found(context.resources.get(logicalId), `the resource ${logicalId} is not made`);
}

function attributeValue(logicalId: string, attribute: string, context: EvaluationContext): string | readonly string[] {
  const { attributes, listAttributes } = madeResource(logicalId, context);
  const value = new Map<string, string | readonly string[]>(Object.entries({ ...attributes, ...listAttributes })).get(attribute);
  return found(value, `this lab does not give the attribute ${attribute} of ${logicalId}`);
}

function textList(by: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every(isScalar)) throw new EvaluationError(`Template error: ${by} needs a list of strings`);
  return value.map(String);
}

function selected(index: unknown, from: unknown): unknown {
  if (!Array.isArray(from)) throw new EvaluationError('Template error: Fn::Select needs a list');
  if (!/^\d+$/.test(String(index))) throw new EvaluationError('Template error: Fn::Select needs an integer index');
  const values: readonly unknown[] = from;
  return found(values[Number(index)], `Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`);
}

function substituted(value: unknown): string {
  if (value === undefined) return '';
  if (!isScalar(value)) throw new EvaluationError('Template error: Fn::Sub can put in only strings, not lists or objects');
  return String(value);
}

/** An empty region means the stack's own. */
function zonesOf(region: unknown, account: Account): readonly string[] {
  if (region === '' || region === account.region) return account.zones;
  throw new EvaluationError(`Template error: Fn::GetAZs of ${String(region)}: this lab has only the region ${account.region}`);
}

function pseudoValue(name: PseudoParameter, context: EvaluationContext): string | undefined {
  const { account } = context;
  switch (name) {
    case 'AWS::AccountId':
      return account.accountId;
    case 'AWS::NoValue':
      return undefined;
    case 'AWS::Partition':
      return partitionOf(account.region);
    case 'AWS::Region':
      return account.region;
    case 'AWS::StackId':
      return context.stackId;
    case 'AWS::StackName':
      return context.stackName;
    case 'AWS::URLSuffix':
      return partitionOf(account.region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  }
}

/** `aws`, or the partition that a region's prefix tells. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
