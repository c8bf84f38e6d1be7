import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { RDSClient } from '@aws-sdk/client-rds';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { Secret } from '../../harness/domain/secret.ts';
import { type ClientOptions, controlPlane } from '../aws/client-options.ts';
import { type FunctionControl, newControlClient } from '../aws/cold-forcer.ts';
import type { LogGroupControl } from '../aws/log-groups.ts';
import { newLogsClient } from '../aws/log-reader.ts';
import type { RuntimeControl } from '../aws/runtime-pin.ts';
import { DEFAULT_FUNCTION_OPTIONS, type FunctionOptions } from '../template/fn.ts';

export type NetworkClient = Pick<EC2Client, 'send'>;

/** The services that a deploy talks to; none of their calls is timed. */
export interface DeployClients {
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly s3: Pick<S3Client, 'send'>;
  readonly sts: Pick<STSClient, 'send'>;
  readonly lambda: FunctionControl & RuntimeControl;
  readonly ec2: NetworkClient;
  readonly rds: Pick<RDSClient, 'send'>;
  readonly tagging: Pick<ResourceGroupsTaggingAPIClient, 'send'>;
  readonly logs: LogGroupControl;
}

/** Waiting times, milliseconds. Lab and AWS differ here. */
export interface DeployTimes {
  /** Between two looks at the stacks, all of them in one go. */
  readonly stackPollMs: number;
  /** Between two looks at one function that is not ready. */
  readonly functionPollMs: number;
  /** For one stack's creation. */
  readonly createMs: number;
  /** For one stack's deletion, each attempt. A VPC goes only when Lambda has given its interfaces back. */
  readonly deleteMs: number;
  /** For the functions, after their stack is complete. */
  readonly readyMs: number;
  /** For the functions to leave their VPC. */
  readonly detachMs: number;
  /** Between two looks at Lambda's network interfaces. */
  readonly interfacePollMs: number;
  /** For Lambda to give its interfaces back, after the functions are gone. */
  readonly interfacesMs: number;
  /** For one resource that is deleted by itself: a NAT gateway, a DB instance. */
  readonly resourceMs: number;
}

export const LAB_DEPLOY_TIMES: DeployTimes = {
  stackPollMs: 50,
  functionPollMs: 20,
  createMs: 120_000,
  deleteMs: 60_000,
  readyMs: 30_000,
  detachMs: 10_000,
  interfacePollMs: 50,
  interfacesMs: 30_000,
  resourceMs: 30_000,
};

/** CloudFormation throttles an account that looks more often; a DB instance takes minutes, network interfaces up to 45. */
export const AWS_DEPLOY_TIMES: DeployTimes = {
  stackPollMs: 6_000,
  functionPollMs: 1_000,
  createMs: 30 * 60_000,
  deleteMs: 60 * 60_000,
  readyMs: 10 * 60_000,
  detachMs: 5 * 60_000,
  interfacePollMs: 15_000,
  interfacesMs: 45 * 60_000,
  resourceMs: 20 * 60_000,
};

/** Everything about a deploy that the plan does not say. */
export interface DeployOptions {
  readonly region: string;
  readonly times: DeployTimes;
  readonly toolVersion: string;
  /** When the account's guard begins to remove the run, and `sweep --expired` may; goes into the tag `lnb:expires`. */
  readonly expiresAt: Date | 'never';
  /** The deployment shall stay after its run; goes into the tag `lnb:kept`. */
  readonly keep: boolean;
  /** Where the place is, for the run's state; absent: AWS itself. */
  readonly endpoint?: string;
  readonly functions: FunctionOptions;
  /** US dollars an hour by resource type (`AWS::EC2::NatGateway`), for what a teardown leaves; empty where nothing is billed. */
  readonly hourlyUsd: Readonly<Record<string, number>>;
  /** PEM of the CA that signs the DB instance's certificate; absent on AWS, whose CA is chosen by region. */
  readonly rdsCaPem?: string;
  /** Master password of the DB instance; absent: drawn, and known to nobody after the run. */
  readonly databasePassword?: Secret;
  /** Timed by internet probes; absent: DynamoDB's `/ping` of the region. */
  readonly internetUrl?: string;
  /** Tells the caller's address; absent: AWS's own. */
  readonly echoUrl?: string;
}

type Settled = 'region' | 'times' | 'toolVersion' | 'expiresAt';

/** Options with what is usual; `times` decides between lab and AWS. There is no usual end: who deploys says it. */
export function deployOptions(given: Pick<DeployOptions, Settled> & Partial<Omit<DeployOptions, Settled>>): DeployOptions {
  return { keep: false, functions: DEFAULT_FUNCTION_OPTIONS, hourlyUsd: {}, ...given };
}

/** Clients for one place. An own endpoint is one host for all buckets, so their names go into the path. */
export function newDeployClients(place: ClientOptions): DeployClients {
  const configuration = controlPlane(place);
  return {
    cloudFormation: new CloudFormationClient(configuration),
    s3: new S3Client({ ...configuration, forcePathStyle: place.endpoint !== undefined }),
    sts: new STSClient(configuration),
    lambda: newControlClient(place),
    ec2: new EC2Client(configuration),
    rds: new RDSClient(configuration),
    tagging: new ResourceGroupsTaggingAPIClient(configuration),
    logs: newLogsClient(place),
  };
}

/** What internet probes time where nothing else is asked for. */
export function defaultInternetUrl(region: string): string {
  return `https://dynamodb.${region}.amazonaws.com/ping`;
}

/** What tells internet probes their own address where nothing else is asked for. */
export const DEFAULT_ECHO_URL = 'https://checkip.amazonaws.com/';
