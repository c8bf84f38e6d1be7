/** The commands in `sh` blocks of README and docs, and how each is executed by a test, or why by none. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A command as it is printed. */
export interface DocumentedCommand {
  readonly file: string;
  /** The nearest heading of the second level. */
  readonly chapter: string;
  readonly command: string;
}

/** Blocks that somebody else walks, whole. */
const LEFT_OUT: readonly { readonly file: string; readonly chapter?: string; readonly why: string }[] = [
  {
    file: 'README.md',
    chapter: 'On AWS',
    why: 'wants an account, or the lab in its place: test/lab/flows/readme.test.ts walks it line by line',
  },
  {
    file: 'docs/scheduled.md',
    why: 'wants GitHub, an account or a systemd of the user: test/docs/scheduled.test.ts runs the cron line and checks units and flags, tests of the workflows walk them',
  },
  { file: 'docs/first-aws-run.md', why: 'is what only a real account can confirm; test/docs/first-aws-run.test.ts holds its form' },
];

/** Lines of a block: continued ones joined, comments gone, what `&&` chains apart. A block with shell syntax is one command. */
function commandsIn(block: string): readonly string[] {
  if (/^\s*(for|if|while) |\$\(/m.test(block)) return [block.trim()];
  const lines = block.replace(/\\\n\s*/g, '').split('\n');
  return lines.flatMap((line) =>
    line
      .replace(/\s+# .*$/, '')
      .split(/ && (?=npm )/)
      .map((command) => command.trim())
      .filter((command) => command !== ''),
  );
}

function commandsOf(file: string): readonly DocumentedCommand[] {
  const chapters = readFileSync(join(ROOT, file), 'utf8').split(/^## /m);
  return chapters.flatMap((text, i) => {
    const chapter = i === 0 ? '' : (text.split('\n')[0] ?? '');
    if (LEFT_OUT.some((one) => one.file === file && (one.chapter === undefined || one.chapter === chapter))) return [];
    return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
      commandsIn(block).map((command) => ({ file, chapter, command })),
    );
  });
}

/** Every file of documentation, by its path in the project. */
export function documents(): readonly string[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`)];
}

/** The chapters that are left out, each of which must be there. */
export function leftOutChapters(): readonly string[] {
  return LEFT_OUT.map(({ file, chapter }) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    if (chapter !== undefined && !text.includes(`\n## ${chapter}\n`)) throw new Error(`${file} has no chapter ${chapter}`);
    return `${file} ${chapter ?? ''}`;
  });
}

/** Every command of every block, in order. */
export function documentedCommands(): readonly DocumentedCommand[] {
  return documents().flatMap(commandsOf);
}

