/** A function's stored configuration, in AWS's words; `GetFunction` describes all of it back. */
export interface FunctionConfiguration {
  readonly functionName: string;
  readonly functionArn: string;
  readonly runtime: string;
  readonly role: string;
  readonly handler: string;
  readonly description: string;
  readonly codeSize: number;
  /** Base64 of the zip's SHA-256. */
  readonly codeSha256: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb: number;
  readonly architecture: 'arm64' | 'x86_64';
  readonly environment: Readonly<Record<string, string>>;
  readonly vpcConfig?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[]; readonly vpcId: string };
  readonly logging: {
    readonly format: 'Text' | 'JSON';
    readonly group: string;
    readonly systemLogLevel?: 'DEBUG' | 'INFO' | 'WARN';
    readonly applicationLogLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  };
  readonly state: 'Pending' | 'Active' | 'Failed';
  readonly lastUpdateStatus: 'InProgress' | 'Successful' | 'Failed';
  readonly revisionId: string;
  readonly lastModified: string;
  readonly runtimeVersionArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What UpdateFunctionConfiguration may change here; anything else is refused by name. */
export interface ConfigurationChange {
  readonly environment?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly timeoutSeconds?: number;
  readonly memorySizeMb?: number;
  /** Explicitly empty lists detach the function from its VPC. */
  readonly vpcConfig?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  readonly revisionId?: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly functionError?: 'Unhandled';
  /** Last 4 KB of the log of this invocation. */
  readonly tail: Uint8Array;
}

/** When Lambda gives a function another version of its runtime. The lab has one version, so none of them changes anything. */
export interface RuntimeManagement {
  readonly updateOn: 'Auto' | 'FunctionUpdate' | 'Manual';
  /** Always and only with `Manual`. */
  readonly runtimeVersionArn?: string;
}

/** What GetAccountSettings tells. */
export interface LambdaAccount {
  /** Calls that the account may have out at once; nothing is reserved. */
  readonly concurrency: number;
  readonly functionCount: number;
  readonly codeBytes: number;
}

/** Lambda, behind its wire protocol. All throw `Refusal` in AWS's words. */
export interface FunctionService {
  /** By name. */
  list(): readonly FunctionConfiguration[];
  account(): LambdaAccount;
  runtimeManagement(functionName: string): RuntimeManagement;
  setRuntimeManagement(functionName: string, management: RuntimeManagement): void;
  /** Resolves when its environments are gone; interfaces in a VPC may stay longer. One that is not there is no error. */
  delete(functionName: string): Promise<void>;
  get(functionName: string): FunctionConfiguration;
  updateConfiguration(functionName: string, change: ConfigurationChange): FunctionConfiguration;
  invoke(functionName: string, payload: Uint8Array): Promise<Invocation>;
}

export interface StoredLogEvent {
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  readonly timestampMs: number;
  readonly ingestionTimeMs: number;
  readonly message: string;
}

/** A log group, as DescribeLogGroups shows it. */
export interface LogGroupView {
  readonly name: string;
  readonly createdMs: number;
  /** Absent: events stay for ever. */
  readonly retentionDays?: number;
  readonly storedBytes: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** CloudWatch Logs, behind its wire protocol; only events whose delivery time has come. Throws `Refusal`. */
export interface LogService {
  /** By name. */
  groups(): readonly LogGroupView[];
  /** A group that is not there is not an error. */
  deleteGroup(name: string): void;
  streamEvents(group: string, stream: string, range: { readonly startMs?: number; readonly endMs?: number }): readonly StoredLogEvent[];
  /** `pattern` as FilterLogEvents takes it: a quoted or bare term, or `{ $.path = "value" }`. */
  filterEvents(
    group: string,
    query: {
      readonly startMs?: number;
      readonly endMs?: number;
      readonly pattern?: string;
      readonly streams?: readonly string[];
      readonly streamPrefix?: string;
    },
  ): readonly StoredLogEvent[];
}
