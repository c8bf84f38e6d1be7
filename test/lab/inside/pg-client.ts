/** A PostgreSQL client in the client's namespace: one attempt a request, with the times of its stages. */
import { Client } from 'pg';
import { openChannel } from '../../../infra/lab/kernel/channel.ts';

export interface Attempt {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Absent: no TLS. */
  readonly tls?: { readonly ca: string; readonly serverName: string };
  readonly query: string;
}

export type AttemptOutcome =
  | { readonly kind: 'ok'; readonly rows: readonly Record<string, unknown>[]; readonly loginMs: number; readonly queryMs: number }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

async function attempt(asked: Attempt): Promise<AttemptOutcome> {
  const ssl = asked.tls ? { ca: asked.tls.ca, servername: asked.tls.serverName } : false;
  const { address: host, port, user, password, database } = asked;
  const client = new Client({ host, port, user, password, database, ssl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    const started = performance.now();
    await client.connect();
    const loggedIn = performance.now();
    const { rows } = await client.query(asked.query);
    return { kind: 'ok', rows, loginMs: loggedIn - started, queryMs: performance.now() - loggedIn };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { kind: 'error', code, message };
  } finally {
    await client.end().catch(() => {});
  }
}

openChannel(process, { attempt });
process.on('disconnect', () => process.exit(0));
