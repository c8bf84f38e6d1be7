import type { Needs } from './needs.ts';

/** A CloudFormation template as plain data: what is written here is what AWS is sent. */
export interface Template {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, Parameter>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Description: string; readonly Value: Value }>>;
}

export interface Parameter {
  readonly Type: 'String';
  readonly Description: string;
  readonly NoEcho?: true;
  readonly MinLength?: number;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
  readonly DependsOn?: readonly string[];
  /** Stands on whatever holds data: nothing of a run may stay. */
  readonly DeletionPolicy?: 'Delete';
  readonly UpdateReplacePolicy?: 'Delete';
}

/** Literal, intrinsic function, or a nesting of both. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };
export type Properties = { readonly [property: string]: Value };

/** A stack ready to be created: CreateStack's name, body and the names of what goes in and comes out. */
export interface StackTemplate {
  readonly stackName: string;
  readonly template: Template;
  readonly parameterNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Capabilities that CreateStack must acknowledge. */
  readonly capabilities: readonly 'CAPABILITY_IAM'[];
}

/** Which of the region's zones are used, the measured one first; counted from 0. */
export type ZoneOrder = readonly [first: number, second: number];
export const FIRST_ZONES: ZoneOrder = [0, 1];

/** What every template is made from. */
export interface TemplateContext {
  readonly runId: string;
  readonly needs: Needs;
  /** For the tag `lnb:expires`; ISO 8601 UTC. From then on the guard and `sweep --expired` may remove the resource. `never`: nobody does by itself. */
  readonly expiresAt: string | 'never';
  /** True for the tag `lnb:kept`: it shall stay after its run. */
  readonly kept: boolean;
  /** Places in `Fn::GetAZs` of the zone that holds everything that is measured, and of the one that RDS only wants to be named. */
  readonly zones: ZoneOrder;
  readonly toolVersion: string;
}

/** `Ref`: a resource's physical id or a parameter's value. */
export function ref(logicalId: string): Value {
  return { Ref: logicalId };
}

/** `Fn::GetAtt`. */
export function att(logicalId: string, attribute: string): Value {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

/** `Fn::Sub` over pseudo parameters, parameters and logical ids: `${AWS::Region}`. */
export function sub(text: string): Value {
  return { 'Fn::Sub': text };
}

/** Of the zone that is measured in (0) or of the second one (1). */
export function zone(context: Pick<TemplateContext, 'zones'>, index: 0 | 1): Value {
  return { 'Fn::Select': [context.zones[index], { 'Fn::GetAZs': '' }] };
}

/** The template's text as CreateStack takes it, without needless white space: at most 51 200 bytes are accepted. */
export function formatTemplate(template: Template): string {
  return JSON.stringify(template);
}

/** String parameters of these names; `secret` ones are NoEcho. */
export function stringParameters(
  names: readonly string[],
  secret: readonly string[] = [],
): Pick<Template, 'Parameters'> | Record<string, never> {
  if (names.length === 0) return {};
  const parameter = (name: string): Parameter =>
    secret.includes(name)
      ? { Type: 'String', Description: 'Made for this run', NoEcho: true, MinLength: 8 }
      : { Type: 'String', Description: 'From another stack of this run' };
  return { Parameters: Object.fromEntries(names.map((name) => [name, parameter(name)])) };
}
