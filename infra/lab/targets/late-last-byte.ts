import type { ServerResponse } from 'node:http';

type Chunk = string | Uint8Array;
type Callback = (error?: Error | null) => void;
type Rest = readonly (BufferEncoding | Callback | undefined)[];

/**
 * Makes `response` send its last body byte `delayMs` after all others. Head and framing stay what the
 * handler asks for; a response without body ends at once.
 */
export function holdLastByte(response: ServerResponse, delayMs: number): void {
  if (response.req.method === 'HEAD') return;
  const write = response.write.bind(response) as (chunk: Chunk, callback: Callback) => boolean;
  const end = response.end.bind(response) as (chunk: Chunk, callback?: Callback) => ServerResponse;
  let held: Buffer = Buffer.alloc(0);

  const sendAllBut = (chunk: Buffer, callback: Callback): boolean => {
    const all = Buffer.concat([held, chunk]);
    held = all.subarray(-1);
    if (all.length > 1) return write(all.subarray(0, -1), callback);
    response.flushHeaders();
    setImmediate(callback);
    return true;
  };
  const heldWrite = (chunk: Chunk, ...rest: Rest): boolean => {
    const { encoding, callback } = namedOptions(rest);
    return sendAllBut(bytesOf(chunk, encoding), callback ?? (() => {}));
  };
  const heldEnd = (...args: readonly (Chunk | Callback | undefined)[]): ServerResponse => {
    const [first, ...others] = args;
    const { encoding, callback } = namedOptions((typeof first === 'function' ? args : others) as Rest);
    const body = first === undefined || typeof first === 'function' ? Buffer.alloc(0) : bytesOf(first, encoding);
    if (held.length + body.length === 0) return end(body, callback);
    // What an undivided `end` would have announced: a known length instead of chunks.
    const undivided = held.length === 0 && !response.headersSent;
    if (undivided && !response.hasHeader('content-length') && !response.hasHeader('transfer-encoding')) {
      response.setHeader('content-length', body.length);
    }
    sendAllBut(body, () => {});
    setTimeout(() => end(held, callback), delayMs);
    return response;
  };
  response.write = heldWrite as typeof response.write;
  response.end = heldEnd as typeof response.end;
}

function bytesOf(chunk: Chunk, encoding: BufferEncoding | undefined): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
}

function namedOptions(rest: Rest): { readonly encoding: BufferEncoding | undefined; readonly callback: Callback | undefined } {
  return { encoding: rest.find((item) => typeof item === 'string'), callback: rest.find((item) => typeof item === 'function') };
}
