import type { PhaseDelays } from '../faults/knobs.ts';
import type { ServerCertificate } from '../server-certificate.ts';
import type { InternetNames } from './internet-answer.ts';

/** What the control process asks of the internet process: kind → body. */
export interface InternetRequests {
  /** Serve HTTPS on `address`:443 in `namespace`; once. */
  readonly start: {
    readonly namespace: string;
    readonly address: string;
    readonly certificates: readonly ServerCertificate[];
    readonly names: InternetNames;
    readonly delays: PhaseDelays;
  };
  readonly delays: PhaseDelays;
}
