import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { describe, expect, test } from 'vitest';
import { parseDeploymentState } from '../../../harness/domain/deployment-state.ts';
import { isRunId } from '../../../harness/domain/run.ts';
import { type BenchEnd, startBench } from '../../support/bench-process.ts';
import { newLabOfFile } from '../../support/lab-of-file.ts';
import { benchWordsIn, readmeChapter, shellLines } from '../../support/readme-commands.ts';

/** The README's chapter, walked as somebody would who has just read it: its lines, in their order, and what it promises of each. */
const STEP_MS = 90_000;
const CHAPTER = readmeChapter('On AWS');
const LINES = shellLines(CHAPTER);
/** So that a walk takes minutes: fewer rounds, and looks as often as a lab can bear them. What they change is in no promise. */
const WAITING = ['--waiting', 'lab'];
const SMALL = ['--rounds', '2', '--warm', '2', ...WAITING];

const place = newLabOfFile();
/** By the names that the README uses, and what its `export` lines set. */
const names = new Map<string, string>();
const variables: Record<string, string> = {};

const bench = (words: readonly string[], env: Readonly<Record<string, string>> = place.lab.env): Promise<BenchEnd> =>
  startBench(words, { ...env, ...variables }).ended;

function expectCode(code: number, end: BenchEnd): void {
  expect({ code: end.code, stdout: end.stdout, stderr: end.stderr }).toMatchObject({ code });
}

const runsIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).filter(isRunId) : []);
const results = (): string => join(place.sandbox.folder, 'results');
const stateOf = (run: string) => parseDeploymentState(readFileSync(join(results(), run, 'deployment.json'), 'utf8'));
const schedules = async (): Promise<readonly string[]> => {
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = place.lab.env;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = place.lab.env;
  const client = new SchedulerClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const { Schedules = [] } = await client.send(new ListSchedulesCommand({}));
  client.destroy();
  return Schedules.map(({ Name = '' }) => Name);
};

/** A line with the README's names for runs replaced; throws for one that no line before has given. */
function filled(words: readonly string[]): readonly string[] {
  return words.map((word) => {
    if (!/^[A-Z]+$/.test(word)) return word;
    const name = names.get(word);
    if (name === undefined) throw new Error(`no line before has given a ${word}`);
    return name;
  });
}

/** Runs the line as it stands, with what a test adds. */
const walk = (line: string, more: readonly string[], env?: Readonly<Record<string, string>>): Promise<BenchEnd> =>
  bench([...filled(benchWordsIn(line) ?? []), ...more], env);

interface Step {
  /** What the chapter promises of the line. */
  readonly promise: string;
  readonly act: (line: string) => Promise<void>;
}

