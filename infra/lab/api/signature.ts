import type { AccessKey } from '../account/identity.ts';

/** The credential scope of a SigV4 signature: `<date>/<region>/<service>/aws4_request`. */
export interface SignatureScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  /** Signing name, e.g. `s3`, `lambda`, `logs`. */
  readonly service: string;
}

/**
 * How the body is bound to the signature, as `x-amz-content-sha256` says it. Only `sha256` occurs outside S3, and there the body
 * has already been compared. For S3 the body is still unread, so whoever reads it must hold it against this.
 */
export type PayloadSeal =
  /** Lower-case hex of the whole body's SHA-256; a different body is `XAmzContentSHA256Mismatch`. */
  | { readonly kind: 'sha256'; readonly hex: string }
  /** `UNSIGNED-PAYLOAD`: the plain body, bound by nothing. */
  | { readonly kind: 'unsigned' }
  /** `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: aws-chunked without chunk signatures, checksum in the trailer. */
  | { readonly kind: 'chunked-unsigned-trailer' }
  /** `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, with `-TRAILER` when `trailer`: aws-chunked, each chunk signed on top of the last. */
  | { readonly kind: 'chunked-signed'; readonly trailer: boolean; readonly seed: ChunkSeed };

/** What is needed to verify the chain of chunk signatures. */
export interface ChunkSeed {
  /** Lower-case hex signature of the request: the "previous signature" of the first chunk. */
  readonly signature: string;
  readonly signingKey: Uint8Array;
  /** `YYYYMMDDTHHMMSSZ`, the second line of each chunk's string to sign. */
  readonly timestamp: string;
  readonly scope: SignatureScope;
}

/** A request whose signature is right. */
export interface VerifiedSignature {
  /** Who signed. */
  readonly key: AccessKey;
  readonly scope: SignatureScope;
  readonly payload: PayloadSeal;
}
