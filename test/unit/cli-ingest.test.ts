import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IngestFlags, ingestCommand } from '../../harness/cli/ingest-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-ingest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GROUP = '/aws/lambda/cart';
const COLD =
  'REPORT RequestId: c1\tDuration: 3.10 ms\tBilled Duration: 546 ms\tMemory Size: 2048 MB\tMax Memory Used: 95 MB\tInit Duration: 542.01 ms\t\n';
const JSON_REPORT = JSON.stringify({
  time: '2026-10-08T07:30:29.470Z',
  type: 'platform.report',
  record: { requestId: 'j1', metrics: { durationMs: 2, billedDurationMs: 2, memorySizeMB: 256, maxMemoryUsedMB: 100 }, status: 'success' },
});
const warm = (i: number): string =>
  `REPORT RequestId: w${i}\tDuration: ${i}.00 ms\tBilled Duration: ${i} ms\tMemory Size: 2048 MB\tMax Memory Used: 96 MB\t\n`;
const FAILED =
  'REPORT RequestId: f1\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 2048 MB\tMax Memory Used: 96 MB\tStatus: timeout\n';
const LOG = ['START RequestId: c1 Version: 1\n', COLD, 'hello\n', ...[1, 2, 3, 4, 5, 6].map(warm), FAILED].join('');
const TEN = ['c1', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'f1'];

async function ingest(files: readonly string[], flags: IngestFlags = {}, input: Readable = Readable.from([])) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.setEncoding('utf8');
  let text = '';
  stdout.on('data', (chunk: string) => {
    text += chunk;
  });
  const code = await ingestCommand(files, flags, { stdout, stderr, env: {} }, input);
  stdout.end();
  await new Promise((resolve) => stdout.once('end', resolve));
  return { code, text };
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Document {
  readonly records: readonly { readonly requestId: string }[];
  readonly passedOver: number;
  readonly malformed: number;
}

async function documentOf(path: string, input?: Readable): Promise<Document> {
  return JSON.parse((await ingest([path], { json: true }, input)).text) as Document;
}

const events = LOG.split('\n').flatMap((line, i) => (line === '' ? [] : [{ logStreamName: 's', timestamp: i, message: `${line}\n` }]));

describe('the same log in every form that tools give it', () => {
  it.each([
    ['plain', LOG],
    ['with CRLF', LOG.replaceAll('\n', '\r\n')],
    ['gzipped', gzipSync(LOG)],
    ['gzipped in two members', Buffer.concat([gzipSync(LOG.slice(0, 200)), gzipSync(LOG.slice(200))])],
    ['with prefixes', LOG.replaceAll(/^(?=[A-Zh])/gm, '2026-10-08T07:30:27.768Z ')],
    ['as FilterLogEvents on one line', JSON.stringify({ events })],
    ['as FilterLogEvents, indented', JSON.stringify({ events }, null, 4)],
    ['one event a line', events.map((one) => JSON.stringify(one)).join('\n')],
    [
      'as an Insights export',
      stringify(
        events.map(({ message }) => ({ '@timestamp': '2026-10-08 07:30:27.768', '@message': message })),
        { header: true },
      ),
    ],
  ])('%s', async (_what, content) => {
    const { records, passedOver, malformed } = await documentOf(write('log', content));
    expect(records.map(({ requestId }) => requestId)).toEqual(TEN);
    expect([passedOver, malformed]).toEqual([2, 0]);
  });

  it('from standard input', async () => {
    expect((await documentOf('-', Readable.from([Buffer.from(LOG)]))).records).toHaveLength(8);
  });
});

describe('bench ingest', () => {
  it('gives each record what its line holds and nothing else', async () => {
    const { records } = await documentOf(write('log', `${COLD}REPORT RequestId: x\tDuration: 1.00 ms\tStatus: error\tError Type: E`));
    expect(records).toEqual([
      { requestId: 'c1', durationMs: 3.1, billedMs: 546, memorySizeMb: 2048, maxMemoryUsedMb: 95, initMs: 542.01 },
      { requestId: 'x', durationMs: 1, status: 'error', errorType: 'E' },
    ]);
  });

  it('prints times by function and start, failures apart', async () => {
    const text = LOG.replaceAll(/^(?=REPORT)/gm, `${GROUP} `);
    const printed = (await ingest([write('log', text), write('more.json', JSON_REPORT)])).text;
    expect(printed).toMatch(/cart +\| warm +\| duration_ms +\| +3\.000 \| n too small \(need 36\) \|/);
    expect(printed).toMatch(/cart +\| cold +\| init_ms +\| n too small \(need 6\)/);
    expect(printed).toMatch(/cart +\| +1 \| +0 \| +6 \| 1 timeout/);
    expect(printed).toMatch(/\(not named\)/);
    expect(printed).toContain('9 REPORTs, 0 of them cut; 11 lines, 2 passed over (no REPORT), 0 malformed.');
  });

  it('writes report, table and histograms where it is told to', async () => {
    const out = join(folder, 'out');
    await ingest([write('log', LOG)], { out, by: 'none' });
    expect(readdirSync(out).sort()).toEqual(['histograms.hlog', 'report.md', 'summary.csv']);
    expect(readFileSync(join(out, 'summary.csv'), 'utf8')).toContain('all,warm,duration_ms,p50,3.000');
    expect(readFileSync(join(out, 'histograms.hlog'), 'utf8')).toContain('Tag=all/warm/duration_ms,');
  });

  it.each([
    ['no file', [], {}, /no file was named/],
    ['a file that is not there', ['/nowhere/at-all.log'], {}, /does not exist/],
    ['an unknown grouping', ['-'], { by: 'functions' }, /Did you mean "function"/],
  ])('refuses %s with the command that helps', async (_what, files, flags, why) => {
    await expect(ingest(files, flags)).rejects.toMatchObject({
      exitCode: 2,
      why: expect.stringMatching(why),
      tryCommands: expect.any(Array),
    });
  });

  it.each([
    ['a folder', () => folder],
    ['gzip that is cut', () => write('cut.gz', gzipSync(LOG.repeat(50)).subarray(0, 100))],
  ])('says why %s cannot be read', async (_what, path) => {
    await expect(ingest([path()])).rejects.toMatchObject({ exitCode: 2, message: 'The logs cannot be read.' });
  });

  it.each([
    ['an empty file', ''],
    ['bytes that are no text', Buffer.from([0, 255, 254, 10, 128])],
  ])('reads %s as what it is: no REPORT', async (_what, content) => {
    expect((await ingest([write('log', content)])).text).toMatch(/^0 REPORTs/);
  });
});