/** Commands within sentences: `npm run …` between backticks, each once. */
export function mentionedCommands(): readonly string[] {
  const found = documents().flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(/`npm run [^`]+`/g) ?? []);
  const commands = found.flatMap((span) =>
    span
      .slice(1, -1)
      .replace(/\s+/g, ' ')
      .split(/; | [|>] /),
  );
  return [...new Set(commands.filter((command) => command.startsWith('npm run ')))];
}

/** How a documented command is tried. */
export type Execution =
  /** As it stands, in a folder with made-up runs. */
  | { readonly kind: 'here'; readonly codes: readonly number[]; readonly says: RegExp }
  /** In the lab, with words added that make it shorter. */
  | { readonly kind: 'lab'; readonly shorter: readonly string[]; readonly codes: readonly number[]; readonly says: RegExp }
  /** Starts something that stands until it is stopped. */
  | { readonly kind: 'stands'; readonly says: RegExp }
  /** By no test of these, for a reason. */
  | { readonly kind: 'elsewhere'; readonly why: string };

const BENCH = 'npm run bench --';
const ONE_ROUND = ['--rounds', '1', '--warm', '1'] as const;
const FILES = /^Files {2}\S*results\//m;

const here = (says: RegExp, codes: readonly number[] = [0]): Execution => ({ kind: 'here', codes, says });
const inLab = (shorter: readonly string[], says: RegExp, codes: readonly number[] = [0]): Execution => ({
  kind: 'lab',
  shorter,
  codes,
  says,
});
const elsewhere = (why: string): Execution => ({ kind: 'elsewhere', why });

/** By the command as it is printed. In this order they are run: what a later one reads, an earlier one may have made. */
export const EXECUTIONS: Readonly<Record<string, Execution>> = {
  'npm ci': elsewhere('it makes the very node_modules with which the tests run; .ci/run begins with it'),
  'npm run setup': inLab([], /lab mode|Lab mode/),
  'npm test': elsewhere('this is a part of it'),
  'npm run bench:scheduled -- --unchanged 30 --injected 10 --folder results/bench-scheduled-long': elsewhere(
    'takes hours; test/unit/bench-scheduled.test.ts runs its series with made-up runs',
  ),
  [`${BENCH} --scenario vpc-nat`]: inLab(ONE_ROUND, FILES),
  [`${BENCH} --scenario vpc-nat --lab-delay nat=2ms`]: inLab(ONE_ROUND, /2 ms/),
  [`${BENCH} --scenario vpc-nat --targets internet,s3 --rounds 8 --warm 5 --seed 42`]: inLab(ONE_ROUND, FILES),
  [`${BENCH} --scenario vpc-nat --precision --max-minutes 10`]: inLab(['--targets', 'internet', '--max-minutes', '1'], FILES, [0, 6]),
  'npm run regression -- --scenario vpc-nat': inLab(['--rounds', '6', '--warm', '2', '--targets', 'internet'], /LEARNING/),
  [`${BENCH} regression --run results/RUN1`]: here(/LEARNING/),
  [`${BENCH} baseline show`]: here(/vpc-nat/),
  [`${BENCH} baseline accept RUN --reason "new proxy"`]: here(/^accepted {2}vpc-nat/m),
  [`${BENCH} plan --scenario vpc-nat`]: here(/^Plan \(lab\): 2 scenarios/m),
  [`${BENCH} plan --scenario vpc-nat --backend aws --region eu-central-1`]: here(/^Plan \(aws\): 2 scenarios/m),
  [`${BENCH} plan --scenario vpc-nat --traffic-gb 500`]: here(/500 GB/),
  [`${BENCH} ls`]: here(/vpc-endpoints/),
  [`${BENCH} report results/latest`]: here(FILES),
  [`${BENCH} report theirs.csv`]: here(/^Files {2}/m),
  [`${BENCH} report results/latest --reporter github,junit`]: here(FILES),
  [`${BENCH} compare results/RUN1 results/RUN2`]: here(/fn_total_ms/),
  [`${BENCH} compare --pool results/RUN1 results/RUN2 results/RUN3`]: here(/fn_total_ms/),
  [`${BENCH} ingest FILE.log FILE.gz --by function`]: here(/duration/),
  [`${BENCH} doctor --region eu-central-1`]: here(/^✓|ok/m, [0, 4]),
  [`${BENCH} lab up`]: { kind: 'stands', says: /AWS_ENDPOINT_URL/ },
  [`${BENCH} lab up --enforce-policy deployer=infra/policies/deployer.json --enforce-policy deployer=infra/policies/deployer-network.json --enforce-policy runner=infra/policies/runner.json`]:
    { kind: 'stands', says: /LNB_RUNNER_ACCESS_KEY_ID/ },
};

/** Blocks that are told by their begin: they are longer than a line. */
export const LONG_BLOCKS: readonly { readonly begins: string; readonly why: string }[] = [
  {
    begins: 'ACCOUNT=$(aws sts',
    why: 'makes policies in an AWS account; the policies themselves are enforced in test/lab/flows/policies.test.ts',
  },
  { begins: 'node -e ', why: 'executed by test/docs/recipes.test.ts' },
];
