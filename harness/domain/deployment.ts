import type { Arm } from './arm.ts';
import type { ProofKeys } from './probe-wire.ts';
import type { Secret } from './secret.ts';

export interface DeployedFunction extends Arm {
  readonly functionName: string;
  readonly logGroup: string;
}

/** What the run's targets are called and how they are reached. */
export interface DeployedTargets {
  readonly internetUrl: string;
  readonly echoUrl: string;
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly proofKeys: ProofKeys;
  /** DNS names of interface endpoints, by the scenario that reaches S3 through one, twins included. */
  readonly s3EndpointNames: Readonly<Record<string, string>>;
  /** Absent when no scenario of the run asks for RDS. */
  readonly rds?: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: Secret;
    readonly caPem: string;
  };
}

/** What the path proof is judged against. */
export interface PathFacts {
  /** Public addresses of the run's NAT gateways, by scenario. */
  readonly natAddresses: Readonly<Record<string, readonly string[]>>;
  /** IPv4 ranges of the function subnets, by scenario (`10.0.1.0/24`). */
  readonly functionSubnets: Readonly<Record<string, readonly string[]>>;
}

/** One stored setting in which two functions of the run differ. */
export interface ConfigurationDifference {
  readonly setting: string;
  /** By function name; environment values appear as SHA-256. */
  readonly values: Readonly<Record<string, string>>;
}

/** Proof that the functions matched: what was compared, and what differed although it may not. */
export interface ConfigurationDiff {
  readonly compared: readonly string[];
  /** Name, VpcConfig, and between targets the handler. */
  readonly allowed: readonly ConfigurationDifference[];
  /** Anything here stops the run. */
  readonly unexpected: readonly ConfigurationDifference[];
}

/** A run's resources, ready to be measured. */
export interface Deployment {
  readonly runId: string;
  readonly region: string;
  readonly accountId: string;
  readonly functions: readonly DeployedFunction[];
  readonly targets: DeployedTargets;
  readonly pathFacts: PathFacts;
  readonly configurationDiff: ConfigurationDiff;
  /** Stored settings that all functions share, by dotted name; environment values appear as hashes. */
  readonly functionSettings?: Readonly<Record<string, string>>;
  readonly stackIds: readonly string[];
}
