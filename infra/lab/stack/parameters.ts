import { isJsonObject, type JsonObject, objectAt, stringAt, templateError, templateFormatError, validationError } from './format-error.ts';

/** The parameter types the lab knows. Both lists are written with commas between the members. */
export const PARAMETER_TYPES = ['String', 'Number', 'CommaDelimitedList', 'List<String>'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** A declared parameter and what its values must fulfil. Absent members ask nothing. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly type: ParameterType;
  /** Absent: the caller must give a value. */
  readonly defaultText?: string;
  /** Described as `****`, and kept out of every event. */
  readonly isSecret: boolean;
  /** Matches the whole text. */
  readonly allowedPattern?: { readonly source: string; readonly regExp: RegExp };
  readonly allowedValues?: readonly string[];
  /** Characters. */
  readonly minLength?: number;
  /** Characters. */
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
  /** Replaces the text of the refusal. */
  readonly constraintDescription?: string;
}

/** A parameter with its value. */
export interface ParameterValue {
  readonly declaration: ParameterDeclaration;
  /** As it was given, or the default. */
  readonly text: string;
  /** What `Ref` gives: the text, or the trimmed members of a list. */
  readonly value: string | readonly string[];
}

const KNOWN_KEYS = [
  'Type',
  'Default',
  'NoEcho',
  'AllowedPattern',
  'AllowedValues',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'Description',
  'ConstraintDescription',
];

/** The template's `Parameters`. Throws `ValidationError`, by name, for keys and types that are unknown or not in the lab. */
export function parseParameters(json: unknown): ReadonlyMap<string, ParameterDeclaration> {
  const entries = Object.entries(objectAt('/Parameters', json));
  return new Map(entries.map(([name, value]) => [name, parseDeclaration(name, objectAt(`/Parameters/${name}`, value))]));
}

function parseDeclaration(name: string, json: JsonObject): ParameterDeclaration {
  if (!/^[A-Za-z0-9]+$/.test(name)) throw templateFormatError(`Parameter name ${name} is non alphanumeric.`);
  const unknown = Object.keys(json).find((key) => !KNOWN_KEYS.includes(key));
  if (unknown !== undefined) throw validationError(`Template validation error: Invalid template parameter property '${unknown}'`);
  for (const key of ['Description', 'ConstraintDescription'])
    if (json[key] !== undefined) stringAt(`/Parameters/${name}/${key}`, json[key]);
  const { Default, NoEcho, AllowedPattern, AllowedValues, ConstraintDescription } = json;
  return {
    name,
    type: parseType(name, json['Type']),
    isSecret: NoEcho === true || NoEcho === 'true',
    ...(Default !== undefined && { defaultText: parseScalar(name, 'Default', Default) }),
    ...(AllowedPattern !== undefined && { allowedPattern: parsePattern(name, AllowedPattern) }),
    ...(AllowedValues !== undefined && { allowedValues: parseAllowedValues(name, AllowedValues) }),
    ...parseBounds(name, json),
    ...(typeof ConstraintDescription === 'string' && { constraintDescription: ConstraintDescription }),
  };
}

function parseType(name: string, json: unknown): ParameterType {
  if (json === undefined) throw templateFormatError('Every Parameters object must contain a Type member.');
  const type = PARAMETER_TYPES.find((known) => known === json);
  if (type === undefined) throw templateFormatError(`the type ${String(json)} of parameter ${name} is not in this lab`);
  return type;
}

function parseScalar(name: string, key: string, json: unknown): string {
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return String(json);
  throw templateFormatError(`Every ${key} member must be a string.${isJsonObject(json) ? ` [/Parameters/${name}]` : ''}`);
}

function parseAllowedValues(name: string, json: unknown): readonly string[] {
  if (!Array.isArray(json)) throw templateFormatError(`[/Parameters/${name}/AllowedValues] must be a list`);
  return json.map((value) => parseScalar(name, 'AllowedValues', value));
}

function parseBounds(name: string, json: JsonObject): Pick<ParameterDeclaration, 'minLength' | 'maxLength' | 'minValue' | 'maxValue'> {
  const bound = (key: string): number | undefined => {
    if (json[key] === undefined) return undefined;
    const value = Number(json[key]);
    if (!Number.isFinite(value)) throw templateFormatError(`[/Parameters/${name}/${key}] must be a number`);
    return value;
  };
  const [minLength, maxLength, minValue, maxValue] = ['MinLength', 'MaxLength', 'MinValue', 'MaxValue'].map(bound);
  return {
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(minValue !== undefined && { minValue }),
    ...(maxValue !== undefined && { maxValue }),
  };
}

function parsePattern(name: string, json: unknown): { readonly source: string; readonly regExp: RegExp } {
  const source = stringAt(`/Parameters/${name}/AllowedPattern`, json);
  try {
    return { source, regExp: new RegExp(`^(?:${source})$`) };
  } catch {
    // CloudFormation reads Java's syntax; almost all of it is also JavaScript's.
    throw templateError(`the AllowedPattern of parameter ${name} is not a regular expression that this lab can read`);
  }
}

/**
 * Each declared parameter's value, in the template's order. Throws `ValidationError` for parameters that are missing, unknown or
 * against their constraints; no refusal quotes a value.
 */
export function resolveParameters(
  declared: ReadonlyMap<string, ParameterDeclaration>,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, ParameterValue> {
  const unknown = Object.keys(given).filter((name) => !declared.has(name));
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const texts = [...declared.values()].map((declaration) => ({ declaration, text: textOf(declaration, given) }));
  const missing = texts.filter(({ text }) => text === undefined).map(({ declaration }) => declaration.name);
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return new Map(texts.map(({ declaration, text = '' }) => [declaration.name, checkedValue(declaration, text)]));
}

function textOf(declaration: ParameterDeclaration, given: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(given, declaration.name) ? given[declaration.name] : declaration.defaultText;
}

function checkedValue(declaration: ParameterDeclaration, text: string): ParameterValue {
  const isList = declaration.type === 'CommaDelimitedList' || declaration.type === 'List<String>';
  const members = isList ? listMembers(text) : [text];
  for (const member of members) {
    const complaint = complaintAbout(declaration, member);
    if (complaint === undefined) continue;
    const { name, constraintDescription } = declaration;
    throw validationError(
      constraintDescription === undefined
        ? `Parameter '${name}' ${complaint}`
        : `Parameter '${name}' failed to satisfy constraint: ${constraintDescription}`,
    );
  }
  return { declaration, text, value: isList ? members : text };
}

function listMembers(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((member) => member.trim());
}

function complaintAbout(declaration: ParameterDeclaration, text: string): string | undefined {
  const { type, allowedPattern, allowedValues, minLength, maxLength, minValue, maxValue } = declaration;
  if (type === 'Number' && (text.trim() === '' || !Number.isFinite(Number(text)))) return 'must be a number';
  if (allowedValues !== undefined && !allowedValues.includes(text)) return 'must be one of AllowedValues';
  if (allowedPattern !== undefined && !allowedPattern.regExp.test(text)) return `must match pattern ${allowedPattern.source}`;
  if (minLength !== undefined && text.length < minLength) return `must contain at least ${minLength} characters`;
  if (maxLength !== undefined && text.length > maxLength) return `must contain at most ${maxLength} characters`;
  if (minValue !== undefined && Number(text) < minValue) return `must be a number not less than ${minValue}`;
  if (maxValue !== undefined && Number(text) > maxValue) return `must be a number not greater than ${maxValue}`;
  return undefined;
}
