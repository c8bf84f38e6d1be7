import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../refusal.ts';
import type { PayloadSeal } from '../signature.ts';
import { incompleteBody, malformedTrailer, newChunkDecoder } from './aws-chunked.ts';
import { type Checksum, type ChecksumAlgorithm, checksumLength, newChecksum, parseChecksumHeader } from './checksum.ts';
import { newChunkVerifier, TRAILER_SIGNATURE } from './chunk-signatures.ts';

/** A body that has arrived whole and is what its sender said. */
export interface ReceivedPayload {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly md5: string;
  /** The sender's algorithm, or S3's own CRC64NVME where the sender named none. */
  readonly checksum: Checksum;
}

/** What the headers say of the body, before a byte of it is read. */
export interface PayloadPlan {
  readonly seal: PayloadSeal;
  /** Decoded bytes. */
  readonly expectedBytes: number;
  readonly algorithm: ChecksumAlgorithm;
  /** Base64, where a header carries it. */
  readonly headerChecksum?: string;
  /** The trailer that must come, lower case. */
  readonly trailer?: string;
  /** Lower-case hex. */
  readonly md5?: string;
}

/** AWS: the largest object that one PUT may bring. */
const MAX_PUT_BYTES = 5 * 1024 ** 3;

type Headers = ReadonlyMap<string, string>;

function invalid(message: string): Refusal {
  return new Refusal('InvalidRequest', 400, message);
}

function parseLength(headers: Headers, seal: PayloadSeal): number {
  const plain = seal.kind === 'sha256' || seal.kind === 'unsigned';
  const text = headers.get(plain ? 'content-length' : 'x-amz-decoded-content-length');
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new Refusal('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  const bytes = Number(text);
  if (bytes <= MAX_PUT_BYTES) return bytes;
  const detail = { ProposedSize: text, MaxSizeAllowed: String(MAX_PUT_BYTES) };
  throw new Refusal('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', detail);
}

/** The one checksum that headers carry or the trailer announces. */
function parseChecksumHeaders(headers: Headers): Pick<PayloadPlan, 'headerChecksum' | 'trailer'> & { algorithm?: ChecksumAlgorithm } {
  const names = [...headers.keys()].filter((name) => name.startsWith('x-amz-checksum-') && name !== 'x-amz-checksum-mode');
  const trailer = headers.get('x-amz-trailer')?.toLowerCase();
  const carrier = names[0] ?? trailer;
  if (carrier === undefined) return {};
  if (names.length + (trailer === undefined ? 0 : 1) > 1)
    throw invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  const algorithm = parseChecksumHeader(carrier);
  if (algorithm === undefined)
    throw invalid(`The value specified in the x-amz-trailer header or checksum header is not supported: ${carrier}`);
  if (trailer !== undefined) return { algorithm, trailer };
  const value = headers.get(carrier) ?? '';
  if (!isChecksumValue(algorithm, value)) throw invalid(`Value for ${carrier} header is invalid.`);
  return { algorithm, headerChecksum: value };
}

function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const raw = Buffer.from(value, 'base64');
  return raw.length === checksumLength(algorithm) && raw.toString('base64') === value;
}

/** Throws MissingContentLength, EntityTooLarge, InvalidRequest, InvalidDigest. */
export function planPayload(headers: Headers, seal: PayloadSeal): PayloadPlan {
  const { algorithm = 'CRC64NVME', ...carried } = parseChecksumHeaders(headers);
  if (carried.trailer !== undefined && (seal.kind === 'sha256' || seal.kind === 'unsigned')) {
    throw invalid('x-amz-trailer needs an aws-chunked body.');
  }
  if (seal.kind === 'chunked-signed' && seal.trailer !== (carried.trailer !== undefined)) throw malformedTrailer();
  const given = headers.get('content-md5');
  const md5 = given === undefined ? undefined : Buffer.from(given, 'base64');
  if (md5 !== undefined && (md5.length !== 16 || md5.toString('base64') !== given)) {
    throw new Refusal('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.');
  }
  const plan = { seal, expectedBytes: parseLength(headers, seal), algorithm, ...carried };
  return md5 === undefined ? plan : { ...plan, md5: md5.toString('hex') };
}

