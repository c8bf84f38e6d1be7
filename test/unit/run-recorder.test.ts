import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../harness/domain/ports.ts';
import { newRecorder } from '../../harness/run/recorder.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { newReportedSample } from '../support/reported-sample.ts';

/** A store that keeps what each write brought, as event and call of every line, and can be full. */
function newStore() {
  const writes: string[][] = [];
  const full = { yes: false };
  const store: RunStore = {
    runId: 'abcdefgh12',
    location: 'nowhere',
    appendJournal: (text) => {
      if (full.yes) throw new Error('no space');
      const entries = text.split('\n').map((line) => JSON.parse(line) as { event: string; kind?: string });
      writes.push(entries.map(({ event }) => event));
    },
    writeFile: () => Promise.reject(new Error('not asked for')),
    readFile: () => Promise.reject(new Error('not asked for')),
    readChunks: () => {
      throw new Error('not asked for');
    },
    close: () => undefined,
  };
  return { store, writes, full };
}

const sample = newReportedSample();

describe('newRecorder', () => {
  it('writes what is asked before the call goes out, together with what came before', () => {
    const { store, writes } = newStore();
    const recorder = newRecorder(store, newSystemClock());
    recorder.asked(sample.call, sample.askedAt);
    expect(writes).toEqual([['asked']]);
    recorder.observed({ sample });
    recorder.asked(sample.call, sample.askedAt);
    expect(writes).toEqual([['asked'], ['observed', 'asked']]);
  });

  it('keeps nothing back longer than a turn of the loop when no call follows', async () => {
    const { store, writes } = newStore();
    const recorder = newRecorder(store, newSystemClock());
    recorder.observed({ sample });
    expect(writes).toEqual([]);
    await nextTurn();
    expect(writes).toEqual([['observed']]);
    recorder.end('complete');
    await nextTurn();
    expect(writes).toEqual([['observed'], ['end']]);
  });

  it('tells whoever writes next that a line could not be written, and goes on after it', async () => {
    const { store, writes, full } = newStore();
    const recorder = newRecorder(store, newSystemClock());
    full.yes = true;
    recorder.observed({ sample });
    await nextTurn();
    full.yes = false;
    expect(() => recorder.asked(sample.call, sample.askedAt)).toThrow('no space');
    recorder.end('error');
    // The call was not asked then, and no line says that it was.
    expect(writes).toEqual([['end']]);
  });
});
