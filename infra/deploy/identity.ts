import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type ClientOptions, controlPlane } from '../aws/client-options.ts';

/** Who a client's calls are made as. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly principalArn: string;
  /** Absent for credentials that do not end by themselves. */
  readonly credentialsExpireAt?: Date;
}

/** Asks STS; rejects with what the SDK throws: no credentials, expired ones, no way to the service. */
export async function callerIdentity(place: ClientOptions): Promise<CallerIdentity> {
  const client = new STSClient(controlPlane(place));
  try {
    const credentials = await client.config.credentials();
    const { Account: accountId = '', Arn: principalArn = '' } = await client.send(new GetCallerIdentityCommand({}));
    const { expiration } = credentials;
    return { accountId, principalArn, ...(expiration === undefined ? {} : { credentialsExpireAt: expiration }) };
  } finally {
    client.destroy();
  }
}

/** The region that the user's AWS files name for a profile (or for `AWS_PROFILE`); undefined when they name none. */
export async function regionOfProfile(profile: string | undefined): Promise<string | undefined> {
  const client = new STSClient(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } catch {
    // The SDK has one error for "no file", "no such profile" and "no region in it".
    return undefined;
  } finally {
    client.destroy();
  }
}
