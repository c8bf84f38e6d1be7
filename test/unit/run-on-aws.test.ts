import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settleStart } from '../../harness/collect/classify-start.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { createRunFolder, type RunFolder } from '../../harness/run/folder-run-store.ts';
import { type MeasureOptions, type MeasureResult, type MeasuringPlace, measure } from '../../harness/run/measure.ts';
import type { Progress } from '../../harness/run/progress.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newFakeClock, newFakePlace } from '../support/fake-place.ts';
import { parseJournal } from '../support/parsed-journal.ts';

/** What AWS asks of a run and the lab does not: pacing, burn-in, throttles, a budget, a deployment that stays. */

let folder: string;
let store: RunFolder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-on-aws-'));
  store = createRunFolder(folder, 'abcdefgh12');
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const options = {
  backend: 'aws',
  scenarios: ['default'],
  targets: ['internet'],
  rounds: 3,
  warm: 2,
  seed: 'seed',
  reference: true,
} as const;
const plan = newPlan(options, SCENARIOS);
const driver = { node: 'v20', kernel: 'test', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0 };

interface Ran {
  readonly result: MeasureResult;
  readonly destroyed: boolean;
  readonly samples: readonly ReportedSample[];
}

async function run(
  change: (place: MeasuringPlace, clock: ReturnType<typeof newFakeClock>) => Partial<MeasuringPlace>,
  more: Partial<MeasureOptions> = {},
): Promise<Ran> {
  const clock = newFakeClock();
  const place = newFakePlace(plan, clock);
  const given = { ...place, ...change(place, clock) };
  const { signal } = new AbortController();
  const result = await measure({
    plan,
    place: given,
    store,
    clock,
    driver,
    toolVersion: '0',
    onProgress: () => undefined,
    signal,
    ...more,
  });
  const journal = parseJournal(readFileSync(join(store.location, 'samples.ndjson'), 'utf8'));
  const samples = journal.samples.map((sample) => ({ ...sample, ...settleStart(sample) }));
  return { result, destroyed: place.destroyed(), samples };
}

describe('pacing', () => {
  /** The shortest time between the begins of two calls of one function, milliseconds of the fake wall clock. */
  function shortestGap(samples: readonly ReportedSample[]): number {
    const gaps = [...new Set(samples.map(({ call }) => call.scenario))].flatMap((scenario) => {
      const begins = samples.filter(({ call }) => call.scenario === scenario).map(({ askedAt }) => Date.parse(askedAt));
      return begins.slice(1).map((at, i) => at - (begins[i] ?? 0));
    });
    return Math.min(...gaps);
  }

  it('asks no function more often than ten times a second', async () => {
    const { samples } = await run(() => ({ callGapMs: 100 }));
    // The stamps are whole milliseconds of a clock that has more digits.
    expect(shortestGap(samples)).toBeGreaterThanOrEqual(99);
  });

  it('waits for nothing where the place asks for no gap', async () => {
    const { samples } = await run(() => ({}));
    expect(shortestGap(samples)).toBeLessThan(20);
  });
});

describe('burn-in', () => {
  it("discards the first round's cold calls alone, with the reason", async () => {
    const { samples } = await run(() => ({ burnInRounds: 1 }));
    const early = samples.filter(({ discardReason }) => discardReason === 'burn-in').map(({ call }) => `${call.round} ${call.purpose}`);
    expect(early).toEqual(['1 cold', '1 cold']);
    const judged = samples.filter(({ call, discardReason }) => call.purpose === 'cold' && discardReason === undefined);
    expect(judged.map(({ call }) => call.round)).toEqual([2, 2, 3, 3]);
  });
});

