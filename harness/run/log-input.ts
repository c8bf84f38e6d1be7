import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { LogRecords } from '../collect/log-records.ts';

/** A line longer than this is no log line (CloudWatch Logs takes events of up to 1 MB); what is beyond it is passed over. UTF-16 units. */
export const LONGEST_LINE = 16 * 1024 * 1024;
const GZIP = [0x1f, 0x8b];
/** The head of a Logs Insights export: `@timestamp,@message,…`. */
const CSV_HEAD = /(?:^|,)"?@message"?(?:,|\r?$)/;

const LINES_BETWEEN = 1_000;

/** Called now and then between two lines; reading waits for it. */
export type AfterSome = () => Promise<void> | undefined;

/** An input that could not be read to its end. */
export class UnreadableInput extends Error {
  constructor(name: string, cause: unknown) {
    super(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'UnreadableInput';
  }
}

/** The first bytes, put back before the stream goes on. Empty for an empty stream. */
async function firstBytes(stream: Readable): Promise<Buffer> {
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk as Uint8Array);
    stream.unshift(bytes);
    return bytes;
  }
  return Buffer.alloc(0);
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let tooLong = false;
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (!tooLong) yield piece.endsWith('\r') ? piece.slice(0, -1) : piece;
      tooLong = false;
    }
    if (rest.length > LONGEST_LINE) [rest, tooLong] = ['', true];
  }
  rest += decoder.decode();
  if (rest !== '' && !tooLong) yield rest;
}

async function readLines(stream: AsyncIterable<Buffer>, records: LogRecords, afterSome: AfterSome): Promise<void> {
  let count = 0;
  for await (const line of linesOf(stream)) {
    records.line(line);
    count++;
    // A promise a line would cost as much as the line.
    if (count % LINES_BETWEEN === 0) await afterSome();
  }
}

type Row = Readonly<Record<string, string>>;

async function readCsv(stream: AsyncIterable<Buffer>, records: LogRecords, afterSome: AfterSome): Promise<void> {
  const rows = parse({ columns: true, relax_column_count: true, relax_quotes: true, bom: true });
  await pipeline(stream, rows, async (source: AsyncIterable<Row>) => {
    for await (const row of source) {
      const logGroup = row['@log']?.replace(/^\d+:/, '');
      const logStream = row['@logStream'];
      records.event({ text: row['@message'] ?? '', ...(logGroup ? { logGroup } : {}), ...(logStream ? { logStream } : {}) });
      await afterSome();
    }
  });
}

async function readStream(raw: Readable, records: LogRecords, afterSome: AfterSome): Promise<void> {
  const magic = await firstBytes(raw);
  const zipped = GZIP.every((byte, i) => magic[i] === byte);
  const stream = zipped ? createGunzip() : new PassThrough();
  // A source that fails must end what reads from it.
  const piped = pipeline(raw, stream);
  piped.catch(() => undefined);
  const head = await firstBytes(stream);
  const [firstLine = ''] = head.toString('utf8').split('\n', 1);
  if (CSV_HEAD.test(firstLine)) await readCsv(stream, records, afterSome);
  else await readLines(stream, records, afterSome);
  await piped;
}

/**
 * Reads a log, gzipped or not, from a file or (`-`) from `standardInput`, in memory that does not grow with it. Throws `UnreadableInput`; records that
 * came before are given.
 */
export async function readLog(name: string, standardInput: Readable, records: LogRecords, afterSome: AfterSome): Promise<void> {
  records.nextInput();
  try {
    await readStream(name === '-' ? standardInput : createReadStream(name), records, afterSome);
  } catch (error) {
    throw new UnreadableInput(name === '-' ? 'standard input' : name, error);
  }
}
