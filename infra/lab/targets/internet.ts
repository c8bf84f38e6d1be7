import { type CertificateAuthority, issue } from '../certificates.ts';
import type { PhaseDelays } from '../faults/knobs.ts';
import { openChannel } from '../kernel/channel.ts';
import { spawnLabProcess } from '../kernel/node-process.ts';
import { stopProcess } from '../kernel/stop-process.ts';
import type { InternetNames } from './internet-answer.ts';
import type { InternetRequests } from './internet-requests.ts';

export interface InternetOptions {
  /** The public host that carries the server. */
  readonly host: { readonly namespace: string; readonly address: string };
  /** Signs for all names. */
  readonly authority: CertificateAuthority;
  /** See `internetNames`. */
  readonly names: InternetNames;
  readonly delays: PhaseDelays;
}

/** The running server, as the control process holds it. */
export interface InternetTarget {
  /** All names that must resolve to the host's address. */
  readonly dnsNames: readonly string[];
  /** `tlsHandshake`, `firstByte` and `lastByte` hold from the next connection or request on. */
  setDelays(delays: PhaseDelays): Promise<void>;
  close(): Promise<void>;
}

/** The names that the probe asks by default in `region`, and `more` that shall answer `/ping` too. */
export function internetNames(region: string, more: readonly string[] = []): InternetNames {
  return { ping: [`dynamodb.${region}.amazonaws.com`, ...more], echo: ['checkip.amazonaws.com'] };
}

/** Starts the server in a process of its own. Rejects with the reason when it cannot listen; nothing is left then. */
export async function startInternet(options: InternetOptions): Promise<InternetTarget> {
  const dnsNames = [...options.names.ping, ...options.names.echo];
  // One certificate a name: a client that asks by the wrong name must see that.
  const certificates = await Promise.all(dnsNames.map((name) => issue(options.authority, [name])));
  const child = spawnLabProcess('internet');
  const channel = openChannel(child);
  const ask = <Kind extends keyof InternetRequests>(kind: Kind, body: InternetRequests[Kind]): Promise<void> => channel.request(kind, body);
  try {
    await ask('start', { ...options.host, certificates, names: options.names, delays: options.delays });
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
  return { dnsNames, setDelays: (delays) => ask('delays', delays), close: () => stopProcess(child) };
}
