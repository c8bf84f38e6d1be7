import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../../refusal.ts';
import { parseSignedRequest } from '../canonical.ts';
import type { S3Handler } from '../s3-handler.ts';
import { type Keyring, verifySignature } from '../sigv4.ts';

export interface S3ListenerOptions {
  readonly handler: S3Handler;
  /** Asked for each request: keys come and go. */
  readonly keyring: () => Keyring;
  readonly nowMs: () => number;
  /** 16 upper-case hex digits, as S3's are. */
  readonly newRequestId: () => string;
  /** Told of what was no refusal, after the client got InternalError. */
  readonly onFault: (error: unknown) => void;
}

/** Answers the requests of a server that speaks S3 alone: verifies the signature, then hands over to the handler. Never throws. */
export function newS3Listener(options: S3ListenerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { handler } = options;
  const serve = async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> => {
    const verified = verifySignature(parseSignedRequest(request), options.keyring(), options.nowMs(), 's3');
    if (verified.scope.service !== 's3') {
      const message = `The authorization header is malformed; incorrect service "${verified.scope.service}". This endpoint belongs to "s3".`;
      throw new Refusal('AuthorizationHeaderMalformed', 400, message);
    }
    await handler.handle(request, response, { ...verified, requestId });
  };
  return (request, response) => {
    const requestId = options.newRequestId();
    serve(request, response, requestId).catch((error: unknown) => {
      const refusal =
        error instanceof Refusal ? error : new Refusal('InternalError', 500, 'We encountered an internal error. Please try again.');
      if (refusal !== error) options.onFault(error);
      handler.refuse(request, response, refusal, requestId);
    });
  };
}
