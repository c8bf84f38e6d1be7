import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { createRunFolder, openRunFolder } from '../../harness/run/folder-run-store.ts';

const RUN = 'abcdefgh12';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('createRunFolder', () => {
  test('makes an empty journal, and leads `latest` to it only when it is published', () => {
    const store = createRunFolder(join(folder, 'a/b'), RUN);
    expect(readFileSync(join(folder, 'a/b', RUN, 'samples.ndjson'), 'utf8')).toBe('');
    expect(readdirSync(join(folder, 'a/b'))).toEqual([RUN]);
    store.publish();
    store.close();
    expect(readlinkSync(join(folder, 'a/b/latest'))).toBe(RUN);
  });

  test('a later run takes `latest` over', () => {
    for (const id of [RUN, 'bbbbbbbbbb']) {
      const store = createRunFolder(folder, id);
      store.publish();
      store.close();
    }
    expect(readlinkSync(join(folder, 'latest'))).toBe('bbbbbbbbbb');
    expect(readdirSync(folder).sort()).toEqual([RUN, 'bbbbbbbbbb', 'latest']);
  });

  test.each([
    { reason: 'folders made for it go as well', there: [], left: [] },
    { reason: "somebody else's folder stays", there: ['results'], left: ['results'] },
    { reason: 'so does one with something in it', there: ['results/other'], left: ['results', 'results/other'] },
  ])('discarded: $reason', ({ there, left }) => {
    for (const path of there) mkdirSync(join(folder, path), { recursive: true });
    const store = createRunFolder(join(folder, 'results/deep'), RUN);
    store.appendJournal('{}');
    store.discard();
    expect((readdirSync(folder, { recursive: true }) as string[]).sort()).toEqual(left);
    expect(thrownBy(() => store.appendJournal('{}'))).toBeInstanceOf(Error);
  });

  test.each([
    { reason: 'the run exists', at: '', says: 'EEXIST' },
    { reason: 'a file is where a folder should be', at: 'file/results', says: 'ENOTDIR' },
    { reason: 'the kernel makes no folder there; Node’s own recursive mkdir would not return', at: '/proc/results', says: 'ENOENT' },
  ])('refused: $reason', ({ at, says }) => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, RUN));
    const error = thrownBy(() => createRunFolder(at.startsWith('/') ? at : join(folder, at), RUN));
    expect(error).toBeInstanceOf(BenchError);
    expect(error).toMatchObject({ exitCode: EXIT_CODES.usage, why: expect.stringContaining(says) });
    expect(readdirSync(folder).sort()).toEqual([RUN, 'file']);
  });
});

describe('a folder that was taken away under the run', () => {
  test('is one error with the code of a broken environment, and no half file', async () => {
    const store = createRunFolder(folder, RUN);
    rmSync(store.location, { recursive: true });
    await expect(store.writeFile('run.json', '{}')).rejects.toMatchObject({
      name: 'BenchError',
      exitCode: EXIT_CODES.environment,
      message: `Cannot write to ${store.location}.`,
    });
    store.close();
    expect(existsSync(store.location)).toBe(false);
  });
});

test('a run that is read takes no line', () => {
  createRunFolder(folder, RUN).close();
  const error = thrownBy(() => openRunFolder(join(folder, RUN)).appendJournal('{}'));
  expect(error).toMatchObject({ message: 'the journal of this run is only read' });
});
