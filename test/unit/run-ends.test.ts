import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunStore } from '../../harness/domain/ports.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { createRunFolder, type RunFolder } from '../../harness/run/folder-run-store.ts';
import { type MeasureResult, type MeasuringPlace, measure } from '../../harness/run/measure.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newFakeClock, newFakePlace } from '../support/fake-place.ts';

let folder: string;
let store: RunFolder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-ends-'));
  store = createRunFolder(folder, 'abcdefgh12');
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const options = { backend: 'lab', scenarios: [], targets: ['internet'], rounds: 2, warm: 1, seed: 'seed', reference: true } as const;
const plan = newPlan(options, SCENARIOS);

interface Ended {
  readonly result: MeasureResult;
  readonly destroyed: boolean;
  readonly entries: readonly { readonly event: string; readonly stopReason?: string }[];
}

async function run(
  change: (place: MeasuringPlace) => Partial<MeasuringPlace>,
  into: RunStore,
  aborts: readonly AbortSignal[] = [],
): Promise<Ended> {
  const clock = newFakeClock();
  const place = newFakePlace(plan, clock);
  const driver = { node: 'v20', kernel: 'test', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0 };
  const signal = AbortSignal.any([...aborts]);
  const result = await measure({
    ...{ plan, store: into, clock, driver, toolVersion: '0', signal, onProgress: () => undefined },
    place: { ...place, ...change(place) },
  });
  const lines = readFileSync(join(store.location, 'samples.ndjson'), 'utf8').trim().split('\n');
  return { result, destroyed: place.destroyed(), entries: lines.map((line) => JSON.parse(line)) };
}

/** An invoker that does something before its n-th call. */
function atCall(place: MeasuringPlace, n: number, act: () => void): Partial<MeasuringPlace> {
  let calls = 0;
  return {
    invoker: {
      invoke: (name, payload) => {
        calls += 1;
        if (calls === n) act();
        return place.invoker.invoke(name, payload);
      },
    },
  };
}

test('a place that is gone: its own reason is the error, nothing is left, nothing is asked for', async () => {
  const gone = new AbortController();
  const reason = new Error('the lab ended');
  const place = (fake: MeasuringPlace) => ({ ...atCall(fake, 50, () => gone.abort(reason)), failed: gone.signal });
  const { result, destroyed, entries } = await run(place, store, [gone.signal]);
  expect(result).toMatchObject({ leftovers: [], error: reason, manifest: { stopReason: 'error', message: 'the lab ended' } });
  expect(destroyed).toBe(false);
  expect(entries.at(-1)).toMatchObject({ event: 'end', stopReason: 'error' });
});

test('a place that goes while it is taken down: an error, though all was measured', async () => {
  const gone = new AbortController();
  const place = (fake: MeasuringPlace): Partial<MeasuringPlace> => ({
    failed: gone.signal,
    deployer: {
      ...fake.deployer,
      destroy: async () => {
        gone.abort(new Error('the lab ended'));
        throw new Error('ECONNREFUSED');
      },
    },
  });
  const { result } = await run(place, store);
  expect(result).toMatchObject({ leftovers: [], error: { message: 'the lab ended' }, manifest: { stopReason: 'complete' } });
});

test('a journal that takes nothing more: what was deployed is removed all the same, and the first error is told', async () => {
  let [taken, room] = [0, 20];
  const full: RunStore = {
    ...store,
    appendJournal: (text) => {
      const lines = text.split('\n').length;
      if (taken + lines > room) {
        room = 0;
        throw new Error(`no space for line ${taken + 1}`);
      }
      taken += lines;
      store.appendJournal(text);
    },
  };
  const { result, destroyed, entries } = await run(() => ({}), full);
  expect(taken).toBeGreaterThan(17);
  expect(result).toMatchObject({ error: { message: `no space for line ${taken + 1}` }, manifest: { stopReason: 'error' } });
  expect(destroyed).toBe(true);
  expect(entries).toHaveLength(taken);
});

test('a journal that takes nothing at all: refused before anything is deployed', async () => {
  const full: RunStore = {
    ...store,
    appendJournal: () => {
      throw new Error('no space');
    },
  };
  let deployed = false;
  const place = (fake: MeasuringPlace): Partial<MeasuringPlace> => ({
    deployer: {
      ...fake.deployer,
      deploy: (...words) => {
        deployed = true;
        return fake.deployer.deploy(...words);
      },
    },
  });
  await expect(run(place, full)).rejects.toThrow('no space');
  expect(deployed).toBe(false);
});
