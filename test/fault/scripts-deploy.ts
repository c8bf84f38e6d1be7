import { expect } from 'vitest';
import { cutting, type Ended, type FaultScript, refusal, send, unavailable, untilStack } from './fault-script.ts';

const CAUSE = 'lab: the limit of the account is reached';
const PASSED = '2020-01-01T00:00:00Z';
const SLOW_MS = 2_000;

const NEXT = /Try: (aws |npm run bench)/;

/** A resource fails; the first cause is named by resource and reason. */
function failing(resource: string, more: Pick<FaultScript, 'knobs' | 'flags'> = {}): FaultScript {
  return {
    ...more,
    knobs: { failResource: resource, failReason: CAUSE, ...more.knobs },
    says: [new RegExp(`failed at ${resource}\\.?\\n {2}Why: AWS::.*${CAUSE}`), NEXT],
  };
}

function calls(...callFaults: NonNullable<NonNullable<FaultScript['knobs']>['callFaults']>): Pick<FaultScript, 'knobs'> {
  return { knobs: { callFaults } };
}

/** The deploy took at least what was put on it. */
function expectSlow({ stderr }: Ended): void {
  const seconds = Number(/deployed \d+ functions in ([\d.]+) s/.exec(stderr)?.[1]);
  expect(seconds).toBeGreaterThanOrEqual(SLOW_MS / 1000);
}

/** Until the first call. */
export const DEPLOY_SCRIPTS: Readonly<Record<string, FaultScript>> = {
  'expired-at-start': { knobs: { credentialsExpireAt: PASSED }, says: [/ExpiredToken/, /Try: aws sso login/] },
  'wrong-secret': { env: { AWS_SECRET_ACCESS_KEY: 'not-the-one' }, says: [/SignatureDoesNotMatch/, NEXT] },
  'unknown-key': { env: { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWNUNKNOWN00' }, says: [/InvalidClientTokenId/, NEXT] },
  // The discard port: nothing of ours listens below 1024.
  'endpoint-refuses': { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, says: [/ECONNREFUSED/, NEXT] },
  'account-not-allowed': { flags: ['--allowed-accounts', '111122223333'], says: [/…0000 is not among those allowed/, /Try: /] },
  'budget-too-small': { flags: ['--budget', '0.01'], says: [/more than the budget of/, NEXT] },
  'no-confirmation': { withoutYes: true, says: [/--yes was not given/, NEXT] },
  'guard-refused': {
    knobs: { slowCreation: { 'AWS::EC2::VPC': 1_500 } },
    meanwhile: async (scene) => {
      await untilStack(scene, 'net', 'CREATE_IN_PROGRESS');
      await scene.stage.change({ callFaults: [refusal('cloudformation', 'CreateStack')] });
    },
    says: [/-guard cannot be created/, /CreateStack is not allowed/, NEXT],
  },
  'guard-fails': failing('DeletePaid'),
  'net-refused': {
    ...calls(refusal('cloudformation', 'CreateStack')),
    says: [/-net cannot be created/, /CreateStack is not allowed/, NEXT],
  },
  'net-503': calls(unavailable('cloudformation', 'CreateStack')),
  'net-cut': calls(cutting('cloudformation', 'CreateStack', 'after-effect')),
  'net-resource-fails': failing('PublicSubnet'),
  'net-second-cause': failing('Vpc', {
    knobs: {
      slowCreation: { Vpc: 500, FunctionRole: 5_000, Bucket: 5_000 },
      secondCause: { cancelled: 'before', resource: 'FunctionRole', reason: 'lab: not the cause' },
    },
  }),
  'describe-503': calls(unavailable('cloudformation', 'DescribeStacks', 5)),
  'upload-503': calls(unavailable('s3', 'PutObject')),
  'upload-refused': { ...calls(refusal('s3', 'PutObject')), says: [/cannot be uploaded/, /PutObject is not allowed/, NEXT] },
  'nat-fails': failing('NatGateway'),
  'database-fails': failing('Database', { flags: ['--targets', 'rds'] }),
  'database-slow': { flags: ['--targets', 'rds'], knobs: { slowCreation: { Database: SLOW_MS } }, met: expectSlow },
  'function-fails': failing('FunctionVpcNatInternet'),
  'function-slow': { knobs: { pendingMs: SLOW_MS }, met: expectSlow },
  'ready-503': calls(unavailable('lambda', 'GetFunction')),
  'ready-refused': { ...calls(refusal('lambda', 'GetFunction')), says: [/GetFunction/, /is not allowed/, NEXT] },
  'interrupt-net': {
    process: true,
    knobs: { slowCreation: { 'AWS::EC2::VPC': SLOW_MS } },
    meanwhile: async (scene) => {
      await untilStack(scene, 'net', 'CREATE_IN_PROGRESS');
      send(scene, 'SIGINT');
    },
    says: [/stopping:/, /removing what was deployed/],
  },
  'interrupt-paid': {
    process: true,
    knobs: { slowCreation: { NatGateway: SLOW_MS } },
    meanwhile: async (scene) => {
      await untilStack(scene, 'paid', 'CREATE_IN_PROGRESS');
      send(scene, 'SIGINT');
    },
    says: [/stopping:/, /removing what was deployed/],
  },
  'kill-paid': {
    process: true,
    knobs: { slowCreation: { NatGateway: SLOW_MS } },
    meanwhile: async (scene) => {
      await untilStack(scene, 'paid', 'CREATE_IN_PROGRESS');
      send(scene, 'SIGKILL');
    },
  },
};
