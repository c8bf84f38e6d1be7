import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../refusal.ts';
import type { VerifiedSignature } from './signature.ts';

/** What the HTTP server knows of an S3 request before its body is read. */
export interface S3Auth extends VerifiedSignature {
  /** Already set on the response as `x-amzn-RequestId`; S3 repeats it as `x-amz-request-id` and in its error documents. */
  readonly requestId: string;
}

/**
 * S3 behind its wire protocol. `handle` gets the raw request with its body unread and a verified signature, answers through
 * `response`, and turns its own refusals into S3's error document. `refuse` answers a request that never came so far: its
 * signature was missing or wrong. A `handle` that throws makes the server call `refuse` with `InternalError`, when
 * no header has been sent yet.
 */
export interface S3Handler {
  handle(request: IncomingMessage, response: ServerResponse, auth: S3Auth): Promise<void>;
  refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal, requestId: string): void;
}
