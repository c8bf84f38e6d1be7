/**
 * Runs inside a database's network namespace and opens one verified session at a time for the control process, which
 * has no way into that network itself.
 */
import { Client } from 'pg';
import { openChannel } from '../../kernel/channel.ts';
import type { SessionRequest } from './session.ts';

const CONNECT_TIMEOUT_MS = 5000;

async function run({ login, statements }: SessionRequest): Promise<void> {
  const client = new Client({
    host: login.address,
    port: login.port,
    user: login.user,
    password: login.password,
    database: login.database,
    ssl: { ca: login.caPem, servername: login.serverName },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // The lab's own sessions are never delayed, and a broken trigger cannot lock them out.
    ...(login.bypassTriggers ? { options: '-c event_triggers=off' } : {}),
  });
  client.on('error', () => {});
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

openChannel(process, { run });
process.on('disconnect', () => process.exit(0));
