import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newRandom } from '../../harness/domain/random.ts';
import { type BenchEnd, type BenchProcess, newSandbox, type Sandbox, startBench } from '../support/bench-process.ts';
import { findLabProgram, type HostState, leftOf, lookAtHost, type Traces, traceTree } from '../support/host-traces.ts';
import { callsOf, onlyRunIn, RUN_FILES, readJournal, strangersIn } from '../support/run-folder.ts';
import { whyNoLab } from '../support/running-lab.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Moments for each victim; 20 with `LNB_KILL_MOMENTS=20`, which takes some minutes. */
const MOMENTS = Number(process.env['LNB_KILL_MOMENTS'] ?? 3);
const SEED = process.env['LNB_KILL_SEED'] ?? 'kill-nine';
const SECONDS_A_MOMENT = 60;
/** After a kill: everything must be gone. Measured 0.1 to 0.5 s. */
const GONE_MS = 5_000;
/** After the lab was killed: the driver must end by itself; its control-plane clients try for two seconds. */
const DRIVER_ENDS_MS = 15_000;
const STEP_MS = 30_000;

const missing = whyNoLab();
/** As short as a run can be that has a database, a NAT and a reused connection. */
const RUN = ['run', '--scenario', 'vpc-nat', '--no-reference', '--targets', 'internet,rds', '--rounds', '1', '--warm', '1'];

let sandbox: Sandbox;
let before: HostState;
let cached: readonly string[];
/** How long an undisturbed run takes until its lab is there, and in all. */
let labAfterMs = 0;
let wholeMs = 0;

function start(...more: readonly string[]): BenchProcess {
  return startBench([...RUN, '--out', sandbox.results, ...more], sandbox.env);
}

async function untilProgram(bench: BenchProcess, name: 'control' | 'supervisor'): Promise<number> {
  return waitUntil(`the lab's ${name}`, STEP_MS, () => {
    if (bench.hasEnded()) throw new Error(`bench ended before there was a lab:\n${bench.stderr()}`);
    return findLabProgram(bench.pid, name)?.pid;
  });
}

/** Nothing but the run's own folder may stay: neither in the kernel nor in a file system. */
async function expectNothingLeft(traces: Traces, killed: boolean): Promise<void> {
  let left: readonly string[] = [];
  await waitUntil('the end of everything', GONE_MS, () => {
    left = leftOf(traces, before, sandbox.cache);
    return left.length === 0 ? true : undefined;
  }).catch(() => undefined);
  expect(left).toEqual([]);
  expect(readdirSync(sandbox.cache, { recursive: true }).sort()).toEqual(cached);
  expect(readdirSync(sandbox.temporary).filter((name) => !/^tsx-\d+$/.test(name))).toEqual([]);
  expect(strangersIn(sandbox.results, killed)).toEqual([]);
}

/** Calls are made one after the other: every one that was asked has its line, and only the last can lack an answer. */
function expectWholeJournal(run: string): { readonly lost: number } {
  const journal = readJournal(run);
  const [asked, observed] = [callsOf(journal, 'asked'), callsOf(journal, 'observed')];
  expect(new Set(asked).size).toBe(asked.length);
  expect([...asked].sort()).toEqual(asked);
  const lost = asked.filter((id) => !observed.includes(id));
  expect(lost).toEqual(lost.length === 0 ? [] : asked.slice(-1));
  expect(observed).toEqual(asked.slice(0, observed.length));
  return { lost: lost.length };
}

async function report(run: string): Promise<BenchEnd> {
  return startBench(['report', run], sandbox.env).ended;
}

beforeAll(async () => {
  if (missing !== undefined) return;
  sandbox = newSandbox();
  const began = performance.now();
  const first = start();
  await untilProgram(first, 'control');
  expect((await first.ended).code).toBe(0);
  // The first run also fills the cache; the second is timed.
  rmSync(sandbox.results, { recursive: true });
  const timed = performance.now();
  const second = start();
  await untilProgram(second, 'control');
  labAfterMs = performance.now() - timed;
  expect((await second.ended).code).toBe(0);
  wholeMs = performance.now() - timed;
  process.stdout.write(`kill -9: first run ${Math.round(timed - began)} ms, then ${Math.round(wholeMs)} ms\n`);
  cached = (readdirSync(sandbox.cache, { recursive: true }) as string[]).sort();
  rmSync(sandbox.results, { recursive: true });
  before = lookAtHost();
});
afterEach(() => {
  if (missing === undefined) rmSync(sandbox.results, { recursive: true, force: true });
});
afterAll(() => sandbox?.remove());

