import type { AccessKey, Account } from '../account/identity.ts';
import type { PhaseDelays } from '../faults/knobs.ts';
import type { ServerCertificate } from '../server-certificate.ts';

/** What the S3 process needs before it can listen. */
export interface S3Setup {
  readonly account: Account;
  /** The object store's folder, shared with the control process. */
  readonly storeFolder: string;
  /** For `s3.<region>.amazonaws.com` and `*.s3.<region>.amazonaws.com`; at least one. */
  readonly certificates: readonly ServerCertificate[];
  readonly keys: readonly AccessKey[];
  readonly delays: PhaseDelays;
}

/** What the control process asks of the S3 process, by kind. */
export interface S3Requests {
  /** First of all, once. */
  readonly 'set-up': S3Setup;
  readonly listen: {
    readonly namespace: string;
    readonly address: string;
    readonly vpcEndpointId?: string;
    /** Beside those of the set-up. */
    readonly certificate?: ServerCertificate;
  };
  /** All that listens in a namespace; nothing there is fine. */
  readonly close: { readonly namespace: string };
  /** All keys that may sign from now on. */
  readonly 'set-keys': { readonly keys: readonly AccessKey[] };
  readonly 'set-delays': { readonly delays: PhaseDelays };
  readonly counts: Record<string, never>;
}

/** Since the start. */
export interface S3Counts {
  readonly requests: number;
  /** Requests answered with InternalError. */
  readonly faults: number;
}
