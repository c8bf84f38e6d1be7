import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baselineAcceptCommand, baselineShowCommand } from '../../harness/cli/baseline-command.ts';
import { type RunMaker, regressionCommand } from '../../harness/cli/regression-command.ts';
import { parseMinimumEffect, type RegressionFlags } from '../../harness/cli/regression-options.ts';
import { type DeploymentState, formatDeploymentState } from '../../harness/domain/deployment-state.ts';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { createRunFolder } from '../../harness/run/folder-run-store.ts';
import { loadAnalysis } from '../../harness/run/load.ts';
import { measure } from '../../harness/run/measure.ts';
import { deployedFunction } from '../../infra/deploy/deployed.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newFakeClock, newFakePlace } from '../support/fake-place.ts';
import { runNumber } from '../support/history-entries.ts';

const driver = { node: 'v20.0.0', kernel: '6.0.0-test', cpuModel: 'Test CPU', cpuCount: 2, loadAverageAtStart: 0.25 };
const MS = 1_000_000;

let folder: string;
let written: { stdout: string; stderr: string };
let made: string[];
/** Added to every measured operation of `vpc-nat`, nanoseconds. */
let slowerBy: number;
let breaks: (number: number) => Partial<Awaited<ReturnType<RunMaker>>> | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-regression-'));
  made = [];
  slowerBy = 0;
  breaks = () => undefined;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Whole runs in a fake place, a day apart: deterministic, a little different each time. */
const make: RunMaker = async (options, flags) => {
  const number = made.length + 1;
  made.push(`${options.seed}: ${options.scenarios.join()} ${options.targets.join()}`);
  const plan = newPlan(options, SCENARIOS);
  const clock = newFakeClock();
  clock.advance(number * 86_400_000 * MS);
  const place = newFakePlace(plan, clock, {
    answer: (event, ordinary) => {
      const { result } = ordinary;
      if (result.kind !== 'ok') return ordinary;
      // The fake draws the same times in every run: each run gets a level of its own, the reference none.
      const own = event.connection === 'new' ? slowerBy + (number % 4) * 5_000 : (number % 3) * 5_000;
      const added = calledFor.current.startsWith('fn-vpc-nat-') && !calledFor.current.includes('~') ? own : 0;
      const ttfb = (result.phases.ttfb ?? 0) + added;
      return { ...ordinary, result: { ...result, phases: { ...result.phases, ttfb }, totalNs: result.totalNs + added } };
    },
  });
  const calledFor = { current: '' };
  const invoker = {
    invoke: async (name: string, payload: Uint8Array) => {
      calledFor.current = name;
      return place.invoker.invoke(name, payload);
    },
  };
  const store = createRunFolder(flags.out, runNumber(number));
  try {
    const { signal } = new AbortController();
    const about = { driver, toolVersion: '0.0.0', onProgress: () => undefined, signal };
    await measure({ plan, place: { ...place, invoker }, store, clock, ...about });
    return { codes: [], analysis: await loadAnalysis(store), ...breaks(number) };
  } finally {
    store.close();
  }
};

function io(env: NodeJS.ProcessEnv = {}) {
  written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      write: (chunk, _, done) => {
        written[name] += String(chunk);
        done();
      },
    });
  return { stdout: stream('stdout'), stderr: stream('stderr'), env };
}

function flags(parts: Partial<RegressionFlags> = {}): RegressionFlags {
  const paths = { out: folder, history: join(folder, 'history') };
  return { ...paths, scenario: ['vpc-nat'], targets: 'internet', rounds: '6', warm: '2', seed: 'fixed', confirm: [], ...parts };
}

async function run(parts: Partial<RegressionFlags> = {}, env: NodeJS.ProcessEnv = {}): Promise<number> {
  return regressionCommand(flags(parts), io(env), make);
}

async function learn(): Promise<void> {
  for (let i = 0; i < 10; i++) expect(await run()).toBe(EXIT_CODES.ok);
}

function historyText(): string {
  return readFileSync(join(folder, 'history', 'history.ndjson'), 'utf8');
}

