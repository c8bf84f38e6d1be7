import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StrikingKnob } from '../../infra/lab/faults/strikes.ts';
import { type FaultStage, startFaultStage } from '../support/fault-stage.ts';
import { onlyRunIn, RUN_FILES } from '../support/run-folder.ts';
import { whyNoLab } from '../support/running-lab.ts';
import { type Ended, type FaultScript, journalOf, type Scene } from './fault-script.ts';
import { FAULT_SCRIPTS } from './fault-scripts.ts';
import { FAULT_TABLE, type FaultRow, keepsOf, REMAINS_FOREIGN, REMAINS_NOTHING } from './fault-table.ts';

/** `LNB_FAULTS=all` plays every row; without it those that the table marks. */
const ALL = process.env['LNB_FAULTS'] === 'all';
const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGKILL: 137 };
const ROW_MS = 120_000;
const FLAGS = ['--backend', 'aws', '--waiting', 'lab', '--scenario', 'vpc-nat', '--no-reference', '--targets', 'internet'];
const SIZE = ['--rounds', '1', '--warm', '1'];

const missing = whyNoLab();
const results: string[] = [];
let stage: FaultStage;

beforeAll(async () => {
  if (missing === undefined) stage = await startFaultStage();
});
afterAll(async () => {
  process.stdout.write(`${['row | exit expected/got | remains | kept | seconds', ...results].join('\n')}\n`);
  await stage?.close();
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});

function argumentsOf({ flags = [], withoutYes, command }: FaultScript, out: string): readonly string[] {
  const words = command?.(out) ?? ['run', '--out', out];
  return [...words, ...FLAGS, ...SIZE, ...(withoutYes ? [] : ['--yes']), ...flags];
}

const codeOf = ({ code, signal }: Ended): number | undefined => code ?? SIGNAL_CODES[signal ?? ''];

async function play(row: FaultRow, script: FaultScript, out: string): Promise<{ readonly first: Ended; readonly last: Ended }> {
  await stage.knobs(script.knobs ?? {});
  const before = await stage.strikes();
  const start = script.process ? stage.start : stage.run;
  const scene: Scene = { stage, out, command: start(argumentsOf(script, out), script.env) };
  const [end] = await Promise.all([scene.command.ended, script.meanwhile?.(scene)]);
  const folder = onlyRunIn(out);
  const first: Ended = { ...end, ...(folder === undefined ? {} : { folder }) };
  // A fault that nothing met would make every row a row of its own success.
  const unmet = (await stage.met()).filter(({ met, times }) => met === 0 || (times < 10 && met < times));
  expect(unmet, `faults that ${row.id} never met; ${end.stderr}`).toEqual([]);
  const after = await stage.strikes();
  for (const [knob, least] of Object.entries(script.strikes ?? {}) as readonly [StrikingKnob, number][]) {
    expect(after[knob] - before[knob], `answers that ${knob} spoilt`).toBeGreaterThanOrEqual(least);
  }
  await stage.knobs({});
  if (script.afterwards === undefined) return { first, last: first };
  expect({ code: first.code, stderr: first.stderr }).toMatchObject({ code: 0 });
  return { first, last: { ...first, ...(await script.afterwards(scene, first)) } };
}

async function sweepDry(): Promise<string> {
  const swept = await stage.run(['sweep', '--dry-run', '--waiting', 'lab']).ended;
  expect({ code: swept.code, stderr: swept.stderr }).toMatchObject({ code: 0 });
  return swept.stdout;
}

/** What the table says remains, remains and is found; after `destroy` nothing does. */
async function expectRemains({ remains }: FaultRow, { folder }: Ended, out: string): Promise<string> {
  const there = await stage.account();
  if (remains !== REMAINS_NOTHING && remains !== REMAINS_FOREIGN) {
    const stacks = there.filter((name) => name.startsWith('stack '));
    expect(stacks.length).toBeGreaterThan(0);
    expect(await sweepDry()).toContain('1 run\n');
    const destroyed = await stage.run(['destroy', basename(folder ?? ''), '--yes', '--waiting', 'lab', '--out', out]).ended;
    expect({ code: destroyed.code, stderr: destroyed.stderr }).toMatchObject({ code: 0 });
  } else {
    expect(there).toEqual([]);
  }
  expect(await stage.account()).toEqual([]);
  expect(await sweepDry()).toContain('no run\n');
  return there.length === 0 ? 'nothing' : `${there.length} things, then nothing`;
}

/** Every received sample is in the journal, and the files are those that such an end leaves. */
function expectKept(row: FaultRow, { folder, code }: Ended): string {
  const lines = journalOf(folder);
  const idsOf = (wanted: string) => lines.filter(({ event }) => event === wanted).map(({ call_id: id }) => id);
  const [asked, observed] = [idsOf('asked'), idsOf('observed')];
  const lost = asked.length - observed.length;
  expect(asked.slice(0, observed.length)).toEqual(observed);
  expect(lost).toBeLessThanOrEqual(code === undefined || row.id === 'interrupt-twice' ? 1 : 0);
  const has = (name: string): boolean => folder !== undefined && existsSync(join(folder, name));
  switch (keepsOf(row)) {
    case 'no-run':
      expect(folder).toBeUndefined();
      break;
    case 'no-call':
      expect(asked).toEqual([]);
      expect(JSON.parse(readFileSync(join(folder ?? '', 'run.json'), 'utf8'))).toMatchObject({
        stopReason: expect.stringMatching(/^(deploy-failed|interrupted)$/),
      });
      break;
    case 'state':
      expect(asked).toEqual([]);
      expect(has('deployment.json')).toBe(true);
      break;
    case 'whole':
      expect(observed.length).toBeGreaterThan(0);
      expect(RUN_FILES.filter((name) => !has(name))).toEqual([]);
      expect(lines.at(-1)).toMatchObject({ event: 'end', stopReason: 'complete' });
      break;
    case 'shorter':
      expect(observed.length).toBeGreaterThan(0);
      expect(RUN_FILES.filter((name) => !has(name))).toEqual([]);
      expect(lines.at(-1)).toMatchObject({ event: 'end', stopReason: expect.stringMatching(/^(interrupted|error)$/) });
      break;
    case 'journal':
      expect(observed.length).toBeGreaterThan(0);
  }
  return folder === undefined ? 'no run' : `${observed.length}/${asked.length} calls`;
}

describe('a fault at a step of a run', () => {
  for (const row of FAULT_TABLE) {
    test(
      `${row.step} ${row.id}: ${row.fault}`,
      async (ctx) => {
        if (!ALL && !row.always) ctx.skip('played with LNB_FAULTS=all');
        const script = FAULT_SCRIPTS[row.id];
        if (script === undefined) throw new Error(`the row ${row.id} has no script`);
        const began = performance.now();
        const out = join(stage.sandbox.folder, row.id);
        let told = ['?', '?'];
        let got: number | undefined;
        try {
          const { first, last } = await play(row, script, out);
          got = codeOf(last);
          expect({ code: got, stderr: last.stderr }).toMatchObject({ code: row.exit });
          for (const words of script.says ?? []) expect(`${last.stdout}${last.stderr}`).toMatch(words);
          script.met?.(first);
          told = [await expectRemains(row, first, out), expectKept(row, first)];
        } finally {
          results.push([row.id, `${row.exit}/${got ?? '?'}`, ...told, ((performance.now() - began) / 1000).toFixed(1)].join(' | '));
          await stage.knobs({});
          await stage.run(['sweep', '--yes', '--waiting', 'lab']).ended;
        }
      },
      ROW_MS,
    );
  }
});