/** One a line of the chapter. */
const STEPS: Readonly<Record<string, Step>> = {
  'npm run bench -- doctor --backend aws': {
    promise: 'looks at identity, quotas, permissions and leftovers, and finds the account ready',
    act: async (line) => {
      const end = await walk(line, WAITING);
      expectCode(0, end);
      for (const words of ['account …0000', 'NAT gateways in a zone', 'permissions', 'runs in the account'])
        expect(end.stdout).toContain(words);
      expect(end.stdout).not.toMatch(/^ *(✗|missing)/m);
    },
  },
  'npm run bench -- plan --scenario vpc-nat --backend aws --region eu-central-1': {
    promise: 'shows stacks, duration with its terms and the cost by run, hour and month, without any account',
    act: async (line) => {
      const end = await walk(line, [], place.sandbox.env);
      expectCode(0, end);
      expect(end.stdout).toMatch(/^Stack paid: .*EC2::NatGateway/m);
      expect(end.stdout).toMatch(/^Stack guard: .*3 Scheduler::Schedule/m);
      expect(end.stdout).toMatch(/^Round: .* = slowest update .* \+ settling .* \+ its calls .* \+ pacing /m);
      expect(end.stdout).toMatch(/at most about \d+\.\d+ USD for the run/);
      expect(end.stdout).toMatch(/, \d+\.\d+ USD for each hour that it stands/);
      const monthly = (stdout: string): number => Number(/^vpc-nat +\| +[\d.]+ \| +[\d.]+ \| +([\d.]+)$/m.exec(stdout)?.[1]);
      const dear = await walk(line, ['--traffic-gb', '200'], place.sandbox.env);
      expectCode(0, dear);
      // 100 GB more through the NAT gateway.
      expect(monthly(dear.stdout) - monthly(end.stdout)).toBeCloseTo(4.5, 6);
      expectCode(2, await walk(line, ['--prices', join(place.sandbox.folder, 'none.json')], place.sandbox.env));
    },
  },
  'npm run bench -- --scenario vpc-nat --backend aws --budget 1': {
    promise: 'the same with --dry-run; wants a yes; prints account, role, region and price; measures, removes, and keeps to the budget',
    act: async (line) => {
      const asked = await walk(line, ['--dry-run', '--region', 'eu-central-1'], place.sandbox.env);
      expectCode(0, asked);
      expect(asked.stdout).toMatch(/^Stack paid: /m);
      const unasked = await walk(line, [...SMALL, '--out', results()]);
      expectCode(2, unasked);
      expect(unasked.stderr).toContain('--yes');
      expect(runsIn(results())).toEqual([]);
      const end = await walk(line, [...SMALL, '--yes', '--out', results()]);
      expectCode(0, end);
      expect(end.stderr).toMatch(/^account …0000 as user\/\S+, region us-east-1, at http/m);
      expect(end.stderr).toMatch(/^Cost: at most about \d+\.\d+ USD/m);
      expect(end.stderr).toMatch(/^✓ 2 rounds in .* × .*slowest updates .* pacing /m);
      expect(end.stdout).toContain('NOT AWS');
      expect(runsIn(results())).toHaveLength(1);
      expect((await bench(['sweep', '--dry-run', ...WAITING])).stdout).toContain('no run\n');
      names.set('RUN', runsIn(results())[0] ?? '');
    },
  },
  'export LNB_DB_PASSWORD="$(openssl rand -hex 16)"': {
    promise: 'a password for the database',
    act: async (line) => {
      const text = execFileSync('/bin/sh', ['-ec', `${line}\nprintf %s "$LNB_DB_PASSWORD"`], { encoding: 'utf8' });
      expect(text).toMatch(/^[0-9a-f]{32}$/);
      variables['LNB_DB_PASSWORD'] = text;
    },
  },
  'npm run bench -- deploy --backend aws --scenario vpc-nat --ttl 3h': {
    promise: 'deploys, leaves it standing for three hours, prints its name, with a guard of three schedules',
    act: async (line) => {
      const begun = Date.now();
      const end = await walk(line, [...WAITING, '--yes', '--out', results()]);
      expectCode(0, end);
      const [, run = ''] = /run (\w+) stands/.exec(end.stdout) ?? [];
      names.set('DEPLOYED', run);
      const { expiresAt, stacks } = stateOf(run);
      expect(Math.abs(Date.parse(expiresAt) - begun - 3 * 3_600_000)).toBeLessThan(60_000);
      expect(stacks.map(({ kind, status }) => `${kind} ${status}`).sort()).toEqual([
        'fn created',
        'guard created',
        'net created',
        'paid created',
      ]);
      expect(await schedules()).toEqual(['fn', 'net', 'paid'].map((kind) => `lnb-${run}-${kind}`));
      expect(end.stdout).toContain(`--on ${run}`);
    },
  },
  'npm run bench -- --on DEPLOYED': {
    promise: 'measures on what stands, rds included, into a run of its own, and changes none of it',
    act: async (line) => {
      const deployed = names.get('DEPLOYED') ?? '';
      const [stood, before] = [stateOf(deployed).stacks, runsIn(results())];
      const end = await walk(line, [...SMALL, '--yes', '--out', results()]);
      expectCode(0, end);
      const [run = '', ...others] = runsIn(results()).filter((name) => !before.includes(name));
      expect(others).toEqual([]);
      names.set('RUN', run);
      expect(JSON.parse(readFileSync(join(results(), run, 'run.json'), 'utf8'))).toMatchObject({
        deployedBy: deployed,
        stopReason: 'complete',
        configurationDiff: { unexpected: [] },
      });
      expect(readFileSync(join(results(), run, 'samples.csv'), 'utf8')).toMatch(/,vpc-nat,rds,warm,warm,reused,ok,/);
      expect(stateOf(deployed).stacks).toEqual(stood);
      const { LNB_DB_PASSWORD: _, ...without } = variables;
      const alone = startBench([...filled(benchWordsIn(line) ?? []), ...SMALL, '--yes', '--out', results()], {
        ...place.lab.env,
        ...without,
      });
      const refused = await alone.ended;
      expectCode(4, refused);
      expect(refused.stderr).toContain('--targets internet,s3');
    },
  },
  'npm run bench -- collect RUN': {
    promise: 'looks again for REPORTs while the log groups exist, and writes the reports again',
    act: async (line) => {
      const end = await walk(line, [...WAITING, '--out', results()]);
      expectCode(0, end);
      expect(end.stdout).toMatch(/^\d+ of \d+ missing REPORTs were found/);
    },
  },
  'npm run bench -- destroy DEPLOYED': {
    promise: 'removes by the state, by the id alone, and again after itself',
    act: async (line) => {
      const deployed = names.get('DEPLOYED') ?? '';
      const unasked = await walk(line, [...WAITING, '--out', results()]);
      expectCode(2, unasked);
      const end = await walk(line, [...WAITING, '--yes', '--out', results()]);
      expectCode(0, end);
      expect(end.stdout).toContain(`nothing of run ${deployed} is left`);
      expect(stateOf(deployed).stacks.map(({ status }) => status)).toEqual(['deleted', 'deleted', 'deleted', 'deleted']);
      expect(await schedules()).toEqual([]);
      expectCode(0, await walk(line, [...WAITING, '--yes', '--out', results()]));
      expectCode(0, await walk(line, [...WAITING, '--yes', '--out', join(place.sandbox.folder, 'elsewhere')]));
    },
  },
  'npm run bench -- sweep --dry-run': {
    promise: 'finds what runs have in the account: nothing any more',
    act: async (line) => {
      const end = await walk(line, WAITING);
      expectCode(0, end);
      expect(end.stdout).toContain('no run\n');
      expectCode(0, await walk(line, ['--expired', ...WAITING]));
    },
  },
};

