import { type Arm, resourceNameOf } from '../../harness/domain/arm.ts';
import type { StackKind } from '../../harness/domain/deployment-state.ts';
import type { ProofKeys } from '../../harness/domain/probe-wire.ts';
import type { RunId } from '../../harness/domain/run.ts';

/** What starts the name of everything that this tool makes. */
export const NAME_PREFIX = 'lnb-';

/** `lnb-<run>-net`, and so on. */
export function stackName(runId: RunId, kind: StackKind): string {
  return `${NAME_PREFIX}${runId}-${kind}`;
}

/** `lnb-<run>-<scenario>-<target>`; at most 54 characters of Lambda's 64, a twin's `~` written `-`. */
export function functionName(runId: RunId, arm: Arm): string {
  return `${NAME_PREFIX}${runId}-${resourceNameOf(arm.scenario)}-${arm.target}`;
}

/** The log group that Lambda writes to without being told: `/aws/lambda/<function name>`. */
export function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** The DB instance's identifier, unique in account and region: `lnb-<run>`. */
export function databaseIdentifier(runId: RunId): string {
  return `${NAME_PREFIX}${runId}`;
}

/** Key of the functions' zip in the run's bucket. It holds the hash, because CloudFormation does not look inside an object. */
export function codeKey(sha256Hex: string): string {
  return `${sha256Hex}.zip`;
}

/** Key of the object that S3 probes time. */
export const TIMED_KEY = 'timed/1-kib';

/** Keys of the proof objects; the bucket policy lets exactly one be read on each way to S3. */
export const PROOF_KEYS: ProofKeys = {
  vpcEndpoint: 'proof/vpc-endpoint',
  interfaceEndpoint: 'proof/interface-endpoint',
  sourceIp: 'proof/source-ip',
  neither: 'proof/neither',
};

/** Database and master user of the DB instance. */
export const DATABASE_NAME = 'lnb';
export const DATABASE_USER = 'lnb';