type Sink = (bytes: Uint8Array) => void;

/** The request's pieces; leaving early must not close the connection, on which the refusal is still to be sent. */
async function eachPiece(request: IncomingMessage, take: Sink): Promise<void> {
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false })) take(piece as Buffer);
  } catch (error) {
    throw error instanceof Refusal || !request.errored ? error : incompleteBody();
  }
}

/** Undoes aws-chunked, verifies chunk signatures, and gives the trailers. */
async function receiveChunked(
  request: IncomingMessage,
  seal: Exclude<PayloadSeal, { kind: 'sha256' | 'unsigned' }>,
  take: Sink,
): Promise<Headers> {
  const decoder = newChunkDecoder();
  const verifier = seal.kind === 'chunked-signed' ? newChunkVerifier(seal.seed) : undefined;
  await eachPiece(request, (piece) => {
    for (const event of decoder.push(piece)) {
      verifier?.take(event);
      if (event.kind === 'data') take(event.bytes);
    }
  });
  const trailers = decoder.finish();
  if (seal.kind === 'chunked-unsigned-trailer' || seal.trailer) verifier?.takeTrailers(trailers);
  return trailers;
}

function checkTrailers(trailers: Headers, plan: PayloadPlan): void {
  const names = [...trailers.keys()].filter((name) => name !== TRAILER_SIGNATURE);
  const expected = plan.trailer === undefined ? 0 : 1;
  if (names.length !== expected || (plan.trailer !== undefined && !trailers.has(plan.trailer))) throw malformedTrailer();
  if (plan.trailer !== undefined && !isChecksumValue(plan.algorithm, trailers.get(plan.trailer) ?? '')) {
    throw invalid(`Value for ${plan.trailer} trailing header is invalid.`);
  }
}

function badDigest(what: string): Refusal {
  return new Refusal('BadDigest', 400, `The ${what} you specified did not match the calculated checksum.`);
}

/**
 * Reads a request's body, hands its decoded bytes to `sink` in order, never holding more than a piece, and checks length, SHA-256 of the
 * signature, chunk signatures, Content-MD5 and checksum. Rejects with IncompleteBody, XAmzContentSHA256Mismatch,
 * SignatureDoesNotMatch, BadDigest, MalformedTrailerError; what the sink then holds is worthless.
 */
export async function receivePayload(request: IncomingMessage, plan: PayloadPlan, sink: Sink): Promise<ReceivedPayload> {
  const md5 = createHash('md5');
  const sha256 = plan.seal.kind === 'sha256' ? createHash('sha256') : undefined;
  const sum = newChecksum(plan.algorithm);
  let sizeBytes = 0;
  const take: Sink = (bytes) => {
    sizeBytes += bytes.length;
    if (sizeBytes > plan.expectedBytes) throw incompleteBody();
    md5.update(bytes);
    sha256?.update(bytes);
    sum.update(bytes);
    sink(bytes);
  };
  const { seal } = plan;
  let trailers: Headers = new Map();
  if (seal.kind === 'sha256' || seal.kind === 'unsigned') await eachPiece(request, take);
  else trailers = await receiveChunked(request, seal, take);
  if (sizeBytes !== plan.expectedBytes) throw incompleteBody();
  if (seal.kind === 'sha256' && sha256?.digest('hex') !== seal.hex) {
    throw new Refusal('XAmzContentSHA256Mismatch', 400, "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  checkTrailers(trailers, plan);
  const md5Hex = md5.digest('hex');
  if (plan.md5 !== undefined && plan.md5 !== md5Hex) throw badDigest('Content-MD5');
  const value = sum.digest();
  const claimed = plan.headerChecksum ?? (plan.trailer === undefined ? undefined : trailers.get(plan.trailer));
  if (claimed !== undefined && claimed !== value) throw badDigest(plan.algorithm);
  return { sizeBytes, md5: md5Hex, checksum: { algorithm: plan.algorithm, value } };
}
