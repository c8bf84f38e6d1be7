import { malformed, parseOperator, record, refuseOthers, strings } from '../api/policy-elements.ts';
import { type Condition, holds } from '../api/s3/policy-condition.ts';
import { matchesWildcard } from '../api/s3/wildcard.ts';

/** One question to IAM: may this be done to that. */
export interface Asked {
  /** `ec2:CreateVpc`. */
  readonly action: string;
  /** ARN, or `*` for an action that knows no resources. */
  readonly resource: string;
  /** Condition keys of the request in lower case (`aws:requesttag/lnb:run`); a key that is absent has no value. */
  readonly context: Readonly<Record<string, string>>;
}

/** One statement of an identity's policy, checked. Actions and condition keys are in lower case, for IAM ignores their case. */
export interface IdentityStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition<string>[];
}

/** What IAM says of one question (SimulatePrincipalPolicy's words). */
export type PolicyDecision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/**
 * Checks an identity's policy, given as the value of its JSON. What the lab would not evaluate is refused by name, so that no line is
 * ever ignored: `NotAction`, `NotResource`, policy variables, and operators other than those of `CONDITION_OPERATORS`. Throws MalformedPolicy.
 */
export function parseIdentityPolicy(document: unknown): readonly IdentityStatement[] {
  const policy = record(document, 'The policy');
  refuseOthers(policy, ['Version', 'Id', 'Statement'], 'The policy');
  if (policy['Version'] !== '2012-10-17') malformed(`Invalid policy version: ${String(policy['Version'])}`);
  const given = policy['Statement'];
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (given === undefined || statements.length === 0) malformed('Missing required field Statement');
  return statements.map(parseStatement);
}

function parseStatement(value: unknown): IdentityStatement {
  const statement = record(value, 'Statement');
  refuseOthers(statement, ['Sid', 'Effect', 'Action', 'Resource', 'Condition'], 'Statement');
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') return malformed(`Invalid effect: ${JSON.stringify(effect) ?? 'none'}`);
  return {
    effect,
    actions: strings(statement['Action'], 'Action').map((action) => action.toLowerCase()),
    resources: strings(statement['Resource'], 'Resource'),
    conditions: statement['Condition'] === undefined ? [] : parseConditions(statement['Condition']),
  };
}

function parseConditions(value: unknown): readonly Condition<string>[] {
  return Object.entries(record(value, 'Condition')).flatMap(([name, block]) => {
    const { operator, ifExists } = parseOperator(name);
    return Object.entries(record(block, `Condition.${name}`)).map(([key, wanted]) => ({
      operator,
      ifExists,
      key: key.toLowerCase(),
      values: strings(wanted, `Condition.${name}.${key}`),
    }));
  });
}

/** A Deny that applies wins over any Allow; what nothing allows is denied (AWS, "Policy evaluation logic"). */
export function decide(statements: readonly IdentityStatement[], asked: Asked): PolicyDecision {
  const applying = statements.filter((statement) => applies(statement, asked));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicitDeny';
  return applying.length > 0 ? 'allowed' : 'implicitDeny';
}

function applies({ actions, resources, conditions }: IdentityStatement, asked: Asked): boolean {
  const action = asked.action.toLowerCase();
  return (
    actions.some((pattern) => matchesWildcard(pattern, action)) &&
    resources.some((pattern) => matchesWildcard(pattern, asked.resource)) &&
    conditions.every((condition) => holds<string>(condition, asked.context))
  );
}
