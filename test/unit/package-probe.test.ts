import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../infra/package/fingerprint.ts';
import { packageProbe } from '../../infra/package/package-probe.ts';
import { zipFiles } from '../../infra/package/zip.ts';

const FILES = [
  { name: 'b.mjs', content: Buffer.from('export const b = 2;\n'.repeat(50)) },
  { name: 'a.mjs', content: Buffer.from('export const a = 1;\n') },
];

test('the zip holds one module a target and nothing else, readable by all', async () => {
  const { zip, files } = await packageProbe();
  const unzipped = unzipSync(zip);
  expect(Object.keys(unzipped)).toEqual(['internet.mjs', 'rds.mjs', 's3.mjs']);
  for (const file of files) expect(Buffer.from(unzipped[file.name] ?? []).equals(file.content)).toBe(true);
  // "Version made by" and external attributes of the first directory entry (APPNOTE 4.3.12): Unix, 0644.
  const directory = Buffer.from(zip).indexOf('PK\x01\x02', 0, 'latin1');
  expect(Buffer.from(zip).readUInt8(directory + 5)).toBe(3);
  expect(Buffer.from(zip).readUInt32LE(directory + 38) >>> 16).toBe(0o644);
});

test('packaging twice gives the same bytes, and no path of this machine is in them', async () => {
  const [one, two] = await Promise.all([packageProbe(), packageProbe()]);
  expect(one.sha256Hex).toBe(two.sha256Hex);
  for (const file of one.files) expect(Buffer.from(file.content).includes(process.cwd())).toBe(false);
});

test('the fingerprint is the SHA-256 in both spellings', async () => {
  const { zip, sha256Hex, codeSha256Base64 } = await packageProbe();
  expect(sha256Hex).toBe(createHash('sha256').update(zip).digest('hex'));
  expect(Buffer.from(codeSha256Base64, 'base64').toString('hex')).toBe(sha256Hex);
});

test('the order in which files are given does not matter', () => {
  expect(fingerprintOf(zipFiles(FILES))).toEqual(fingerprintOf(zipFiles([...FILES].reverse())));
});

test('a zip is the same in every time zone', () => {
  const script = `
    import { fingerprintOf } from './infra/package/fingerprint.ts';
    import { zipFiles } from './infra/package/zip.ts';
    const files = JSON.parse(process.argv[1]).map(([name, text]) => ({ name, content: Buffer.from(text) }));
    process.stdout.write(new Date(0).getHours() + ' ' + fingerprintOf(zipFiles(files)).sha256Hex);`;
  const input = JSON.stringify(FILES.map((file) => [file.name, file.content.toString()]));
  const results = ['UTC', 'America/New_York', 'Asia/Tokyo'].map((zone) =>
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, input], {
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    }).split(' '),
  );
  expect(results.map(([hour]) => hour)).toEqual(['0', '19', '9']);
  expect(new Set(results.map(([, hash]) => hash))).toEqual(new Set([fingerprintOf(zipFiles(FILES)).sha256Hex]));
});