/** Moments in milliseconds, spread at random over a span. */
function drawMoments(name: string, spanMs: number): readonly number[] {
  const random = newRandom(`${SEED}/${name}`);
  return Array.from({ length: MOMENTS }, () => random.next() * spanMs);
}

describe('kill -9 at random moments leaves nothing but the journal', () => {
  test(
    `of the driver, ${MOMENTS} times`,
    async (ctx) => {
      if (missing !== undefined) ctx.skip(missing);
      let killed = 0;
      for (const moment of drawMoments('driver', wholeMs)) {
        const bench = start();
        await sleep(moment);
        const traces = traceTree(bench.pid);
        // A run may be faster than the one that was timed.
        if (!bench.hasEnded()) process.kill(bench.pid, 'SIGKILL');
        killed += (await bench.ended).signal === 'SIGKILL' ? 1 : 0;
        await expectNothingLeft(traces, true);
        const run = onlyRunIn(sandbox.results);
        if (run !== undefined) {
          const { lost } = expectWholeJournal(run);
          const told = await report(run);
          // Killed before it wrote what it planned, a run has nothing to tell.
          if (callsOf(readJournal(run), 'asked').length > 0) expect(told).toMatchObject({ code: 0 });
          if (lost > 0) expect(told.stdout).toContain('1 calls were asked and never observed');
        }
        rmSync(sandbox.results, { recursive: true, force: true });
      }
      expect(killed).toBeGreaterThan(MOMENTS / 2);
    },
    MOMENTS * SECONDS_A_MOMENT * 1000,
  );

  test.for(['control', 'supervisor'] as const)(
    `of the lab's %s, ${MOMENTS} times: the driver ends by itself and says why`,
    { timeout: MOMENTS * SECONDS_A_MOMENT * 1000 },
    async (program, ctx) => {
      if (missing !== undefined) ctx.skip(missing);
      const ends: string[] = [];
      for (const moment of drawMoments(program, wholeMs - labAfterMs)) {
        const bench = start();
        const pid = await untilProgram(bench, program);
        await sleep(moment);
        const traces = traceTree(bench.pid);
        // A late moment may find the lab already taken down by its driver.
        if (findLabProgram(bench.pid, program)?.pid === pid) process.kill(pid, 'SIGKILL');
        await waitUntil('the end of the driver', DRIVER_ENDS_MS, () => (bench.hasEnded() ? true : undefined));
        ends.push(expectClearEnd(await bench.ended));
        await expectNothingLeft(traces, false);
        rmSync(sandbox.results, { recursive: true, force: true });
      }
      expect(ends).toContain('under the run');
    },
  );
});

/** The driver's own account of a lab that was killed: one error, exit 4, and every file of a run that had begun. */
function expectClearEnd({ code, stderr }: BenchEnd): 'under the run' | 'not started' | 'too late' {
  const run = onlyRunIn(sandbox.results);
  expect(stderr).not.toContain('Internal error');
  expect(stderr).not.toContain('✗ left');
  if (code === 0) {
    expect(readJournal(run ?? '').entries.at(-1)).toMatchObject({ event: 'end', stopReason: 'complete' });
    return 'too late';
  }
  expect(code).toBe(4);
  expect(stderr.match(/^✗/gm), stderr).toHaveLength(1);
  expect(stderr).toMatch(/\n {2}Why: .+(\n.+)*\n {2}Try: .+(\n.+)*\n {2}Nothing is running.*\n {2}exit 4\n/);
  if (run === undefined) {
    expect(stderr).toContain('The lab did not start.');
    return 'not started';
  }
  expect(stderr).toContain('The lab ended under the run.');
  expect(readdirSync(run).sort()).toEqual([...RUN_FILES].sort());
  expectWholeJournal(run);
  const last = readJournal(run).entries.at(-1);
  expect(last?.event).toBe('end');
  // `complete`: it died while what had been measured was taken down.
  expect(last?.stopReason).toMatch(/^(error|complete)$/);
  return 'under the run';
}

