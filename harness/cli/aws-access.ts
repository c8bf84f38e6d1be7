import type { ClientOptions } from '../../infra/aws/client-options.ts';
import { readServiceError } from '../../infra/aws/service-error.ts';
import { callerIdentity, regionOfProfile } from '../../infra/deploy/identity.ts';
import { maskedAccount } from '../domain/deployment-state.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { CommandIo } from './io.ts';
import { usageError } from './run-plan.ts';
import { WAITINGS, type Waiting } from './waiting-times.ts';

/** What a command line says about the account. */
export interface AwsFlags {
  readonly profile?: string;
  readonly region?: string;
  /** Whose waiting times apply, `aws` or `lab`; the lab's only at an endpoint of one's own. */
  readonly waiting?: string;
}

/** How the account is reached. */
export interface AwsAccess {
  readonly client: ClientOptions;
  readonly region: string;
  /** Of `AWS_ENDPOINT_URL`; absent: AWS itself. */
  readonly endpoint?: string;
  /** Whose waiting times apply; absent: AWS's. */
  readonly waiting?: Waiting;
}

/** Who acts there. */
export interface AwsIdentity {
  readonly accountId: string;
  /** `…4821` */
  readonly accountMasked: string;
  readonly principalArn: string;
  /** Absent for credentials that do not end by themselves. */
  readonly credentialsExpireAt?: Date;
}

const NOTHING = 'Nothing was started.';
const REGION_FORM = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/**
 * Finds out region and endpoint: `--region`, then `AWS_REGION`, `AWS_DEFAULT_REGION`, then the profile's. Asks nobody yet. Throws
 * `BenchError` (exit 4) where no region is named, or something that is none, and (exit 2) where waiting times are asked for that do not fit.
 */
export async function openAwsAccess(flags: AwsFlags, io: Pick<CommandIo, 'env'>): Promise<AwsAccess> {
  const { env } = io;
  const endpoint = env['AWS_ENDPOINT_URL'] || undefined;
  const waiting = parseWaiting(flags.waiting, endpoint);
  const named = flags.region || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  const region = named || (await regionOfProfile(flags.profile));
  if (region === undefined) {
    throw unready('No AWS region is named.', 'neither --region nor AWS_REGION, AWS_DEFAULT_REGION or the profile names one', [
      'npm run bench -- --backend aws --region eu-central-1',
      'aws configure set region eu-central-1',
    ]);
  }
  if (!REGION_FORM.test(region)) {
    throw unready(`"${region}" is no AWS region.`, 'a region reads like eu-central-1', [
      'npm run bench -- --backend aws --region eu-central-1',
    ]);
  }
  return {
    // The endpoint is the SDK's own to find, but S3 must know of it to put the bucket's name into the path.
    client: { region, ...(endpoint === undefined ? {} : { endpoint }), ...(flags.profile === undefined ? {} : { profile: flags.profile }) },
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(waiting === undefined ? {} : { waiting }),
  };
}

/** AWS takes minutes where the lab takes none: who waits for it as for the lab gives up on what is under way. */
function parseWaiting(text: string | undefined, endpoint: string | undefined): Waiting | undefined {
  if (text === undefined) return undefined;
  const refused = (message: string): BenchError => usageError([{ flag: '--waiting', message }]);
  const waiting = WAITINGS.find((known) => known === text);
  if (waiting === undefined) throw refused(`must be ${WAITINGS.join(' or ')}, got "${text}"`);
  if (endpoint === undefined) throw refused('only with AWS_ENDPOINT_URL: AWS itself is waited for as AWS');
  return waiting;
}

/** Asks STS who these credentials are. Throws `BenchError` (exit 4) when there are none, or they are refused or cannot be tried. */
export async function readIdentity(access: AwsAccess): Promise<AwsIdentity> {
  try {
    const identity = await callerIdentity(access.client);
    return { ...identity, accountMasked: maskedAccount(identity.accountId) };
  } catch (thrown) {
    const { name, message } = readServiceError(thrown);
    const profile = access.client.profile === undefined ? '' : ` --profile ${access.client.profile}`;
    const login = name === 'CredentialsProviderError' ? 'aws configure' : 'aws sso login';
    throw unready('The AWS account cannot be used with these credentials.', `${name}: ${message}`, [
      `aws sts get-caller-identity${profile}`,
      `${login}${profile}`,
      'npm run bench -- doctor',
    ]);
  }
}

function unready(what: string, why: string, tryCommands: readonly string[]): BenchError {
  return new BenchError({ exitCode: EXIT_CODES.environment, what, why, tryCommands, leftBehind: NOTHING });
}
