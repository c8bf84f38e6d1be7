import type { Concurrency } from '../../infra/aws/concurrency.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { AwsIdentity } from './aws-access.ts';
import type { CommandIo } from './io.ts';

const NOTHING = 'Nothing was started.';

/** `role/deployer (session ci)` or `user/somebody` of an ARN: what people call it, without the account. */
export function describePrincipal(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  const [kind, name, session] = resource.split('/');
  return kind === 'assumed-role' && name !== undefined ? `role/${name}${session === undefined ? '' : ` (session ${session})`}` : resource;
}

/** Refuses (exit 4) an account that is not among those allowed; an empty list allows every one. */
export function demandAllowed({ accountId, accountMasked }: AwsIdentity, allowed: readonly string[]): void {
  if (allowed.length === 0 || allowed.includes(accountId)) return;
  throw new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `Account ${accountMasked} is not among those allowed.`,
    why: `--allowed-accounts or LNB_ALLOWED_ACCOUNTS name ${allowed.length === 1 ? 'another one' : `${allowed.length} others`}`,
    tryCommands: ['aws sts get-caller-identity   (whose credentials are these?)', 'npm run bench -- --backend aws --profile NAME'],
    leftBehind: NOTHING,
  });
}

/** Refuses (exit 4) an account in which no call could ever run: all that it may have out at once is reserved for other functions. */
export function demandConcurrency(concurrency: Concurrency, io: Pick<CommandIo, 'stderr'>): void {
  if (concurrency.kind === 'unknown') {
    io.stderr.write(`! cannot tell how many calls the account may have out at once (${concurrency.why})\n`);
    return;
  }
  if (concurrency.unreserved > 0) return;
  throw new BenchError({
    exitCode: EXIT_CODES.environment,
    what: 'The account has no calls left for new functions.',
    why: 'Lambda: 0 unreserved concurrent executions; other functions have reserved all of them',
    tryCommands: [
      'aws lambda get-account-settings',
      'aws lambda delete-function-concurrency --function-name NAME   (one that reserves them)',
    ],
    leftBehind: NOTHING,
  });
}

/** Refuses (exit 4) credentials that end before the last round can be over; those without an end are taken to last. */
export function demandLasting({ credentialsExpireAt }: AwsIdentity, now: Date, secondsToLastRound: number): void {
  if (credentialsExpireAt === undefined) return;
  const needed = new Date(now.getTime() + secondsToLastRound * 1000);
  if (credentialsExpireAt >= needed) return;
  throw new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `The credentials end at ${credentialsExpireAt.toISOString()}, before the last round.`,
    why: `the last round can be expected to end at ${needed.toISOString()}`,
    tryCommands: [
      'aws sso login   (or fetch new credentials by your own way)',
      'npm run bench -- --backend aws --rounds 8   (shorter)',
      'aws iam get-role --role-name NAME --query Role.MaxSessionDuration   (how long a session may be)',
    ],
    leftBehind: NOTHING,
  });
}
