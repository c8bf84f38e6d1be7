import type { IncomingMessage } from 'node:http';

/** Bytes of a body that the server holds in memory. S3's bodies are streamed instead. */
export const BODY_BYTES = 16 * 1024 * 1024;

/** A body longer than `BODY_BYTES`. It was read to its end, but not kept: a client that still writes would not see the answer. */
export class BodyTooLarge extends Error {
  constructor() {
    super(`a body of more than ${BODY_BYTES} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** The client went away before its body had come; nobody is left to answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client went away');
    this.name = 'ClientGone';
  }
}

/** Reads a whole body. Throws `BodyTooLarge` or `ClientGone`. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES) chunks.push(chunk);
      else chunks = [];
    });
    request.on('end', () => {
      const [only] = chunks;
      if (bytes > BODY_BYTES) reject(new BodyTooLarge());
      else resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes));
    });
    request.on('error', () => reject(new ClientGone()));
    request.on('close', () => reject(new ClientGone()));
  });
}
