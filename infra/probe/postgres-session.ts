import { isIP, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { Client, Connection } from 'pg';
import type { ProbeErrorClass, ProbeResult, RdsProbeTarget } from '../../harness/domain/probe-wire.ts';
import { failure, ProbeError, staleBeforeUse, timeoutError } from './failure.ts';
import { PhaseWatch, type TimeLimit } from './phase-watch.ts';
import { addressesOf } from './timed-request.ts';

/** The timed query; its answer is also the path proof. */
export const QUERY = 'select inet_client_addr()::text as address';

/** A timed operation on a database, with the client address that the server saw when it succeeded. */
export interface DatabaseOperation {
  readonly result: ProbeResult;
  readonly seenAddress?: string;
}

/** IPv4 only, without racing; the driver calls `connect(port, host)` of whatever stream it is given. */
class Ipv4Socket extends Socket {
  override connect(...[port, host]: unknown[]): this {
    return super.connect({ port: Number(port), host: String(host), family: 4, autoSelectFamily: false });
  }
}

/** An open session: the driver's client, its TLS socket, and whether it was seen to end. */
export class PostgresSession {
  readonly #client: Client;
  readonly #connection: Connection;
  readonly #socket: Ipv4Socket;
  #endedBecause: string | undefined;

  private constructor(client: Client, connection: Connection, socket: Ipv4Socket) {
    this.#client = client;
    this.#connection = connection;
    this.#socket = socket;
    client.on('error', (error) => this.#end(error.message));
    client.on('end', () => this.#end('the server closed the connection'));
  }

  /**
   * Opens a session and runs the query: `dns` (absent for an address) → `connect` → `tls` (begins with the SSLRequest) → `auth`
   * (startup to ready) → `query`. The session is given only when the operation succeeded. Never rejects.
   */
  static async open(target: RdsProbeTarget, limit: TimeLimit): Promise<DatabaseOperation & { readonly session?: PostgresSession }> {
    const secureContext = createSecureContext({ ca: target.caPem });
    const socket = new Ipv4Socket();
    const ssl = { secureContext, rejectUnauthorized: true };
    const connection = new Connection({ stream: () => socket, ssl });
    const { host, port, user, password, database } = target;
    const options = { host, port, user, password, database, ssl, connection };
    const session = new PostgresSession(new Client(options), connection, socket);
    return session.#openAndQuery(host, limit);
  }

  async #openAndQuery(host: string, limit: TimeLimit): Promise<DatabaseOperation & { readonly session?: PostgresSession }> {
    const watch = this.#watch(isIP(host) === 0 ? 'dns' : 'connect', limit);
    let tlsResumed: boolean | undefined;
    this.#socket.once('lookup', (error: Error | null) => {
      if (!error) watch.next('connect');
    });
    this.#socket.once('connect', () => watch.next('tls'));
    this.#connection.once('sslconnect', () => {
      const secured = this.#connection.stream as TLSSocket;
      secured.once('secureConnect', () => {
        watch.next('auth');
        tlsResumed = secured.isSessionReused();
      });
    });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#client.connect((error?: Error) => {
          if (error) return reject(error);
          watch.next('query');
          resolve();
        });
      });
      const { result, seenAddress } = await this.#query(watch);
      return { result: tlsResumed === undefined ? result : { ...result, tlsResumed }, seenAddress, session: this };
    } catch (error) {
      return { result: this.#failed(error, watch, false) };
    }
  }

  /** Runs the query on the open session: `query` alone. Never rejects; after an error the session is of no more use. */
  async queryAgain(limit: TimeLimit): Promise<DatabaseOperation> {
    // The process may have been frozen since: one turn of the loop lets it see a FIN or RST that arrived meanwhile.
    await setImmediate();
    if (this.#endedBecause !== undefined) return { result: staleBeforeUse('query', this.#endedBecause) };
    const watch = this.#watch('query', limit);
    try {
      return await this.#query(watch);
    } catch (error) {
      return { result: this.#failed(error, watch, true) };
    }
  }

  /** Says goodbye without waiting for the server's. */
  close(): void {
    this.#client.end(() => {});
  }

  #watch(first: 'dns' | 'connect' | 'query', limit: TimeLimit): PhaseWatch {
    return new PhaseWatch(first, limit, (phase) => this.#socket.destroy(timeoutError(phase, limit.milliseconds)));
  }

  async #query(
    watch: PhaseWatch,
  ): Promise<{ readonly result: Extract<ProbeResult, { readonly kind: 'ok' }>; readonly seenAddress: string }> {
    const rows = await new Promise<readonly { readonly address?: unknown }[]>((resolve, reject) => {
      this.#client.query(QUERY, (error, answer) => (error ? reject(error) : resolve(answer.rows)));
    });
    const address = rows[0]?.address;
    if (typeof address !== 'string') throw new ProbeError('protocol', 'the query gave no client address');
    const result = { kind: 'ok', ...watch.finish(), ...addressesOf(this.#socket) } as const;
    return { result, seenAddress: address.replace(/\/32$/, '') };
  }

  #failed(error: unknown, watch: PhaseWatch, kept: boolean): ProbeResult {
    const remoteAddress = this.#socket.remoteAddress;
    const outcome = failure(refine(error, this.#endedBecause, kept), watch.abandon(), { kept, remoteAddress });
    this.#socket.destroy();
    return outcome;
  }

  #end(why: string): void {
    this.#endedBecause ??= why;
  }
}

/** Gives the driver's own errors their class: SQLSTATE 28… is a refused login; a connection that just ended was reset. */
function refine(error: unknown, endedBecause: string | undefined, kept: boolean): unknown {
  if (error instanceof ProbeError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const as = (errorClass: ProbeErrorClass) => new ProbeError(errorClass, code === undefined ? error.message : `${code} ${error.message}`);
  if (code !== undefined && /^28...$/.test(code)) return as('denied');
  const ended = /^Connection terminated|^Client has encountered a connection error/.test(error.message) || endedBecause !== undefined;
  return code === undefined && ended ? as(kept ? 'conn-stale' : 'reset') : error;
}
