import { createHash, createHmac, type Hash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../refusal.ts';
import type { ChunkSeed } from '../signature.ts';
import { formatScope } from '../sigv4.ts';
import { type ChunkEvent, malformedTrailer } from './aws-chunked.ts';

/** The trailer that signs the other trailers. */
export const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** Follows the chunks of one body and their signatures. Both throw SignatureDoesNotMatch. */
export interface ChunkVerifier {
  take(event: ChunkEvent): void;
  /** After the last chunk: the trailers' own signature, among them under `TRAILER_SIGNATURE`. Throws MalformedTrailerError without one. */
  takeTrailers(trailers: ReadonlyMap<string, string>): void;
}

function refuseUnless(right: string, given: string | undefined): void {
  const same = given !== undefined && given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
  if (same) return;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method. (A chunk of the body.)';
  throw new Refusal('SignatureDoesNotMatch', 403, message);
}

/**
 * Verifies the chain of signatures: each chunk's covers its bytes and the signature before it, the request's own being the
 * first (AWS, "Signature calculations for the Authorization header: transferring a payload in multiple chunks").
 */
export function newChunkVerifier(seed: ChunkSeed): ChunkVerifier {
  let previous = seed.signature;
  let hash: Hash = createHash('sha256');
  let given: string | undefined;
  const sign = (algorithm: string, parts: readonly string[]): string => {
    const text = [algorithm, seed.timestamp, formatScope(seed.scope), previous, ...parts].join('\n');
    return createHmac('sha256', seed.signingKey).update(text).digest('hex');
  };
  return {
    take: (event) => {
      switch (event.kind) {
        case 'begin':
          given = event.signature;
          hash = createHash('sha256');
          return;
        case 'data':
          hash.update(event.bytes);
          return;
        case 'end': {
          const right = sign('AWS4-HMAC-SHA256-PAYLOAD', [EMPTY_SHA256, hash.digest('hex')]);
          refuseUnless(right, given);
          previous = right;
        }
      }
    },
    takeTrailers: (trailers) => {
      const text = [...trailers].filter(([name]) => name !== TRAILER_SIGNATURE).map(([name, value]) => `${name}:${value}\n`);
      const signature = trailers.get(TRAILER_SIGNATURE);
      if (signature === undefined) throw malformedTrailer();
      refuseUnless(sign('AWS4-HMAC-SHA256-TRAILER', [createHash('sha256').update(text.join('')).digest('hex')]), signature);
    },
  };
}
