import { isJsonObject, type JsonObject, templateFormatError, validationError } from './format-error.ts';

/** CloudFormation's limit of `TemplateBody`. */
const LONGEST_BODY_BYTES = 51_200;

/**
 * The template as JSON, before any meaning. Throws `ValidationError` for a body that is longer than CloudFormation takes, is YAML,
 * is no JSON object, or holds a null anywhere.
 */
export function parseTemplateBody(body: string): JsonObject {
  if (Buffer.byteLength(body) > LONGEST_BODY_BYTES) {
    throw validationError(
      "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${LONGEST_BODY_BYTES}`,
    );
  }
  if (!/^\s*[{[]/.test(body)) throw templateFormatError('this lab reads templates in JSON, not in YAML');
  const json = parseJson(body);
  if (!isJsonObject(json)) throw templateFormatError('unsupported structure.');
  refuseNulls(json, '');
  return json;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const before = body.slice(0, position === undefined ? body.length : Number(position)).split('\n');
    throw templateFormatError(`JSON not well-formed. (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`);
  }
}

function refuseNulls(json: unknown, path: string): void {
  if (json === null) throw templateFormatError(`[${path}] 'null' values are not allowed in templates`);
  if (typeof json !== 'object') return;
  for (const [key, value] of Object.entries(json)) refuseNulls(value, `${path}/${key}`);
}