describe('scheduled runs', () => {
  it('learn, pass, confirm a regression, and go on from an accepted level', async () => {
    await learn();
    expect(written.stdout).toContain('LEARNING');
    expect(await run({ strict: true })).toBe(EXIT_CODES.ok);
    expect(written.stdout).toContain('NO REGRESSION');
    expect(made).toHaveLength(11);

    slowerBy = 2 * MS;
    expect(await run()).toBe(EXIT_CODES.regression);
    expect(written.stdout).toContain('✗ REGRESSION  vpc-nat against default: internet, warm, new connection, fn_total_ms p50: +');
    expect(written.stdout).toContain('mean of 3 runs against 11 runs');
    expect(made.slice(11)).toEqual([
      'fixed: vpc-nat internet',
      'fixed/confirm-1: vpc-nat,default internet',
      'fixed/confirm-2: vpc-nat,default internet',
    ]);
    expect(written.stdout).toContain(`baseline accept ${runNumber(12)} --reason`);

    // Nobody has accepted it: it is no excuse for the next.
    expect(await run()).toBe(EXIT_CODES.regression);
    const where = { history: join(folder, 'history') };
    expect(await baselineAcceptCommand(runNumber(12), { ...where, reason: 'a <b>new</b> proxy' }, io())).toBe(EXIT_CODES.ok);
    expect(written.stdout).toBe(`accepted  vpc-nat/default/internet/warm/new from run ${runNumber(12)} on\n`);
    expect(written.stderr.match(/was not held up by this run/g)).toHaveLength(2);
    expect(await run({ strict: true })).toBe(EXIT_CODES.ok);

    await baselineShowCommand(where, io());
    expect(written.stdout).toContain('level from the last 4');
    const html = readFileSync(join(folder, 'history', 'history.html'), 'utf8');
    expect(html).toContain('a &lt;b&gt;new&lt;/b&gt; proxy');
    expect(html).not.toContain('<b>new');
    expect(html.match(/<svg /g)).toHaveLength(3);
    expect(readFileSync(join(folder, 'history', 'history.md'), 'utf8')).toContain('a \\<b\\>new\\</b\\> proxy');
  }, 60_000);

  it('clear a flag that two more runs do not bear out', async () => {
    await learn();
    slowerBy = 2 * MS;
    breaks = (number) => {
      if (number === 11) slowerBy = 0;
      return undefined;
    };
    // The first is so far off that the mean of three is too, unless what matters is larger: two thirds of it are gone.
    expect(await run({ minEffect: '60%' })).toBe(EXIT_CODES.ok);
    expect(made).toHaveLength(13);
    expect(written.stdout).toContain('CLEARED');
  }, 60_000);

  it.each([
    ['interrupted', EXIT_CODES.interrupted],
    ['terminated', EXIT_CODES.terminated],
    ['out of budget', EXIT_CODES.budget],
    ['too many failures', EXIT_CODES.environment],
    ['an internal error', EXIT_CODES.internal],
    ['unexpectedly reachable', EXIT_CODES.regression],
  ])('keep the code of a run that ended otherwise, and forget it: %s', async (_why, code) => {
    breaks = () => ({ codes: [code] });
    expect(await run()).toBe(code);
    expect(historyText).toThrow('ENOENT');
    expect(written.stdout).toBe('');
  });

  it('judge a complete run whose removal left something, with the code of that', async () => {
    breaks = () => ({ codes: [EXIT_CODES.leftovers] });
    expect(await run()).toBe(EXIT_CODES.leftovers);
    expect(historyText().split('\n')).toHaveLength(4);
  });

  it('stay undecided when a confirming run is interrupted, with its code', async () => {
    await learn();
    slowerBy = 2 * MS;
    breaks = (number) => (number === 12 ? { codes: [EXIT_CODES.interrupted] } : undefined);
    expect(await run()).toBe(EXIT_CODES.interrupted);
    expect(written.stdout).toContain('▲ FLAGGED');
    expect(historyText().trim().split('\n').at(-1)).not.toContain('confirmation');
    expect(made).toHaveLength(12);
  }, 60_000);

  it('are judged later from their folders, once', async () => {
    await learn();
    slowerBy = 2 * MS;
    await run();
    const [flagged, ...confirm] = [11, 12, 13].map((number) => join(folder, runNumber(number)));
    const elsewhere = { history: join(folder, 'history'), run: flagged ?? '' };
    const before = historyText();
    expect(await run({ ...elsewhere, strict: true })).toBe(EXIT_CODES.undecidable);
    expect(written.stdout).toContain('2 confirming runs are missing');
    expect(await run({ ...elsewhere, confirm })).toBe(EXIT_CODES.regression);
    expect(historyText()).toBe(before);
    await expect(run({ ...elsewhere, confirm: [flagged ?? ''] })).rejects.toThrow('cannot confirm another');
    expect(made).toHaveLength(13);
  }, 60_000);

  it('learn anew in another place, and say what differs', async () => {
    await run();
    expect(await run({ rounds: '7', strict: true })).toBe(EXIT_CODES.undecidable);
    expect(written.stdout).toContain('rounds: 7 instead of 6');
  });

  it('tell GitHub and test runners the verdict, and the runs themselves tell them nothing', async () => {
    await learn();
    slowerBy = 2 * MS;
    const summary = join(folder, 'summary.md');
    const seen: (NodeJS.ProcessEnv | string | undefined)[] = [];
    const watched: RunMaker = (options, given, { env }) => {
      seen.push(env['GITHUB_ACTIONS'], given.reporter?.join());
      return make(options, given, io());
    };
    const inActions = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const code = await regressionCommand(flags({ reporter: ['junit'], json: true }), io(inActions), watched);
    expect(code).toBe(EXIT_CODES.regression);
    expect(seen).toEqual([undefined, 'junit', undefined, 'junit', undefined, 'junit']);
    const own = join(folder, runNumber(11));
    expect(readFileSync(join(own, 'regression.junit.xml'), 'utf8')).toContain('<failure message="vpc-nat against default');
    expect(readFileSync(summary, 'utf8')).toBe(`${readFileSync(join(own, 'regression-summary.md'), 'utf8')}\n`);
    expect(readFileSync(summary, 'utf8')).toContain(`## Scheduled run ${runNumber(11)}: ✗ regression`);
  }, 60_000);

  it('tell GitHub what a run found that is not judged', async () => {
    breaks = () => ({ codes: [EXIT_CODES.regression] });
    await run({}, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'summary.md') });
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain(`## lambda-network-bench, run ${runNumber(1)}`);
    expect(written.stderr).toContain('the run is not judged');
  });

  it('name the confirming runs in the document, for whoever judges again from the files', async () => {
    await learn();
    slowerBy = 2 * MS;
    await run({ json: true });
    expect(JSON.parse(written.stdout)).toMatchObject({ run_id: runNumber(11), confirmed_by: [runNumber(12), runNumber(13)], exit_code: 3 });
  }, 60_000);

  it('measure on what stands, the confirming runs too', async () => {
    await learn();
    slowerBy = 2 * MS;
    const standing = 'abcdefghij';
    const { arms } = newPlan(
      { ...{ backend: 'aws', scenarios: ['vpc-nat'], targets: ['internet'] }, ...{ reference: true, rounds: 6, warm: 2, seed: 's' } },
      SCENARIOS,
    );
    mkdirSync(join(folder, standing));
    const state: DeploymentState = {
      ...{ schema: 1, runId: standing, backend: 'aws', region: 'eu-central-1', account: '…3333', expiresAt: 'never', kept: true },
      stacks: [{ kind: 'fn', name: `lnb-${standing}-fn`, status: 'created' }],
      functions: arms.map((arm) => deployedFunction(standing, arm)),
    };
    writeFileSync(join(folder, standing, 'deployment.json'), formatDeploymentState(state));
    const asked: (string | undefined)[] = [];
    const watched: RunMaker = (options, given, to, deployment) => {
      asked.push(deployment?.state.runId);
      // The fake place is the lab's: what matters here is where the run was sent.
      return make({ ...options, backend: 'lab' }, given, to);
    };
    const { targets: _, ...rest } = flags({ on: standing, scenario: [] });
    expect(await regressionCommand(rest, io(), watched)).toBe(EXIT_CODES.regression);
    expect(asked).toEqual([standing, standing, standing]);
  }, 60_000);

  it('print one document with --json', async () => {
    await run({ json: true });
    const document = JSON.parse(written.stdout) as { exit_code: number; gates: { verdict: string }[] };
    expect([document.exit_code, document.gates.map(({ verdict }) => verdict)]).toEqual([0, ['learning', 'learning', 'learning']]);
  });
});

