import type { Secret } from '../../harness/domain/secret.ts';

/** Keys for one place; the lab makes them anew at each start. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

/**
 * Where a client talks to. Lab and AWS differ here and in waiting times, nowhere else. Without `endpoint` the SDK
 * goes to AWS, or to `AWS_ENDPOINT_URL`; without `credentials` it takes its own default chain.
 */
export interface ClientOptions {
  readonly region: string;
  /** `http://127.0.0.1:<port>` in the lab. */
  readonly endpoint?: string;
  readonly credentials?: AccessKeys;
  /** Name of a profile in the user's AWS files, for credentials; absent: `AWS_PROFILE` or the default one. */
  readonly profile?: string;
}

/** How often a client of the control plane tries: throttling and broken connections are ordinary there. */
export const CONTROL_ATTEMPTS = 6;

/** Milliseconds until a control-plane client gives up on one attempt; the SDK's own default is never. */
const CONTROL_TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** The part of an SDK client's configuration that says where it talks to. */
export function placeOf(options: ClientOptions): {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  profile?: string;
} {
  const { region, endpoint, credentials, profile } = options;
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials: revealed(credentials) }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** Configuration of a client whose calls nobody times: retries with back-off, and bounds on every attempt. */
export function controlPlane(options: ClientOptions): ReturnType<typeof placeOf> & {
  maxAttempts: number;
  requestHandler: typeof CONTROL_TIMEOUTS;
} {
  return { ...placeOf(options), maxAttempts: CONTROL_ATTEMPTS, requestHandler: CONTROL_TIMEOUTS };
}

function revealed(keys: AccessKeys): { accessKeyId: string; secretAccessKey: string; sessionToken?: string } {
  return {
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey.reveal(),
    ...(keys.sessionToken === undefined ? {} : { sessionToken: keys.sessionToken.reveal() }),
  };
}
