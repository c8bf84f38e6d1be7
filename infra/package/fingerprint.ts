import { createHash } from 'node:crypto';

/** SHA-256 of a zip in its two spellings. */
export interface Fingerprint {
  /** For the object's key. */
  readonly sha256Hex: string;
  /** As Lambda reports it in `CodeSha256`. */
  readonly codeSha256Base64: string;
}

/** Takes the fingerprint of a zip. */
export function fingerprintOf(zip: Uint8Array): Fingerprint {
  const digest = createHash('sha256').update(zip).digest();
  return { sha256Hex: digest.toString('hex'), codeSha256Base64: digest.toString('base64') };
}
