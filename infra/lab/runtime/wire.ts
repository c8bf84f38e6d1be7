import type { InitializationType } from '../faults/knobs.ts';

/** Where a function's environments stand in the network. Equal keys may share a slot, one after the other. */
export interface DeployedNetwork {
  /** `default`, or subnets and security groups in a fixed order. */
  readonly key: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** Keys of the function's role, as the environment gets them. */
export interface DeployedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a function's lines are written and which of the platform's own are. */
export interface DeployedLogging {
  readonly format: 'Text' | 'JSON';
  readonly group: string;
  readonly systemLogLevel: 'DEBUG' | 'INFO' | 'WARN';
  readonly applicationLogLevel: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
}

/** One generation of a function: all that its environments are made from. Immutable; an update makes the next one. */
export interface Deployment {
  readonly functionName: string;
  readonly functionArn: string;
  readonly region: string;
  readonly generation: number;
  readonly runtime: string;
  readonly runtimeVersion: string;
  readonly runtimeVersionArn: string;
  readonly handler: string;
  readonly codeFolder: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly credentials: DeployedCredentials;
  readonly logging: DeployedLogging;
  readonly network: DeployedNetwork;
  /** As which initialisation the platform's lines tell it. */
  readonly initializationType: InitializationType;
  /** File with the CA certificates that the platform's trust store has beside the public ones; absent: none. */
  readonly publicCaFile?: string;
}

/** A network namespace that a function may use for its environments. */
export interface SlotPlace {
  readonly interfaceId: string;
  /** Absent: the network of the runtime process itself, for tests that need no kernel. */
  readonly namespace?: string;
  /** Availability zone id, e.g. `use1-az1`. */
  readonly zoneId: string;
}

/** Control → runtime `route`: from now on this generation answers; idle environments of older ones may for `lagMs` more. */
export interface RouteRequest {
  readonly deployment: Deployment;
  readonly lagMs: number;
}

/** Control → runtime `slot`: a place to keep for the function; answered when its Runtime API listens. */
export interface SlotRequest {
  readonly functionName: string;
  readonly networkKey: string;
  readonly place: SlotPlace;
}

/** Control → runtime `invoke`. The payload is JSON text. */
export interface InvokeRequest {
  readonly functionName: string;
  readonly requestId: string;
  readonly payload: string;
}

/** What an invocation came to. The tail is base64, because a cut at 4096 bytes may split a character. */
export interface InvokeAnswer {
  readonly payload: string;
  readonly functionError?: 'Unhandled';
  readonly tailBase64: string;
}

/** Runtime → control `attach`: one more place in the network of the function. Answered with a `SlotPlace`. */
export interface AttachRequest {
  readonly functionName: string;
  readonly network: DeployedNetwork;
}

/** One line of a function's log; milliseconds since the epoch. */
export interface LogLine {
  readonly timestampMs: number;
  readonly message: string;
}

/** Runtime → control `logs`: lines of one stream, complete at `endMs` (since the epoch). */
export interface LogDelivery {
  readonly group: string;
  readonly stream: string;
  readonly endMs: number;
  readonly lines: readonly LogLine[];
}
