import { Refusal } from '../refusal.ts';

/** A parsed FilterLogEvents pattern: all terms occur in the message, or all conditions hold for the JSON object that it is. */
export type FilterPattern =
  | { readonly kind: 'terms'; readonly terms: readonly string[] }
  | { readonly kind: 'json'; readonly conditions: readonly JsonCondition[] };

export interface JsonCondition {
  /** Keys and, for arrays, indices from the root. */
  readonly path: readonly (string | number)[];
  readonly operator: '=' | '!=';
  readonly value: string | number;
}

/**
 * Parses what the CloudWatch Logs user guide calls a filter pattern, as far as the lab has it: bare and quoted terms
 * (all must occur, case-sensitive) and `{ $.path = value && … }` with `=` and `!=`. Throws `InvalidParameterException`
 * naming what it does not have.
 */
export function parseFilterPattern(text: string): FilterPattern {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return { kind: 'json', conditions: parseJsonConditions(trimmed) };
  return { kind: 'terms', terms: parseTerms(trimmed) };
}

/** Whether a message is one that the pattern asks for. A message that is not a JSON object never fits a JSON pattern. */
export function matchesFilterPattern(pattern: FilterPattern, message: string): boolean {
  switch (pattern.kind) {
    case 'terms':
      return pattern.terms.every((term) => message.includes(term));
    case 'json': {
      const parsed = parseObject(message);
      return parsed !== undefined && pattern.conditions.every((condition) => holds(condition, parsed));
    }
  }
}

function refuse(reason: string): never {
  throw new Refusal('InvalidParameterException', 400, `Invalid filter pattern: ${reason}`);
}

function parseTerms(text: string): readonly string[] {
  const terms: string[] = [];
  let rest = text;
  while (rest !== '') {
    const token = /^"((?:[^"\\]|\\.)*)"|^[^\s"]+/.exec(rest);
    if (token === null) return refuse(`a quote is not closed in ${rest}`);
    const [whole, quoted] = token;
    if (quoted === undefined) assertPlainTerm(whole);
    terms.push(quoted === undefined ? whole : unescapeQuoted(quoted));
    rest = rest.slice(whole.length).trimStart();
  }
  return terms;
}

/** Without quotes only letters, digits and underscores are one term; `?`, `-`, `[` and `%` begin what the lab does not have. */
function assertPlainTerm(term: string): void {
  if (!/^[\p{L}\p{N}_]+$/u.test(term)) refuse(`the term ${term} has special characters and must stand in double quotes`);
}

function unescapeQuoted(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function parseJsonConditions(text: string): readonly JsonCondition[] {
  const conditions: JsonCondition[] = [];
  let rest = text.slice(1).trimStart();
  for (;;) {
    const found = /^\$((?:\.[A-Za-z_@-][\w@-]*|\[\d+\])+)\s*(!?=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"&|}()]+))\s*(&&|\})/.exec(rest);
    if (found === null) return refuse(`{ $.path = value && … } was expected, found ${text}`);
    conditions.push(newCondition(found));
    rest = rest.slice(found[0].length).trimStart();
    if (found[5] === '}') break;
  }
  if (rest !== '') return refuse(`nothing may follow the closing brace, found ${rest}`);
  return conditions;
}

function newCondition(found: RegExpExecArray): JsonCondition {
  const [, path = '', operator, quoted, bare = ''] = found;
  return {
    path: [...path.matchAll(/\.([\w@-]+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index)),
    operator: operator === '!=' ? '!=' : '=',
    value: quoted === undefined ? bareValue(bare) : unescapeQuoted(quoted),
  };
}

function bareValue(text: string): string | number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function parseObject(message: string): unknown {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

/** A condition on something that is not there never holds, not even `!=`. */
function holds(condition: JsonCondition, root: unknown): boolean {
  let current = root;
  for (const step of condition.path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return false;
    current = (current as Readonly<Record<string | number, unknown>>)[step];
  }
  if (typeof current === 'object' || current === undefined) return false;
  const equal = typeof condition.value === 'number' ? current === condition.value : String(current) === condition.value;
  return condition.operator === '=' ? equal : !equal;
}
