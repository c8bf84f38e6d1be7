import type { Connection } from './cell.ts';

/** Version of the event and the answer; a probe refuses another one by name. */
export const PROBE_WIRE_VERSION = 2;

/**
 * The timed parts of a probe's operation, in the order in which they happen. An operation has those
 * that occurred: a reused connection has no `dns`, `connect`, `tls`, `auth`; HTTPS has no `auth`, `query`;
 * PostgreSQL has no `ttfb`, `body`. Stamps are contiguous, so phases sum to the total exactly.
 */
export const PROBE_PHASES = ['dns', 'connect', 'tls', 'auth', 'ttfb', 'query', 'body'] as const;
export type ProbePhase = (typeof PROBE_PHASES)[number];

/** How an operation failed. The first four, before any authenticated answer, mean that the path is blocked. */
export const PROBE_ERROR_CLASSES = [
  'timeout',
  'unreachable',
  'refused',
  'dns',
  'reset',
  'tls',
  'denied',
  'protocol',
  'conn-stale',
] as const;
export type ProbeErrorClass = (typeof PROBE_ERROR_CLASSES)[number];

export interface InternetProbeTarget {
  readonly kind: 'internet';
  /** Timed: HTTPS GET, any status below 500 is an answer. */
  readonly url: string;
  /** Proof only: answers with the caller's IPv4 address as text. */
  readonly echoUrl: string;
}

/** Keys of the proof objects: on each way to S3 exactly one can be read, which names the way. */
export interface ProofKeys {
  /** Through the run's gateway endpoint. */
  readonly vpcEndpoint: string;
  /** Through the run's interface endpoint. */
  readonly interfaceEndpoint: string;
  /** From the NAT gateway's address. */
  readonly sourceIp: string;
  /** On any other way. */
  readonly neither: string;
}

export interface S3ProbeTarget {
  readonly kind: 's3';
  readonly region: string;
  readonly bucket: string;
  /** Timed: GetObject of this key (1 KiB). */
  readonly key: string;
  /** DNS name of an interface endpoint, `vpce-….s3.<region>.vpce.amazonaws.com`; absent: the region's own endpoint. */
  readonly endpointName?: string;
  readonly proofKeys: ProofKeys;
}

export interface RdsProbeTarget {
  readonly kind: 'rds';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** The one CA certificate that applies, PEM. Verification is never off. */
  readonly caPem: string;
}

export type ProbeTarget = InternetProbeTarget | S3ProbeTarget | RdsProbeTarget;

/** What the driver sends to a function. */
export interface ProbeEvent {
  readonly version: typeof PROBE_WIRE_VERSION;
  readonly callId: string;
  /** `new`: own socket, full handshake, closed after unless `keep`. `reused`: the kept connection, else `conn-stale`. */
  readonly connection: Connection;
  /** Keep this `new` connection open as the one that later `reused` calls of this environment use. */
  readonly keep: boolean;
  /** After the timed operation, also prove the path, on connections of its own. */
  readonly prove: boolean;
  /** Bound on each phase, and on each proof request as a whole; milliseconds, 100 … 30 000. */
  readonly phaseTimeoutMs: number;
  readonly target: ProbeTarget;
}

/** Nanoseconds on the wire: whole numbers, of the function's own monotonic clock. */
export type ProbePhases = { readonly [phase in ProbePhase]?: number };

export type ProbeResult =
  | {
      readonly kind: 'ok';
      readonly phases: ProbePhases;
      readonly totalNs: number;
      /** Absent on a reused connection. */
      readonly tlsResumed?: boolean;
      readonly localAddress: string;
      readonly remoteAddress: string;
    }
  | {
      readonly kind: 'error';
      readonly class: ProbeErrorClass;
      readonly phase: ProbePhase;
      /** At most 200 characters, printable ASCII. */
      readonly message: string;
      /** The phases that had ended before the failing one. */
      readonly phases: ProbePhases;
      readonly elapsedNs: number;
      readonly remoteAddress?: string;
    };

/** What the proof saw; the driver, which knows the expectation, judges it. */
export type ProbeProof =
  | { readonly kind: 'internet'; readonly seenAddress: string }
  | { readonly kind: 'rds'; readonly seenAddress: string }
  | ({ readonly kind: 's3' } & { readonly [Key in keyof ProofKeys]: boolean })
  | { readonly kind: 'failed'; readonly class: ProbeErrorClass; readonly phase: ProbePhase; readonly message: string };

/** What a function answers. */
export interface ProbeAnswer {
  readonly version: typeof PROBE_WIRE_VERSION;
  readonly callId: string;
  /** The fixed-width nonce from the environment variable `LNB_NONCE`: proves which configuration served. */
  readonly nonce: string;
  /** Made at module load: one per execution environment. */
  readonly environmentId: string;
  /** True in the first invocation of this environment only. */
  readonly first: boolean;
  /** End of module load → handler entry; only in the first invocation. More than 100 ms means `preinit`. */
  readonly initGapNs?: number;
  /** Begin of the bundle's evaluation → its end; only in the first invocation. */
  readonly moduleNs?: number;
  readonly requestId: string;
  readonly logStream?: string;
  /** Id of the environment's zone (`euc1-az2`); only with a proof, and absent where the platform tells none. */
  readonly azId?: string;
  readonly result: ProbeResult;
  readonly proof?: ProbeProof;
}

/** The environment variable that carries the nonce. */
export const NONCE_VARIABLE = 'LNB_NONCE';
