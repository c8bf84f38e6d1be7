import { isJsonObject } from './format-error.ts';
import type { MemberTable, Property, PropertyTable, Shape } from './property-shape.ts';

/** Properties a resource cannot be made with; the message is its status reason. */
export class PropertyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PropertyError';
  }
}

/** Where complaints about a resource are collected. `path` begins with `#`, as in CloudFormation's messages. */
interface Complaints {
  readonly resourceType: string;
  /** Names that AWS or the lab does not know. */
  readonly unsupported: string[];
  /** Values that break a rule. */
  readonly found: string[];
}

/**
 * The evaluated properties with each scalar in its property's own form: CloudFormation takes `"20"` for 20 and `"true"` for true.
 * Throws `PropertyError` that names every property which is unknown to AWS, not in the lab, missing or of the wrong form.
 */
export function checkProperties(
  resource: { readonly logicalId: string; readonly type: string },
  table: PropertyTable,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const complaints: Complaints = { resourceType: resource.type, unsupported: [], found: [] };
  const checked = checkMembers('#', table, values, complaints);
  for (const group of table.exactlyOneOf) {
    const given = group.filter((name) => values[name] !== undefined);
    if (given.length !== 1) complaints.found.push(`#: exactly one of ${group.join(', ')} must be specified`);
  }
  const { unsupported, found } = complaints;
  if (found.length > 0)
    unsupported.push(`Properties validation failed for resource ${resource.logicalId} with message: ${found.join('; ')}`);
  if (unsupported.length > 0) throw new PropertyError(unsupported.join('. '));
  return checked;
}

function checkMembers(
  path: string,
  table: MemberTable,
  values: Readonly<Record<string, unknown>>,
  complaints: Complaints,
): Readonly<Record<string, unknown>> {
  for (const [name, { isRequired }] of Object.entries(table.properties)) {
    if (isRequired && values[name] === undefined) complaints.found.push(`${path}: required key [${name}] not found`);
  }
  const checked = Object.entries(values).flatMap(([name, value]) => {
    const property = propertyOf(path, table, name, complaints);
    return property === undefined ? [] : [[name, checkValue(`${path}/${name}`, property.shape, value, complaints)] as const];
  });
  return Object.fromEntries(checked);
}

function propertyOf(path: string, table: MemberTable, name: string, complaints: Complaints): Property | undefined {
  const property = Object.hasOwn(table.properties, name) ? table.properties[name] : undefined;
  if (property !== undefined) return property;
  const whole = `${path}/${name}`.slice('#/'.length);
  complaints.unsupported.push(
    table.lacks.includes(name)
      ? `The property ${whole} of ${complaints.resourceType} is not in this lab`
      : `Encountered unsupported property ${whole}`,
  );
  return undefined;
}

function checkValue(path: string, shape: Shape, value: unknown, complaints: Complaints): unknown {
  switch (shape.kind) {
    case 'text':
      return checkText(path, shape, value, complaints);
    case 'integer':
      return checkInteger(path, shape, value, complaints);
    case 'boolean':
      return checkBoolean(path, shape, value, complaints);
    case 'list':
      if (!Array.isArray(value)) return wrongForm(path, 'JSONArray', value, complaints);
      return value.map((item, index) => checkValue(`${path}/${index}`, shape.of, item, complaints));
    case 'texts':
      if (!isJsonObject(value)) return wrongForm(path, 'JSONObject', value, complaints);
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, checkText(`${path}/${name}`, { kind: 'text' }, item, complaints)]),
      );
    case 'document':
      return isJsonObject(value) ? value : wrongForm(path, 'JSONObject', value, complaints);
    case 'members':
      if (!isJsonObject(value)) return wrongForm(path, 'JSONObject', value, complaints);
      return checkMembers(path, shape.members, value, complaints);
  }
}

function checkText(path: string, { limits }: Extract<Shape, { kind: 'text' }>, value: unknown, complaints: Complaints): unknown {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return wrongForm(path, 'String', value, complaints);
  }
  const written = String(value);
  refuseOthers(path, written, limits, complaints);
  return written;
}

function checkInteger(path: string, { limits }: Extract<Shape, { kind: 'integer' }>, value: unknown, complaints: Complaints): unknown {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
  if (number === undefined || !Number.isInteger(number)) return wrongForm(path, 'Integer', value, complaints);
  refuseOthers(path, number, limits, complaints);
  const { min, max } = limits ?? {};
  if (min !== undefined && number < min) complaints.found.push(`${path}: ${number} is not greater or equal to ${min}`);
  if (max !== undefined && number > max) complaints.found.push(`${path}: ${number} is not less or equal to ${max}`);
  return number;
}

function checkBoolean(path: string, { labHas }: Extract<Shape, { kind: 'boolean' }>, value: unknown, complaints: Complaints): unknown {
  const isTrue = typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined;
  if (isTrue === undefined) return wrongForm(path, 'Boolean', value, complaints);
  if (labHas !== undefined && isTrue !== labHas) complaints.found.push(`${path}: ${isTrue} is not in this lab, which has only ${labHas}`);
  return isTrue;
}

function refuseOthers<Value extends string | number>(
  path: string,
  value: Value,
  limits: { readonly oneOf?: readonly Value[]; readonly labHas?: readonly Value[] } | undefined,
  complaints: Complaints,
): void {
  if (limits?.oneOf?.includes(value) === false) complaints.found.push(`${path}: ${value} is not a valid enum value`);
  if (limits?.labHas?.includes(value) === false) {
    complaints.found.push(`${path}: ${value} is not in this lab, which has only ${limits.labHas.join(', ')}`);
  }
}

function wrongForm(path: string, expected: string, value: unknown, complaints: Complaints): undefined {
  const found = Array.isArray(value)
    ? 'JSONArray'
    : isJsonObject(value)
      ? 'JSONObject'
      : typeof value === 'string'
        ? 'String'
        : typeof value;
  complaints.found.push(`${path}: expected type: ${expected}, found: ${found}`);
  return undefined;
}
