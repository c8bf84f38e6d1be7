import type { IncomingHttpHeaders } from 'node:http';
import type { AccessKey } from '../../account/identity.ts';

/** A verified call, its body read. */
export interface WireCall {
  readonly method: string;
  /** Percent-encoded path, without the query. */
  readonly path: string;
  /** Query string without `?`; empty when there is none. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Who signed. */
  readonly caller: AccessKey;
  readonly requestId: string;
}

/** What goes back. Headers are added to those of the server; `x-amzn-RequestId` among them replaces the server's. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A service behind its wire protocol. Throws `Refusal`, which the server words in the service's dialect. */
export type WireService = (call: WireCall) => WireAnswer | Promise<WireAnswer>;
