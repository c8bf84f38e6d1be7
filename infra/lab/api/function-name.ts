import type { Account } from '../account/identity.ts';
import { Refusal } from '../refusal.ts';

/** A function as a request names it; the qualifier is absent or a version or alias. */
interface NamedFunction {
  readonly name: string;
  readonly qualifier?: string;
}

const PATTERN =
  /^(?:arn:aws:lambda:(?<region>[a-z0-9-]+):(?<owner>\d{12}):function:|(?<partial>\d{12}):function:|function:)?(?<name>[a-zA-Z0-9-_]{1,64})(?::(?<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$/;

/**
 * Parses what Lambda takes as FunctionName: a name, a partial or a full ARN, each with or without `:qualifier`. `query` is the
 * request's query string, whose `Qualifier` counts too. Returns the bare name; only `$LATEST` exists in the lab. Throws `Refusal` in Lambda's words.
 */
export function parseFunctionName(encoded: string, query: string, account: Account): string {
  const text = decode(encoded);
  const { name, qualifier } = split(text, account);
  const asked = new URLSearchParams(query).get('Qualifier') ?? qualifier;
  if (asked !== undefined && asked !== '$LATEST') {
    const arn = `arn:aws:lambda:${account.region}:${account.accountId}:function:${name}:${asked}`;
    throw new Refusal('ResourceNotFoundException', 404, `Function not found: ${arn}`);
  }
  return name;
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw unreadable(encoded);
  }
}

function split(text: string, account: Account): NamedFunction {
  const groups = PATTERN.exec(text)?.groups;
  const name = groups?.['name'];
  if (groups === undefined || name === undefined) throw unreadable(text);
  const { region, owner, partial, qualifier } = groups as Readonly<Record<string, string | undefined>>;
  if (region !== undefined && region !== account.region) {
    throw new Refusal(
      'ResourceNotFoundException',
      404,
      `Functions from '${region}' are not reachable in this region ('${account.region}')`,
    );
  }
  const account12 = owner ?? partial;
  if (account12 !== undefined && account12 !== account.accountId) {
    throw new Refusal('AccessDeniedException', 403, `The function ${text} belongs to another account.`);
  }
  return qualifier === undefined ? { name } : { name, qualifier };
}

function unreadable(text: string): Refusal {
  const rule = '(arn:aws:lambda:[region]:[account]:function:)?name(:qualifier)?, the name being [a-zA-Z0-9-_]{1,64}';
  return new Refusal(
    'ValidationException',
    400,
    `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${rule}`,
  );
}
