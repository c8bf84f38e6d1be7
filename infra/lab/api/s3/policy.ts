import type { S3Action } from './action.ts';
import { type Condition, holds } from './policy-condition.ts';
import { matchesWildcard } from './wildcard.ts';

/** Whom a statement speaks of. Accounts are written as the ARN of their root. */
export type PolicyPrincipal = { readonly kind: 'everyone' } | { readonly kind: 'arns'; readonly arns: readonly string[] };

/** One statement of a bucket policy, checked. Actions are in lower case, for IAM ignores their case. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly principal: PolicyPrincipal;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A bucket policy in which every word is one that the lab evaluates; `parseBucketPolicy` makes it. */
export interface BucketPolicy {
  readonly statements: readonly PolicyStatement[];
}

/** Where a request came from, as the front that accepted it knows. */
export interface RequestOrigin {
  /** `aws:SourceVpce`; absent unless the request came through an endpoint. */
  readonly vpcEndpointId?: string;
  /** `aws:SourceIp`, IPv4 dotted; absent for what came through an endpoint, as on AWS. */
  readonly sourceAddress?: string;
  /** `aws:SecureTransport`. */
  readonly secureTransport: boolean;
}

/** One request, as a policy sees it. */
export interface PolicyRequest extends RequestOrigin {
  readonly action: S3Action;
  /** ARN of the bucket or object. */
  readonly resource: string;
  /** ARN of the caller: user, role or assumed role. */
  readonly principalArn: string;
}

/** `unmentioned`: no statement applies. */
export type PolicyVerdict = 'allow' | 'deny' | 'unmentioned';

/** ARN of a bucket, or of an object in it. */
export function resourceArn(bucket: string, key?: string): string {
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}

/** The role's ARN for an assumed role's session, as `aws:PrincipalArn` has it; any other ARN unchanged. Role paths are not known here. */
export function permanentArn(principalArn: string): string {
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/.+$/.exec(principalArn);
  return session ? `arn:aws:iam::${session[1]}:role/${session[2]}` : principalArn;
}

function appliesToPrincipal(principal: PolicyPrincipal, principalArn: string): boolean {
  if (principal.kind === 'everyone') return true;
  const permanent = permanentArn(principalArn);
  const root = `arn:aws:iam::${permanent.split(':')[4]}:root`;
  return principal.arns.some((arn) => arn === principalArn || arn === permanent || arn === root);
}

function applies(statement: PolicyStatement, request: PolicyRequest): boolean {
  const action = request.action.toLowerCase();
  return (
    appliesToPrincipal(statement.principal, request.principalArn) &&
    statement.actions.some((pattern) => matchesWildcard(pattern, action)) &&
    statement.resources.some((pattern) => matchesWildcard(pattern, request.resource)) &&
    statement.conditions.every((condition) =>
      holds(condition, {
        'aws:sourcevpce': request.vpcEndpointId,
        'aws:sourceip': request.sourceAddress,
        'aws:principalarn': permanentArn(request.principalArn),
        'aws:securetransport': String(request.secureTransport),
      }),
    )
  );
}

/** What a bucket policy says of one request: a Deny that applies wins over any Allow (AWS, "Policy evaluation logic"). */
export function evaluatePolicy(policy: BucketPolicy, request: PolicyRequest): PolicyVerdict {
  const applying = policy.statements.filter((statement) => applies(statement, request));
  if (applying.some((statement) => statement.effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'unmentioned';
}

/**
 * Whether a principal of the bucket's own account may do it. Within one account either side may grant. The lab does not evaluate the
 * policies of users and roles: it takes them to allow whatever they ask for, so that only an explicit Deny of
 * the bucket refuses, and a missing permission of a role is not found here. A policy that shall prove a path must therefore deny.
 */
export function isAllowed(policy: BucketPolicy | undefined, request: PolicyRequest): boolean {
  return policy === undefined || evaluatePolicy(policy, request) !== 'deny';
}