describe('a call that is out', () => {
  const slow = ['--lab-knobs', JSON.stringify({ delays: { firstByte: 600 } })];

  /** Resolves while a measured call waits for its first byte. */
  async function untilCallIsOut(bench: BenchProcess): Promise<string> {
    return waitUntil('a call that is out', STEP_MS, () => {
      if (bench.hasEnded()) throw new Error(`bench ended before it asked:\n${bench.stderr()}`);
      const run = onlyRunIn(sandbox.results);
      if (run === undefined) return undefined;
      const { entries } = readJournal(run);
      const asked = entries.filter(({ event }) => event === 'asked').length;
      return asked > 2 && entries.at(-1)?.event === 'asked' ? run : undefined;
    });
  }

  test('is lost when the driver is killed, and the report says so', async (ctx) => {
    if (missing !== undefined) ctx.skip(missing);
    const bench = start(...slow, '--targets', 'internet');
    const run = await untilCallIsOut(bench);
    const traces = traceTree(bench.pid);
    // What is looked for later is there now: else its absence would prove nothing.
    expect(traces.listeners.size).toBe(1);
    const there = leftOf(traces, before, sandbox.cache).join('\n');
    for (const kind of ['net', 'pid', 'mnt', 'ipc']) expect(there).toMatch(new RegExp(`^process .* ${kind}:\\[`, 'm'));
    expect(there).toMatch(/^listener 0100007F:/m);
    process.kill(bench.pid, 'SIGKILL');
    await bench.ended;
    await expectNothingLeft(traces, true);
    expect(expectWholeJournal(run)).toEqual({ lost: 1 });
    const told = await report(run);
    expect(told).toMatchObject({ code: 0 });
    expect(told.stdout).toContain('1 calls were asked and never observed');
    expect(readFileSync(join(run, 'report.md'), 'utf8')).toContain('1 calls were asked and never observed');
    expect(readFileSync(join(run, 'samples.csv'), 'utf8')).toMatch(/,lost,/);
    expect(readdirSync(run).sort()).toEqual([...RUN_FILES].sort());
  });

  test.for([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)('is waited for on $signal, everything is removed, the run is kept: exit $code', async ({ signal, code }, ctx) => {
    if (missing !== undefined) ctx.skip(missing);
    const bench = start(...slow, '--targets', 'internet');
    const run = await untilCallIsOut(bench);
    const traces = traceTree(bench.pid);
    process.kill(bench.pid, signal);
    const end = await bench.ended;
    expect(end).toMatchObject({ code });
    expect(end.stderr).toContain('removing what was deployed');
    expect(end.stderr).not.toContain('✗');
    await expectNothingLeft(traces, false);
    expect(expectWholeJournal(run)).toEqual({ lost: 0 });
    expect(readJournal(run).entries.at(-1)).toMatchObject({ event: 'end', stopReason: 'interrupted' });
    expect(readdirSync(run).sort()).toEqual([...RUN_FILES].sort());
  });

  test('is left alone on the second SIGINT: exit 130 at once, nothing stays', async (ctx) => {
    if (missing !== undefined) ctx.skip(missing);
    const bench = start(...slow, '--targets', 'internet');
    const run = await untilCallIsOut(bench);
    const traces = traceTree(bench.pid);
    process.kill(bench.pid, 'SIGINT');
    await waitUntil('word of the first signal', STEP_MS, () => (bench.stderr().includes('again to leave at once') ? true : undefined));
    process.kill(bench.pid, 'SIGINT');
    expect(await bench.ended).toMatchObject({ code: 130 });
    await expectNothingLeft(traces, true);
    expect(expectWholeJournal(run)).toEqual({ lost: 1 });
  });
});