describe('an empty run', () => {
  it('decides nothing and gives no figures to anybody', async () => {
    expect(await run({ warm: '1', rounds: '1', strict: true })).toBe(EXIT_CODES.undecidable);
    expect(written.stdout).toContain('this run has no figures for it');
    expect(historyText()).not.toContain('log_ratio');
  });
});

describe('what cannot be asked', () => {
  it.each<[why: string, parts: Partial<RegressionFlags>, what: RegExp]>([
    ['sizes that differ', { precision: true }, /--precision/],
    ['a deployment that stays', { keep: true }, /--keep/],
    ['confirming nothing', { confirm: ['x'] }, /--confirm/],
    ['an effect that is none', { minEffect: 'little' }, /--min-effect/],
    ['an effect of nothing', { minEffect: '0%' }, /--min-effect/],
    ['the reference alone', { scenario: ['default'] }, /beside another/],
    ['a run that is not there', { run: '/nowhere' }, /ENOENT/],
  ])('%s', async (_why, parts, what) => {
    const error = await run(parts).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BenchError);
    expect(error).toMatchObject({ exitCode: EXIT_CODES.usage, why: expect.stringMatching(what) });
    expect(made).toEqual([]);
  });

  it('a deployment that does not stand', async () => {
    await expect(run({ on: 'abcdefgh12' })).rejects.toThrow('There is no deployment of run abcdefgh12');
    expect(made).toEqual([]);
  });

  it.each([
    ['no reason', runNumber(1), {}, /--reason/],
    ['a run that nobody judged', 'abcdefgh12', { reason: 'because' }, /is not in/],
  ])('acceptance: %s', async (_why, id, parts, what) => {
    await run();
    const accepted = baselineAcceptCommand(id, { history: join(folder, 'history'), ...parts }, io());
    await expect(accepted).rejects.toMatchObject({ exitCode: EXIT_CODES.usage, why: expect.stringMatching(what) });
  });

  it('acceptance of all gates: also of those that the run was not held up by, once each', async () => {
    await learn();
    slowerBy = 2 * MS;
    expect(await run()).toBe(EXIT_CODES.regression);
    const given = { history: join(folder, 'history'), reason: 'another NAT' };
    expect(await baselineAcceptCommand(runNumber(11), given, io())).toBe(EXIT_CODES.ok);
    expect(written.stdout.match(/^accepted/gm)).toHaveLength(1);
    expect(written.stderr.match(/--all-gates accepts it too/g)).toHaveLength(2);
    expect(await baselineAcceptCommand(runNumber(11), { ...given, allGates: true }, io())).toBe(EXIT_CODES.ok);
    expect(written.stdout.match(/^accepted/gm)).toHaveLength(2);
    expect(written.stderr).not.toContain('was not held up');
    await expect(baselineAcceptCommand(runNumber(11), { ...given, allGates: true }, io())).rejects.toMatchObject({
      why: 'the run was accepted before',
    });
  }, 60_000);

  it('acceptance: twice', async () => {
    await run();
    const given = { history: join(folder, 'history'), reason: 'because' };
    expect(await baselineAcceptCommand(runNumber(1), given, io())).toBe(EXIT_CODES.ok);
    await expect(baselineAcceptCommand(runNumber(1), given, io())).rejects.toMatchObject({ why: 'the run was accepted before' });
  });
});

describe('the smallest change that matters', () => {
  it.each([
    [undefined, {}],
    ['3%', { warm: { share: 0.03 }, cold: { share: 0.03 } }],
    ['3%,0.3ms', { warm: { share: 0.03, floorNs: 300_000 }, cold: { share: 0.03, floorNs: 300_000 } }],
    ['warm=0.3ms,cold=20ms', { warm: { floorNs: 300_000 }, cold: { floorNs: 20_000_000 } }],
    ['cold=10%', { cold: { share: 0.1 } }],
  ])('%s', (text, effects) => expect(parseMinimumEffect(text)).toEqual(effects));
});
