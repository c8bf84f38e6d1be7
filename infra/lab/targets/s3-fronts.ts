import type { AccessKey } from '../account/identity.ts';
import { type CertificateAuthority, issue } from '../certificates.ts';
import type { PhaseDelays } from '../faults/knobs.ts';
import { openChannel } from '../kernel/channel.ts';
import { spawnLabProcess } from '../kernel/node-process.ts';
import { stopProcess } from '../kernel/stop-process.ts';
import type { S3Fronts } from '../realise/fabric.ts';
import type { S3Counts, S3Requests, S3Setup } from './s3-requests.ts';

/** The S3 process as the control process holds it. */
export interface LabS3Fronts extends S3Fronts {
  /** Replaces all keys that may sign, those of roles with their session tokens included. */
  setKeys(keys: readonly AccessKey[]): Promise<void>;
  /** `tlsHandshake`, `firstByte` and `lastByte` count, from the next connection or request on. */
  setDelays(delays: PhaseDelays): Promise<void>;
  counts(): Promise<S3Counts>;
  /** Resolves with the reason when the process has ended, asked or not. */
  readonly ended: Promise<string>;
  /** Ends the process; all listeners are gone. */
  stop(): Promise<void>;
}

/** The DNS names that S3's certificate must hold for: path style and one label of virtual-host style. */
export function s3DnsNames(region: string): readonly string[] {
  return [`s3.${region}.amazonaws.com`, `*.s3.${region}.amazonaws.com`];
}

/**
 * Starts the S3 process, without a listener yet. `authority` signs for further names. Rejects when it cannot be set up. It ends
 * with its starter.
 */
export async function startS3Fronts(setup: S3Setup, authority: CertificateAuthority): Promise<LabS3Fronts> {
  const child = spawnLabProcess('s3');
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(`the S3 process ended with ${signal ?? code}`));
    child.once('error', (error) => resolve(`the S3 process: ${error.message}`));
  });
  const channel = openChannel(child);
  const ask = <Kind extends keyof S3Requests, Answer = void>(kind: Kind, body: S3Requests[Kind]): Promise<Answer> =>
    channel.request<Answer>(kind, body);
  try {
    await ask('set-up', setup);
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
  return {
    listen: async (namespace, address, vpcEndpointId, dnsNames = []) => {
      const certificate = dnsNames.length === 0 ? {} : { certificate: await issue(authority, dnsNames) };
      await ask('listen', { namespace, address, ...(vpcEndpointId === undefined ? {} : { vpcEndpointId }), ...certificate });
    },
    close: (namespace) => ask('close', { namespace }),
    setKeys: (keys) => ask('set-keys', { keys }),
    setDelays: (delays) => ask('set-delays', { delays }),
    counts: () => ask<'counts', S3Counts>('counts', {}),
    ended,
    stop: () => stopProcess(child),
  };
}