describe('the README’s chapter on AWS, with the lab in the place of AWS', () => {
  test('has a step here for each of its lines, and no other', () => {
    expect(LINES.length).toBeGreaterThan(5);
    expect(LINES).toEqual(Object.keys(STEPS));
  });

  test.each(LINES.map((line) => [line, STEPS[line]?.promise ?? 'no step'] as const))(
    '%s: %s',
    async (line) => {
      await STEPS[line]?.act(line);
    },
    STEP_MS,
  );

  // What the chapter says in prose, with the words that it says it in: a promise that is taken back fails here.
  const REFUSALS: readonly (readonly [
    prose: string,
    words: readonly string[],
    env: Readonly<Record<string, string>>,
    code: number,
    says: string,
  ])[] = [
    [
      '`--allowed-accounts` (or `LNB_ALLOWED_ACCOUNTS`) refuses',
      ['--yes', '--allowed-accounts', '111122223333'],
      {},
      4,
      'not among those allowed',
    ],
    ['(or `LNB_ALLOWED_ACCOUNTS`) refuses', ['--yes'], { LNB_ALLOWED_ACCOUNTS: '111122223333' }, 4, 'not among those allowed'],
    ['`--budget USD` refuses a plan that costs more (exit 6)', ['--yes', '--budget', '0.01'], {}, 6, 'more than the budget'],
    ['without a terminal it needs `--yes`', [], {}, 2, '--yes'],
  ];
  test.each(REFUSALS)('%s', async (prose, words, env, code, says) => {
    expect(CHAPTER.replace(/\s+/g, ' ')).toContain(prose);
    const before = runsIn(results());
    const flags = ['--scenario', 'vpc-nat', '--backend', 'aws', ...SMALL, '--out', results()];
    const end = await bench([...flags, ...words], { ...place.lab.env, ...env });
    expectCode(code, end);
    expect(end.stderr).toContain(says);
    expect(runsIn(results())).toEqual(before);
  });

  test(
    '`--ttl none` without end: no guard, and nothing removes it by itself',
    async () => {
      expect(CHAPTER).toContain('`--ttl none` without end');
      const flags = ['--backend', 'aws', '--scenario', 'vpc-nat', '--targets', 'internet', '--ttl', 'none', ...WAITING, '--yes'];
      const end = await bench(['deploy', ...flags, '--out', results()]);
      expectCode(0, end);
      expect(end.stdout).toContain('nothing removes it by itself');
      expect(await schedules()).toEqual([]);
      const [, run = ''] = /run (\w+) stands/.exec(end.stdout) ?? [];
      const swept = await bench(['sweep', '--yes', ...WAITING]);
      expectCode(0, swept);
      expect(swept.stdout).toContain(run);
      expect((await bench(['sweep', '--dry-run', ...WAITING])).stdout).toContain('no run\n');
    },
    STEP_MS,
  );
});
