import type { Agent } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import type { ProbeEvent } from '../../harness/domain/probe-wire.ts';
import { type ProbeFailure, staleBeforeUse } from './failure.ts';
import { defaultTrust, singleConnectionAgent, type TimedRequest, type TimedResponse, timedRequest } from './timed-request.ts';

/** An environment's HTTPS connections: at most one is kept for later invocations. */
export class HttpsConnections {
  readonly #trust: () => SecureContext;
  #kept: Agent | undefined;

  constructor(trust: () => SecureContext = defaultTrust) {
    this.#trust = trust;
  }

  /** Makes the request on a new connection or on the kept one, as the event asks. Never rejects, never tries twice. */
  async request(event: Pick<ProbeEvent, 'connection' | 'keep'>, request: TimedRequest): Promise<TimedResponse | ProbeFailure> {
    return event.connection === 'reused' ? this.#onKept(request) : this.#onNew(request, event.keep);
  }

  async #onNew(request: TimedRequest, keep: boolean): Promise<TimedResponse | ProbeFailure> {
    const agent = singleConnectionAgent(this.#trust());
    const outcome = await timedRequest(request, agent, false);
    if (keep && outcome.kind === 'answered') {
      this.#kept?.destroy();
      this.#kept = agent;
    } else agent.destroy();
    return outcome;
  }

  async #onKept(request: TimedRequest): Promise<TimedResponse | ProbeFailure> {
    // The process may have been frozen since: one turn of the loop lets it see a FIN or RST that arrived meanwhile.
    await setImmediate();
    const agent = this.#kept;
    if (agent === undefined) return staleBeforeUse('ttfb', 'this environment has kept no connection');
    if (idleSockets(agent) === 0) {
      this.#drop();
      return staleBeforeUse('ttfb', 'the kept connection was closed since its last use');
    }
    const outcome = await timedRequest(request, agent, true);
    if (outcome.kind === 'error') this.#drop();
    return outcome;
  }

  #drop(): void {
    this.#kept?.destroy();
    this.#kept = undefined;
  }
}

function idleSockets(agent: Agent): number {
  return Object.values(agent.freeSockets)
    .flatMap((sockets) => sockets ?? [])
    .filter((socket) => !socket.destroyed && socket.writable).length;
}
