import type { AccessKey, Account } from '../../infra/lab/account/identity.ts';
import type { WireService } from '../../infra/lab/api/protocol/wire.ts';
import type { S3Handler } from '../../infra/lab/api/s3-handler.ts';
import { startApi } from '../../infra/lab/api/server.ts';
import { type Authority, NO_POLICIES } from '../../infra/lab/authorization/authority.ts';
import { newCountdown } from '../../infra/lab/faults/countdown.ts';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import type { FunctionConfiguration, FunctionService, LogService } from '../../infra/lab/runtime/service.ts';
import type { StackService } from '../../infra/lab/stack/service.ts';

export const ACCOUNT: Account = { accountId: '111122223333', region: 'eu-central-1', zones: ['eu-central-1a', 'eu-central-1b'] };

export const KEY: AccessKey = {
  accessKeyId: 'AKIALABLABLABLABLAB0',
  secretAccessKey: 'a/secret+with/odd=characters',
  principalArn: 'arn:aws:iam::111122223333:user/bench',
};

export const SESSION_KEY: AccessKey = {
  accessKeyId: 'ASIALABLABLABLABLAB1',
  secretAccessKey: 'another secret',
  sessionToken: 'a/token+of=a/session==',
  principalArn: 'arn:aws:sts::111122223333:assumed-role/probe/session-1',
};

export const LAB_TOKEN = 'lab-token';

/** A function as the fakes describe it. */
export const FUNCTION: FunctionConfiguration = {
  functionName: 'vpc-nat-internet',
  functionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:vpc-nat-internet',
  runtime: 'nodejs22.x',
  role: 'arn:aws:iam::111122223333:role/probe',
  handler: 'internet.handler',
  description: 'a <probe> & more',
  codeSize: 660_000,
  codeSha256: 'q1w2e3r4t5y6u7i8o9p0==',
  timeoutSeconds: 30,
  memorySizeMb: 1769,
  ephemeralStorageMb: 512,
  architecture: 'x86_64',
  environment: { NONCE: '0001', UMLAUT: 'é 中 🙂' },
  vpcConfig: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'], vpcId: 'vpc-1' },
  logging: { format: 'JSON', group: '/aws/lambda/vpc-nat-internet', systemLogLevel: 'DEBUG', applicationLogLevel: 'INFO' },
  state: 'Active',
  lastUpdateStatus: 'Successful',
  revisionId: 'revision-1',
  lastModified: '2026-11-23T10:00:00.000+0000',
  runtimeVersionArn: 'arn:aws:lambda:eu-central-1::runtime:0001',
  tags: { project: 'bench' },
};

export interface FakeApiOptions {
  readonly stacks?: Partial<StackService>;
  readonly functions?: Partial<FunctionService>;
  readonly logs?: Partial<LogService>;
  readonly s3?: Partial<S3Handler>;
  /** Further services by signing name, e.g. `ec2`. */
  readonly wire?: Readonly<Record<string, WireService>>;
  /** Added to the machine's time. */
  readonly skewMs?: () => number;
  readonly port?: number;
  readonly facts?: object;
  readonly authority?: Authority;
  readonly knobs?: Partial<LabKnobs>;
}

export interface FakeApi {
  readonly port: number;
  readonly endpoint: string;
  /** What every SDK client of a test is built with. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly faults: readonly unknown[];
  readonly knobs: LabKnobs;
  /** Moves the rate limit's clock. */
  advance(ms: number): void;
  close(): Promise<void>;
}

function unexpected(): never {
  throw new Error('a port was called that the test does not expect');
}

/** The real server with fakes behind it; a port that a test does not give fails the call as an internal error. */
export async function startFakeApi(options: FakeApiOptions = {}): Promise<FakeApi> {
  const faults: unknown[] = [];
  const countdown = newCountdown();
  let knobs: LabKnobs = { ...DEFAULT_KNOBS, ...options.knobs };
  let monotonicMs = 0;
  let requests = 0;
  const api = await startApi({
    host: '127.0.0.1',
    port: options.port ?? 0,
    account: ACCOUNT,
    keys: [KEY, SESSION_KEY],
    services: {
      stacks: {
        create: unexpected,
        delete: unexpected,
        describe: unexpected,
        events: unexpected,
        resources: unexpected,
        ...options.stacks,
      },
      functions: {
        list: unexpected,
        account: unexpected,
        runtimeManagement: unexpected,
        setRuntimeManagement: unexpected,
        delete: unexpected,
        get: unexpected,
        updateConfiguration: unexpected,
        invoke: unexpected,
        ...options.functions,
      },
      logs: { groups: unexpected, deleteGroup: unexpected, streamEvents: unexpected, filterEvents: unexpected, ...options.logs },
      s3: { handle: unexpected, refuse: unexpected, ...options.s3 },
      wire: options.wire ?? {},
    },
    admin: {
      token: LAB_TOKEN,
      knobs: () => knobs,
      setKnobs: (next) => {
        knobs = next;
      },
      facts: () => options.facts ?? {},
      achievedDelays: async (since, handshakes) => ({ since, handshakes }),
    },
    countdown,
    authority: options.authority ?? NO_POLICIES,
    clock: { epochMs: () => Date.now() + (options.skewMs?.() ?? 0), monotonicMs: () => monotonicMs },
    newRequestId: () => {
      requests += 1;
      return `request-${requests}`;
    },
    onFault: (fault) => faults.push(fault),
  });
  const endpoint = `http://127.0.0.1:${api.port}`;
  return {
    port: api.port,
    endpoint,
    client: {
      endpoint,
      region: ACCOUNT.region,
      credentials: { accessKeyId: KEY.accessKeyId, secretAccessKey: KEY.secretAccessKey },
      maxAttempts: 1,
    },
    faults,
    get knobs() {
      return knobs;
    },
    advance: (ms) => {
      monotonicMs += ms;
    },
    close: () => api.close(),
  };
}

/** The error that a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<Error & { readonly $metadata?: { readonly httpStatusCode?: number } }> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('nothing was refused');
}
