import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksums that S3 takes beside Content-MD5; the value travels base64 in `x-amz-checksum-<name>`. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum over a whole object, base64. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

/** Takes an object's bytes in order. `digest` ends it. */
export interface ChecksumSum {
  update(bytes: Uint8Array): void;
  /** Base64, big-endian for the CRCs. */
  digest(): string;
}

/** Header or trailer that carries the checksum, lower case. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The algorithm whose header or trailer this is; undefined for any other name. `name` in lower case. */
export function parseChecksumHeader(name: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => checksumHeader(algorithm) === name);
}

/** Bytes of a checksum's raw value. */
export function checksumLength(algorithm: ChecksumAlgorithm): number {
  switch (algorithm) {
    case 'CRC32':
    case 'CRC32C':
      return 4;
    case 'CRC64NVME':
      return 8;
    case 'SHA1':
      return 20;
    case 'SHA256':
      return 32;
  }
}

/** Starts a checksum over zero bytes. */
export function newChecksum(algorithm: ChecksumAlgorithm): ChecksumSum {
  switch (algorithm) {
    case 'CRC32':
      return newCrc32();
    case 'CRC32C':
      return newCrc32c();
    case 'CRC64NVME':
      return newCrc64Nvme();
    case 'SHA1':
      return newHash('sha1');
    case 'SHA256':
      return newHash('sha256');
  }
}

function newHash(name: 'sha1' | 'sha256'): ChecksumSum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}

function base64OfWords(...words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, index * 4);
  return bytes.toString('base64');
}

function newCrc32(): ChecksumSum {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = crc32(bytes, crc);
    },
    digest: () => base64OfWords(crc),
  };
}

/** Castagnoli's polynomial, reflected (RFC 3720, appendix B.4). */
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function newCrc32c(): ChecksumSum {
  let crc = 0xffffffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) crc = (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
    },
    digest: () => base64OfWords(~crc),
  };
}

/**
 * CRC-64/NVME (NVM Express, NVM command set 1.0d, section 5.2.1.3.4), reflected polynomial 9a6c9329ac4bc9b5.
 * Two words of 32 bits: BigInt would be some fifty times slower.
 */
const CRC64_HIGH = new Uint32Array(256);
const CRC64_LOW = new Uint32Array(256);
for (let index = 0; index < 256; index++) {
  let high = 0;
  let low = index;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) {
      high ^= 0x9a6c9329;
      low ^= 0xac4bc9b5;
    }
  }
  CRC64_HIGH[index] = high;
  CRC64_LOW[index] = low;
}

function newCrc64Nvme(): ChecksumSum {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (CRC64_LOW[index] ?? 0);
        high = (high >>> 8) ^ (CRC64_HIGH[index] ?? 0);
      }
    },
    digest: () => base64OfWords(~high, ~low),
  };
}
