import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** As much of a JSON Schema as ours uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly description?: string;
  readonly 'x-unit'?: string;
}

/** The file that readers of `report.json` are given. */
export const PUBLISHED_SCHEMA = JSON.parse(
  readFileSync(new URL('../../reports/schema/report.schema.json', import.meta.url), 'utf8'),
) as JsonSchema;

const ajv = new Ajv2020({ strict: true, allErrors: false, allowUnionTypes: true });
ajv.addKeyword('x-unit');
const validate = ajv.compile(PUBLISHED_SCHEMA);

/** What is wrong with a document by the published schema; undefined when nothing is. */
export function problemOf(document: unknown): string | undefined {
  return validate(document) ? undefined : ajv.errorsText(validate.errors);
}

/** Reads `report.json`, held to the published schema. Throws when it is not such a document. */
export function parseReport(text: string): unknown {
  const document: unknown = JSON.parse(text);
  const problem = problemOf(document);
  if (problem !== undefined) throw new Error(`report.json is not what its schema says: ${problem}`);
  return document;
}
