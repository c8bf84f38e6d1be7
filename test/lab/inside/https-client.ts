/** An HTTPS client in the client's namespace: one request a connection, with the times of its phases. */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { openChannel } from '../../../infra/lab/kernel/channel.ts';

export const PHASES = ['dns', 'connect', 'tls', 'ttfb', 'body'] as const;
export type Phase = (typeof PHASES)[number];

export interface Fetched {
  readonly phasesMs: Readonly<Record<Phase, number>>;
  readonly status: number;
  readonly body: string;
  readonly remoteAddress: string;
}

async function fetchOnce({ url, ca }: { readonly url: string; readonly ca: string }): Promise<Fetched> {
  const { hostname, pathname } = new URL(url);
  const stamps = [performance.now()];
  const [first] = await lookup(hostname, { all: true });
  if (!first) throw new Error('no address');
  stamps.push(performance.now());
  const tcp = connectTcp({ host: first.address, port: 443, noDelay: true });
  await once(tcp, 'connect');
  stamps.push(performance.now());
  const tls = connectTls({ socket: tcp, servername: hostname, ca });
  await once(tls, 'secureConnect');
  stamps.push(performance.now());
  const asked = request({ createConnection: () => tls, host: hostname, path: pathname, headers: { host: hostname } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  stamps.push(performance.now());
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  stamps.push(performance.now());
  tls.destroy();
  const entries = PHASES.map((phase, index) => [phase, (stamps[index + 1] ?? Number.NaN) - (stamps[index] ?? Number.NaN)] as const);
  const phasesMs = Object.fromEntries(entries) as Record<Phase, number>;
  return { phasesMs, status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), remoteAddress: first.address };
}

const lookUp = ({ name }: { readonly name: string }): Promise<string> =>
  lookup(name).then(
    ({ address }) => address,
    (error: NodeJS.ErrnoException) => error.code ?? 'error',
  );

/** Milliseconds that each of `calls` TCP connects took, one after another. */
async function connectTimes(asked: { readonly address: string; readonly port: number; readonly calls: number }): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < asked.calls; call++) {
    const started = performance.now();
    const socket = connectTcp({ host: asked.address, port: asked.port });
    await once(socket, 'connect');
    times.push(performance.now() - started);
    socket.on('error', () => {});
    socket.destroy();
  }
  return times;
}

openChannel(process, { fetch: fetchOnce, lookup: lookUp, connect: connectTimes });
process.on('disconnect', () => process.exit(0));
