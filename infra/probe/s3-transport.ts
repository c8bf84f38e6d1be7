import { Readable } from 'node:stream';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { ProbeFailure } from './failure.ts';
import type { TimedRequest, TimedResponse } from './timed-request.ts';

type Send = (request: Omit<TimedRequest, 'limit'>) => Promise<TimedResponse | ProbeFailure>;

/** What the client hands to its request handler, as far as it matters here. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
}

/**
 * The client's way to the network (its public `requestHandler`). The SDK makes, signs and reads; what is timed is the HTTP
 * operation alone, from the signed request to the last byte. Signing therefore shows in Duration, not in the probe's total.
 */
export class S3Transport {
  #send: Send | undefined;
  #outcome: TimedResponse | ProbeFailure | undefined;

  /** Runs one call of the client whose only request goes out through `send`; gives what `send` saw, and what the call threw. */
  async carry(
    send: Send,
    call: () => Promise<unknown>,
  ): Promise<{ readonly outcome?: TimedResponse | ProbeFailure; readonly error?: unknown }> {
    this.#send = send;
    this.#outcome = undefined;
    try {
      await call();
      return this.#seen();
    } catch (error) {
      return { ...this.#seen(), error };
    }
  }

  /** For the client's configuration. */
  readonly requestHandler: NonNullable<S3ClientConfig['requestHandler']> = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request: SignedRequest) => {
      if (this.#send === undefined) throw new Error('a request outside carry()');
      const outcome = await this.#send({ url: urlOf(request), headers: request.headers });
      this.#outcome = outcome;
      if (outcome.kind === 'error') throw new Error(outcome.message);
      return { response: { statusCode: outcome.status, headers: singleValued(outcome), body: Readable.from([outcome.body]) } };
    },
  };

  #seen(): { readonly outcome?: TimedResponse | ProbeFailure } {
    return this.#outcome === undefined ? {} : { outcome: this.#outcome };
  }
}

function urlOf(request: SignedRequest): URL {
  const query = Object.entries(request.query ?? {})
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const))
    .map(([name, value]) => (value === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`));
  const port = request.port === undefined ? '' : `:${request.port}`;
  return new URL(`${request.protocol}//${request.hostname}${port}${request.path}${query.length === 0 ? '' : `?${query.join('&')}`}`);
}

function singleValued(response: TimedResponse): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
