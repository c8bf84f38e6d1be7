import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory } from '../../harness/run/history-file.ts';
import { newRecord, newRecords, runNumber } from '../support/history-entries.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-history-'));
  file = join(folder, 'history.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

const noSleep = { sleep: async () => undefined };

describe('a history file', () => {
  it('is empty where there is none, and made when something is appended', async () => {
    const history = openHistory(join(folder, 'deep', 'below'), noSleep);
    expect(history.read().entries).toEqual([]);
    await history.append(newRecords(2));
    expect(history.read().entries).toEqual(newRecords(2));
  });

  it('is not touched by nothing', async () => {
    await openHistory(folder, noSleep).append([]);
    expect(existsSync(file)).toBe(false);
  });

  it('only grows', async () => {
    const history = openHistory(folder, noSleep);
    await history.append([newRecord(1, 0.1)]);
    const before = readFileSync(file, 'utf8');
    await history.append([newRecord(2, 0.1)]);
    expect(readFileSync(file, 'utf8').startsWith(before)).toBe(true);
  });

  it('goes on behind a line that its writer died in', async () => {
    const history = openHistory(folder, noSleep);
    await history.append(newRecords(2));
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -40));
    expect(history.read()).toMatchObject({ entries: [newRecord(1, 0.11)], damage: { cut: true } });
    await history.append([newRecord(3, 0.1)]);
    expect(history.read()).toMatchObject({ entries: [newRecord(1, 0.11), newRecord(3, 0.1)], damage: { cut: false, malformed: 1 } });
  });

  it('takes the lock of a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(folder, 'history.lock'), String(pid));
    await openHistory(folder, noSleep).append(newRecords(1));
    expect(existsSync(join(folder, 'history.lock'))).toBe(false);
  });

  it('waits for one that is alive, and gives up with a reason', async () => {
    writeFileSync(join(folder, 'history.lock'), String(process.pid));
    await expect(openHistory(folder, noSleep).append(newRecords(1))).rejects.toMatchObject({
      exitCode: 2,
      why: expect.stringContaining('holds'),
    });
    expect(existsSync(file)).toBe(false);
  });

  it('says why it cannot be read', () => {
    writeFileSync(join(folder, 'plain'), '');
    expect(() => openHistory(join(folder, 'plain'), noSleep).read()).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('keeps every line of two processes that append at once', async () => {
    const writers = [1, 101].map((first) =>
      spawn(process.execPath, ['--import', 'tsx', 'test/support/history-writer.ts', folder, String(first), '40'], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
    expect(codes).toEqual([0, 0]);
    const { entries, damage } = openHistory(folder, noSleep).read();
    expect(damage).toEqual({ cut: false, malformed: 0, otherSchema: 0, repeated: 0 });
    const wanted = [1, 101].flatMap((first) => Array.from({ length: 40 }, (_, i) => runNumber(first + i))).flatMap((id) => [id, id]);
    expect(entries.map(({ runId }) => runId).sort()).toEqual(wanted.sort());
    // A run's lines are written in one piece.
    expect(entries.every(({ runId }, i) => i % 2 === 1 || entries[i + 1]?.runId === runId)).toBe(true);
  }, 60_000);
});
