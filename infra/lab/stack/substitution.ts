import { templateError } from './format-error.ts';

/** A stretch of an `Fn::Sub` text. */
export type SubstitutionPart =
  | { readonly kind: 'literal'; readonly text: string }
  /** The name between `${` and `}`. */
  | { readonly kind: 'variable'; readonly name: string };

const VARIABLE = /\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z0-9_.:]+$/;

/**
 * Splits an `Fn::Sub` text at its variables. `${!Name}` is the literal `${Name}`; a `${` that is never closed is text. Throws
 * `ValidationError` for a name that CloudFormation does not allow.
 */
export function parseSubstitution(text: string): readonly SubstitutionPart[] {
  const parts: SubstitutionPart[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const name = match[1] ?? '';
    const before = text.slice(end, match.index);
    end = match.index + match[0].length;
    const literal = name.startsWith('!') ? `${before}\${${name.slice(1)}}` : before;
    if (literal !== '') parts.push({ kind: 'literal', text: literal });
    if (!name.startsWith('!')) parts.push({ kind: 'variable', name: checkedName(name) });
  }
  if (end < text.length) parts.push({ kind: 'literal', text: text.slice(end) });
  return parts;
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw templateError('variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons');
}
