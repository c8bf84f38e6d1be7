import { Refusal } from '../../refusal.ts';

/** What decoding hands on, in order. */
export type ChunkEvent =
  /** A chunk begins; `bytes` 0 is the last one. `signature` is absent in the unsigned form. */
  | { readonly kind: 'begin'; readonly bytes: number; readonly signature?: string }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The chunk is complete. */
  | { readonly kind: 'end' };

/** Decodes `Content-Encoding: aws-chunked`, whatever the pieces in which it arrives. */
export interface ChunkDecoder {
  /** Throws InvalidRequest for broken framing, InvalidChunkSizeError. */
  push(bytes: Uint8Array): readonly ChunkEvent[];
  /** Ends the body: the trailers, names in lower case. Throws IncompleteBody, MalformedTrailerError. */
  finish(): ReadonlyMap<string, string>;
}

/** AWS: "The size of the chunk data … must be at least 8 KB", the last one apart. */
const MIN_CHUNK_BYTES = 8192;
const MAX_HEAD_BYTES = 1024;
const MAX_TRAILER_BYTES = 16 * 1024;
const LF = 0x0a;

function brokenFraming(): Refusal {
  return new Refusal('InvalidRequest', 400, 'The aws-chunked framing of the body is broken.');
}

/** S3's answer for a body that ended too early or differs from the announced length. */
export function incompleteBody(): Refusal {
  return new Refusal('IncompleteBody', 400, 'You did not provide the number of bytes specified by the Content-Length HTTP header');
}

/** S3's answer for a trailer that is missing, doubled or unreadable. */
export function malformedTrailer(): Refusal {
  const message = 'The request contained trailing data that was not well-formed or did not conform to our published schema.';
  return new Refusal('MalformedTrailerError', 400, message);
}

function parseHead(line: string): { readonly bytes: number; readonly signature?: string } {
  const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) throw brokenFraming();
  const bytes = Number.parseInt(match[1] ?? '', 16);
  return match[2] === undefined ? { bytes } : { bytes, signature: match[2] };
}

/** Lines end with CRLF; a bare LF and the empty line between trailers and signature, as AWS's own example has them, are taken too. */
function parseTrailers(text: string): ReadonlyMap<string, string> {
  if (!text.endsWith('\r\n')) throw incompleteBody();
  const trailers = new Map<string, string>();
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name === '' || trailers.has(name)) throw malformedTrailer();
    trailers.set(name, line.slice(colon + 1).trim());
  }
  return trailers;
}

/** What is known between two pieces. */
interface Decoding {
  state: 'head' | 'data' | 'data-end' | 'trailers';
  /** The unfinished line, or all of the trailers. */
  line: string;
  /** Bytes of the chunk that are still to come. */
  left: number;
  /** The chunk before was below the minimum, so it must have been the last. */
  short: boolean;
}

/** Ends the line that `bytes` begin with. Gives the bytes behind it, or undefined as long as it is open. */
function takeLine(decoding: Decoding, bytes: Buffer): { readonly line: string; readonly rest: Buffer } | undefined {
  const end = bytes.indexOf(LF);
  const line = decoding.line + bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1');
  if (line.length > MAX_HEAD_BYTES) throw brokenFraming();
  decoding.line = end < 0 ? line : '';
  if (end < 0) return undefined;
  if (!line.endsWith('\r')) throw brokenFraming();
  return { line: line.slice(0, -1), rest: bytes.subarray(end + 1) };
}

function beginChunk(decoding: Decoding, line: string, events: ChunkEvent[]): void {
  const head = parseHead(line);
  if (decoding.short && head.bytes > 0) {
    throw new Refusal('InvalidChunkSizeError', 403, 'Only the last chunk is allowed to have a size less than 8192 bytes');
  }
  decoding.short = head.bytes < MIN_CHUNK_BYTES;
  decoding.left = head.bytes;
  decoding.state = head.bytes === 0 ? 'trailers' : 'data';
  events.push({ kind: 'begin', ...head });
  if (head.bytes === 0) events.push({ kind: 'end' });
}

function takeData(decoding: Decoding, bytes: Buffer, events: ChunkEvent[]): Buffer {
  const data = bytes.subarray(0, decoding.left);
  decoding.left -= data.length;
  events.push({ kind: 'data', bytes: data });
  if (decoding.left === 0) {
    decoding.state = 'data-end';
    events.push({ kind: 'end' });
  }
  return bytes.subarray(data.length);
}

/** Uses the beginning of `bytes` and gives the rest. */
function step(decoding: Decoding, bytes: Buffer, events: ChunkEvent[]): Buffer {
  const nothing = bytes.subarray(bytes.length);
  switch (decoding.state) {
    case 'data':
      return takeData(decoding, bytes, events);
    case 'trailers':
      decoding.line += bytes.toString('latin1');
      if (decoding.line.length > MAX_TRAILER_BYTES) throw malformedTrailer();
      return nothing;
    case 'head': {
      const taken = takeLine(decoding, bytes);
      if (taken) beginChunk(decoding, taken.line, events);
      return taken?.rest ?? nothing;
    }
    case 'data-end': {
      const taken = takeLine(decoding, bytes);
      if (taken && taken.line !== '') throw brokenFraming();
      if (taken) decoding.state = 'head';
      return taken?.rest ?? nothing;
    }
  }
}

/** Starts decoding a body. */
export function newChunkDecoder(): ChunkDecoder {
  const decoding: Decoding = { state: 'head', line: '', left: 0, short: false };
  return {
    push: (bytes) => {
      const events: ChunkEvent[] = [];
      let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      while (rest.length > 0) rest = step(decoding, rest, events);
      return events;
    },
    finish: () => {
      if (decoding.state !== 'trailers') throw incompleteBody();
      return parseTrailers(decoding.line);
    },
  };
}
