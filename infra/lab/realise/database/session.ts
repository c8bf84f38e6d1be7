import { openChannel } from '../../kernel/channel.ts';
import { spawnLabProcess } from '../../kernel/node-process.ts';
import { stopProcess } from '../../kernel/stop-process.ts';

/** As whom, and how to be sure of the other side. */
export interface DatabaseLogin {
  readonly address: string;
  readonly port: number;
  /** Name that the server's certificate must hold. */
  readonly serverName: string;
  readonly caPem: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Superuser only: the session fires no login trigger. */
  readonly bypassTriggers: boolean;
}

/** One session: log in over verified TLS, run the statements in order, leave. */
export interface SessionRequest {
  readonly login: DatabaseLogin;
  readonly statements: readonly string[];
}

/** Runs sessions one after another from inside `namespace`. Rejects with the client's or the server's message. */
export async function runSessions(namespace: string, sessions: readonly SessionRequest[]): Promise<void> {
  const child = spawnLabProcess('database', { namespace });
  const channel = openChannel(child);
  try {
    for (const session of sessions) await channel.request<void>('run', session);
  } finally {
    await stopProcess(child);
  }
}
