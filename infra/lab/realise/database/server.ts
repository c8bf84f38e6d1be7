import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stopProcess } from '../../kernel/stop-process.ts';
import { spawnUnprivileged } from '../../kernel/unprivileged.ts';
import type { ServerCertificate } from '../../server-certificate.ts';
import { copyCluster, SUPERUSER } from './cluster-template.ts';
import { ACCESS_RULES, CERTIFICATE_FILE, KEY_FILE, serverConfiguration, setupStatements } from './configuration.ts';
import { type DatabaseDelays, delayStatements } from './delays.ts';
import type { Installation } from './installation.ts';
import { runProgram } from './program.ts';
import { scramVerifier } from './scram.ts';
import { type DatabaseLogin, runSessions } from './session.ts';

const READY_LINE = 'database system is ready to accept connections';
const READY_DEADLINE_MS = 10_000;
const STOP_GRACE_MS = 3000;
const KEPT_LOG = 8192;
const SALT_BYTES = 16;

export interface DatabaseServerOptions {
  readonly installation: Installation;
  /** Initialised cluster to copy. */
  readonly template: string;
  /** Data folder to make; removed again by `stop`. */
  readonly dataFolder: string;
  /** Name under `/run/netns`, and the address in it. */
  readonly namespace: string;
  readonly address: string;
  readonly port: number;
  readonly masterUser: string;
  readonly masterPassword: string;
  /** Absent: only `postgres`. */
  readonly database?: string;
  readonly certificate: ServerCertificate;
  /** The certificate's first name, by which clients know the server. */
  readonly endpoint: string;
  /** CA that signed it. */
  readonly caPem: string;
  readonly delays: DatabaseDelays;
}

/** A running PostgreSQL. */
export interface DatabaseServer {
  /** Holds for sessions that begin later. */
  setDelays(delays: DatabaseDelays): Promise<void>;
  /** Ends it, fast and then by force, and removes its data. */
  stop(): Promise<void>;
}

async function writeInstance(options: DatabaseServerOptions, superuserPassword: string): Promise<void> {
  const { dataFolder, certificate } = options;
  const verifier = (password: string) => scramVerifier(password, randomBytes(SALT_BYTES));
  await mkdir(dirname(dataFolder), { recursive: true });
  await copyCluster(options.template, dataFolder);
  await Promise.all([
    writeFile(join(dataFolder, 'postgresql.conf'), serverConfiguration(options.address, options.port)),
    writeFile(join(dataFolder, 'pg_hba.conf'), ACCESS_RULES),
    writeFile(join(dataFolder, CERTIFICATE_FILE), certificate.certificatePem),
    writeFile(join(dataFolder, KEY_FILE), certificate.keyPem, { mode: 0o600 }),
  ]);
  const statements = setupStatements({
    master: options.masterUser,
    masterVerifier: verifier(options.masterPassword),
    superuserVerifier: verifier(superuserPassword),
    ...(options.database === undefined ? {} : { database: options.database }),
  });
  // Without it single-user mode passes over a failed statement and ends well.
  await runProgram(options.installation, 'postgres', ['--single', '-D', dataFolder, '-c', 'exit_on_error=on', 'postgres'], statements);
}

/** Resolves when the server says that it is ready; rejects with the end of its log when it ends or says nothing in time. */
function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (what: string): void => {
      clearTimeout(deadline);
      reject(new Error(`PostgreSQL ${what}; its log ends: ${log.trim() || '(empty)'}`));
    };
    const deadline = setTimeout(() => fail(`was not ready within ${READY_DEADLINE_MS} ms`), READY_DEADLINE_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-KEPT_LOG);
      if (!log.includes(READY_LINE)) return;
      clearTimeout(deadline);
      resolve();
    });
  });
}

/**
 * Copies, sets up and starts a PostgreSQL inside a network namespace, and proves it with a session over verified TLS
 * by the master's password. Rejects with the server's own words; nothing is left then.
 */
export async function startDatabase(options: DatabaseServerOptions): Promise<DatabaseServer> {
  const database = options.database ?? 'postgres';
  const superuserPassword = randomBytes(24).toString('base64url');
  const common = { address: options.address, port: options.port, serverName: options.endpoint, caPem: options.caPem, database };
  const master: DatabaseLogin = { ...common, user: options.masterUser, password: options.masterPassword, bypassTriggers: false };
  const superuser: DatabaseLogin = { ...common, user: SUPERUSER, password: superuserPassword, bypassTriggers: true };
  const setDelays = (delays: DatabaseDelays): Promise<void> =>
    runSessions(options.namespace, [{ login: superuser, statements: delayStatements(delays, database) }]);

  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    // SIGINT is PostgreSQL's fast shutdown: sessions are cut, data stays whole.
    if (child) await stopProcess(child, { signal: 'SIGINT', graceMs: STOP_GRACE_MS });
    await rm(options.dataFolder, { recursive: true, force: true });
  };
  try {
    await writeInstance(options, superuserPassword);
    child = spawnUnprivileged(options.installation.postgres, ['-D', options.dataFolder], {
      namespace: options.namespace,
      env: options.installation.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await untilReady(child);
    const slowed = (options.delays.databaseAuth ?? 0) > 0 || (options.delays.databaseQuery ?? 0) > 0;
    await runSessions(options.namespace, [
      { login: master, statements: ['select 1'] },
      ...(slowed ? [{ login: superuser, statements: delayStatements(options.delays, database) }] : []),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { setDelays, stop };
}