describe('a throttled call', () => {
  it('is asked again after a pause that doubles, and never becomes a time', async () => {
    let left = 3;
    const { samples, result } = await run((place) => ({
      invoker: {
        invoke: async (name, payload) => {
          const measured = new TextDecoder().decode(payload).includes('r002-0006');
          if (!measured || left-- <= 0) return place.invoker.invoke(name, payload);
          return { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
        },
      },
    }));
    const tries = samples.filter(({ call }) => call.callId.startsWith('r002-0006'));
    expect(tries.map(({ outcome }) => outcome)).toEqual(['throttled', 'throttled', 'throttled', 'ok']);
    expect(tries.slice(0, 3).filter(({ fn, client, report }) => fn ?? client ?? report.duration)).toEqual([]);
    expect(tries.at(-1)?.fn).toBeDefined();
    const begins = tries.map(({ askedAt }) => Date.parse(askedAt));
    expect(begins.slice(1).map((at, i) => Math.round((at - (begins[i] ?? 0)) / 1000))).toEqual([1, 2, 4]);
    expect(result.manifest.stopReason).toBe('complete');
  });

  it('ends its arm for the round, not the run, when it stays throttled', async () => {
    const { samples, result } = await run((place) => ({
      invoker: {
        invoke: async (name, payload) => {
          const cold = new TextDecoder().decode(payload).includes('r002-0000');
          return cold ? { kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' } : place.invoker.invoke(name, payload);
        },
      },
    }));
    const arms = new Set(samples.filter(({ call, outcome }) => call.round === 2 && outcome === 'ok').map(({ call }) => call.scenario));
    expect(arms.size).toBe(1);
    expect(samples.filter(({ call }) => call.round === 3).every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(result.manifest.stopReason).toBe('complete');
  });
});

describe('the times of rounds', () => {
  const SECOND = 1e9;

  it('are told with the terms that no driver can save; turns, repeats and their pauses are in the total alone', async () => {
    const told: Progress[] = [];
    let refusals = 1;
    const { result } = await run(
      (place, clock) => ({
        settleMs: 2_000,
        callGapMs: 100,
        coldForcer: {
          // One update takes 3 s, the other waits a second for its turn and takes 25.
          force: async (names, nonce, signal) => {
            const begun = clock.now();
            clock.advance(26 * SECOND);
            const [first, second] = await place.coldForcer.force(names, nonce, signal);
            const at = (seconds: number) => nanoseconds(begun + seconds * SECOND);
            return [
              { functionName: first?.functionName ?? '', acceptedAt: begun, successfulAt: at(3) },
              { functionName: second?.functionName ?? '', acceptedAt: at(1), successfulAt: at(26) },
            ];
          },
        },
        invoker: {
          invoke: async (name, payload) => {
            const cold = new TextDecoder().decode(payload).includes('r002-0000');
            if (cold && refusals-- > 0) return { kind: 'throttled', reason: 'CallerRateLimitExceeded' };
            return place.invoker.invoke(name, payload);
          },
        },
      }),
      { onProgress: (progress) => told.push(progress) },
    );
    expect(result.manifest.stopReason).toBe('complete');
    const [sum, ...others] = told.filter((progress) => progress.kind === 'rounds-timed');
    expect(others).toEqual([]);
    expect(sum).toMatchObject({ rounds: 3, times: { slowestUpdate: 75 * SECOND, settle: 6 * SECOND } });
    const { calls = 0, pacing = 0, total = 0 } = sum?.times ?? {};
    // Three rounds of two arms: a cold call of 153 ms each, two discarded and four measured of 3 ms.
    expect(calls).toBe(3 * 2 * (153 + 6 * 3) * 1e6);
    expect(pacing).toBeGreaterThan(0);
    // The rest is three turns and the pause after the throttle.
    expect(total - calls - pacing - 81 * SECOND).toBe(4 * SECOND);
  });
});

describe('a budget', () => {
  it('ends the run before a round that it does not allow; what was measured stays, what was deployed goes', async () => {
    const asked: number[] = [];
    const elapsed: number[] = [];
    const affords = (seconds: number, done: number): boolean => {
      asked.push(done);
      elapsed.push(seconds);
      return done < 2;
    };
    const { result, destroyed, samples } = await run(() => ({}), { affords });
    expect(asked).toEqual([0, 1, 2]);
    expect(elapsed).toEqual([...elapsed].sort((a, b) => a - b));
    expect(elapsed.at(-1)).toBeGreaterThan(0);
    expect(result.manifest.stopReason).toBe('budget');
    expect(Math.max(...samples.map(({ call }) => call.round))).toBe(2);
    expect(destroyed).toBe(true);
  });
});

describe('--keep', () => {
  it('leaves the deployment', async () => {
    const { destroyed, result } = await run(() => ({}), { keep: true });
    expect(destroyed).toBe(false);
    expect(result).toMatchObject({ leftovers: [], kept: true });
  });

  it('keeps nothing of a deploy that failed', async () => {
    const fail = { deploy: async () => Promise.reject(new Error('no')), destroy: async () => [] };
    let removed = 0;
    const destroy = async () => {
      removed++;
      return [];
    };
    const { result } = await run(() => ({ deployer: { ...fail, destroy } }), { keep: true });
    expect(removed).toBe(1);
    expect(result).not.toHaveProperty('kept');
  });
});
