import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresFolder, openInstallation } from '../../infra/lab/realise/database/installation.ts';
import type { LoopbackCertificate } from './loopback-certificate.ts';

export const POSTGRES_USER = 'lnb';
export const POSTGRES_PASSWORD = 'only-for-this-test';

/** A real PostgreSQL on 127.0.0.1, TLS and SCRAM only, in a temporary folder. */
export interface LoopbackPostgres {
  readonly port: number;
  stop(): Promise<void>;
}

/** Initialises and starts a server; resolves when it accepts connections. Rejects with what it printed. */
export async function newLoopbackPostgres(certificate: LoopbackCertificate): Promise<LoopbackPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'lnb-test-postgres-'));
  const data = join(folder, 'data');
  const installation = await openInstallation(findPostgresFolder(import.meta.url), join(folder, 'lib'));
  const env = { ...installation.env, LC_ALL: 'C' };
  const run = unprivileged();
  await writeFile(join(folder, 'password'), POSTGRES_PASSWORD);
  const initdb = [installation.initdb, '-D', data, '-U', POSTGRES_USER, `--pwfile=${join(folder, 'password')}`];
  const [command = '', ...args] = [...run, ...initdb, '--auth=scram-sha-256', '--locale=C', '--no-sync'];
  await promisify(execFile)(command, args, { env });
  await writeFile(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  await writeFile(join(data, 'server.crt'), certificate.cert);
  await writeFile(join(data, 'server.key'), certificate.key, { mode: 0o600 });
  const port = await freePort();
  const settings = [`port=${port}`, "listen_addresses='127.0.0.1'", "unix_socket_directories=''", 'ssl=on', 'fsync=off'];
  await appendFile(join(data, 'postgresql.conf'), `${settings.join('\n')}\ndynamic_shared_memory_type=mmap\nio_method=sync\n`);
  const [server = '', ...serverArgs] = [...run, installation.postgres, '-D', data];
  const child = spawn(server, serverArgs, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk;
      if (printed.includes('ready to accept connections')) resolve();
    });
    void exited.then(() => reject(new Error(`postgres ended: ${printed}`)));
  });
  return {
    port,
    stop: async () => {
      child.kill('SIGINT');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: there it runs as another user of a user namespace. */
function unprivileged(): readonly string[] {
  return process.getuid?.() === 0 ? ['unshare', '-U', '--map-user=1000', '--map-group=1000'] : [];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
