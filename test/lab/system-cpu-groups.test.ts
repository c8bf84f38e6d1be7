import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultMode } from '../../scenarios/default.ts';
import { newSandbox, type Sandbox, startBench } from '../support/bench-process.ts';
import { ownCpuGroups } from '../support/cpu-work.ts';
import { processTree } from '../support/host-traces.ts';
import { type RunningLab, startRunningLab, whyNoLab } from '../support/running-lab.ts';
import { waitUntil } from '../support/wait-until.ts';

const cpu = ownCpuGroups('2ab');
const missing = whyNoLab() ?? ('why' in cpu ? cpu.why : undefined);
const folder = 'why' in cpu ? '' : dirname(cpu.prefix);
const ARM = { scenario: 'default', target: 'internet' } as const;
const GONE_MS = 5_000;
const STEP_MS = 60_000;

let sandbox: Sandbox | undefined;
const labs: RunningLab[] = [];
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.stop()));
});
afterAll(() => sandbox?.remove());

/** Names of all labs' groups that begin so. */
function groupsOf(beginning: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith(`${beginning}-`));
}

async function startLab(): Promise<{ readonly lab: RunningLab; readonly groups: string }> {
  const lab = await startRunningLab();
  labs.push(lab);
  return { lab, groups: basename(lab.ready.cpuGroups ?? '') };
}

async function untilNone(beginning: string): Promise<void> {
  await waitUntil(`no group ${beginning}-…`, GONE_MS, () => (groupsOf(beginning).length === 0 ? true : undefined));
}

describe('the cgroups of labs', () => {
  test('two at once have groups of their own; those of one that ends go, those of the other stay until its functions go', async () => {
    const [one, other] = await Promise.all([startLab(), startLab()]);
    expect((await one.lab.notes()).join('\n')).toContain('CPU held to memory ÷ 1769 MB of one processor after init');
    const runs = await Promise.all([one, other].map(({ lab }) => lab.deployRun([defaultMode], ['internet'])));
    const [first, second] = runs;
    if (first === undefined || second === undefined) throw new Error('a run is missing');
    await Promise.all([one.lab.ask(first.deployment, ARM), other.lab.ask(second.deployment, ARM)]);
    expect([groupsOf(one.groups).length, groupsOf(other.groups).length]).toEqual([1, 1]);
    const [held = ''] = groupsOf(one.groups);
    expect(readFileSync(join(folder, held, 'cgroup.procs'), 'utf8').trim()).toMatch(/^\d+$/);
    await one.lab.stop();
    expect(groupsOf(one.groups)).toEqual([]);
    // It answers: `ask` throws when it does not.
    await other.lab.ask(second.deployment, ARM);
    expect(groupsOf(other.groups).length).toBe(1);
    await second.destroy();
    await untilNone(other.groups);
  });

  test('are removed by the next lab when the run and who removes after it were killed -9', async () => {
    sandbox = newSandbox();
    const slow = ['--lab-knobs', JSON.stringify({ delays: { firstByte: 600 } })];
    const run = ['run', '--scenario', 'default', '--no-reference', '--targets', 'internet', '--rounds', '3', ...slow];
    const bench = startBench([...run, '--out', sandbox.results], sandbox.env);
    const owned = (): readonly string[] => readdirSync(folder).filter((name) => new RegExp(`^lnb-\\d+-${bench.pid}-`).test(name));
    await waitUntil('a group with a process', STEP_MS, () => {
      if (bench.hasEnded()) throw new Error(`bench ended:\n${bench.stderr()}`);
      return owned().some((name) => !name.endsWith('-trial')) ? true : undefined;
    });
    const tree = processTree(bench.pid);
    const remover = tree.find(({ words }) => words.some((word) => word.startsWith(join(folder, `lnb-`))) && words[0] === 'sh');
    if (remover === undefined) throw new Error('nobody removes after the lab');
    process.kill(remover.pid, 'SIGKILL');
    process.kill(bench.pid, 'SIGKILL');
    await bench.ended;
    const members = (name: string): string => readFileSync(join(folder, name, 'cgroup.procs'), 'utf8').trim();
    await waitUntil('the end of the lab', GONE_MS, () => (owned().every((name) => members(name) === '') ? true : undefined));
    const left = owned();
    expect(left.length).toBeGreaterThan(0);
    const { lab } = await startLab();
    expect(owned()).toEqual([]);
    await waitUntil('word of it', GONE_MS, () =>
      lab.log.find((line) => line === `removed cgroups of a lab that was killed: ${left.length}`),
    );
  });
});
