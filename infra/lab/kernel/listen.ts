import type { Socket as UdpSocket } from 'node:dgram';
import type { Server } from 'node:net';
import { spawnLabProcess } from './node-process.ts';

const DEADLINE_MS = 20_000;

function receiveHandle(protocol: 'tcp' | 'udp', namespace: string, address: string, port: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawnLabProcess('listener', { namespace, args: [protocol, address, String(port)] });
    const deadline = setTimeout(() => finish(new Error('timed out')), DEADLINE_MS);
    const finish = (error: Error): void => {
      clearTimeout(deadline);
      child.kill('SIGKILL');
      reject(new Error(`cannot listen on ${protocol} ${address}:${port} in namespace ${namespace}: ${error.message}`));
    };
    child.once('error', finish);
    child.once('exit', (code) => finish(new Error(`the listener ended with ${code} before it handed its socket over`)));
    child.once('message', (message: { readonly failed?: string }, handle: unknown) => {
      if (message.failed !== undefined || handle === undefined) return finish(new Error(message.failed ?? 'no socket came'));
      clearTimeout(deadline);
      child.removeAllListeners('exit');
      // The socket is ours once the message is here; the helper's own copy would keep it alive.
      child.kill('SIGKILL');
      resolve(handle);
    });
  });
}

/** A TCP server whose socket lives in `namespace`; add `connection` listeners at once. Rejects with the reason. */
export async function listenTcp(namespace: string, address: string, port: number): Promise<Server> {
  return (await receiveHandle('tcp', namespace, address, port)) as Server;
}

/** A bound UDP socket that lives in `namespace`. Rejects with the reason. */
export async function listenUdp(namespace: string, address: string, port: number): Promise<UdpSocket> {
  return (await receiveHandle('udp', namespace, address, port)) as UdpSocket;
}
