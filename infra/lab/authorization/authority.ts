import type { AskedRequest } from '../api/operation-name.ts';
import type { Dialect } from '../api/protocol/dialect.ts';
import { refuseAccess } from './access-denied.ts';
import { type Handled, handlerCalls } from './handler-calls.ts';
import { type Asked, decide, type IdentityStatement, type PolicyDecision } from './identity-policy.ts';
import { type CallPlace, ownCalls } from './own-calls.ts';

/** Who may do what: IAM, for identities whose policies the lab was told to enforce. Everybody else may do everything. */
export interface Authority {
  readonly judge: (principalArn: string, asked: Asked) => PolicyDecision;
  /** Throws the service's `AccessDenied` for the first thing that a call needs and lacks. */
  readonly checkCall: (
    principalArn: string,
    service: string,
    operation: string | undefined,
    request: AskedRequest,
    dialect: Dialect,
  ) => void;
  /** The same for what a resource handler does in the caller's name. */
  readonly checkHandler: (principalArn: string, handler: 'create' | 'delete', handled: Handled) => void;
}

/** Policies by the ARN of their user. */
export function newAuthority(policies: ReadonlyMap<string, readonly IdentityStatement[]>, place: CallPlace): Authority {
  const judge = (principalArn: string, asked: Asked): PolicyDecision => {
    const statements = policies.get(principalArn);
    return statements === undefined ? 'allowed' : decide(statements, asked);
  };
  const check = (principalArn: string, dialect: Dialect, questions: () => readonly Asked[]): void => {
    if (!policies.has(principalArn)) return;
    for (const asked of questions()) {
      const decision = judge(principalArn, asked);
      if (decision !== 'allowed') throw refuseAccess(dialect, principalArn, asked, decision);
    }
  };
  return {
    judge,
    checkCall: (principalArn, service, operation, request, dialect) =>
      check(principalArn, dialect, () => ownCalls(place, service, operation, request)),
    checkHandler: (principalArn, handler, handled) =>
      check(principalArn, handled.type.startsWith('AWS::EC2::') ? 'ec2' : 'query', () => handlerCalls(place, handler, handled)),
  };
}

/** Nobody has a policy that is enforced. */
export const NO_POLICIES: Authority = { judge: () => 'allowed', checkCall: () => {}, checkHandler: () => {} };
