/**
 * `npm run bench:scheduled [-- --unchanged N] [--injected N] [--at-most N]`: the scheduled run in the lab, from an empty folder. Ten runs learn;
 * N unchanged ones shall pass; N with a delay of twice the smallest change that matters shall each be confirmed and end with exit 3; the last
 * of these is accepted, and the next with the delay shall pass. Seeds and numbers are fixed before. What was made stands in `--folder`,
 * where the same command goes on; `--at-most` ends it after so many further runs. Exits 3 when a target is missed, 0 also when runs are still to be made.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { driverFacts } from '../../harness/cli/driver-facts.ts';
import { answersOf, type Made, type SeriesPlan, type Step, stepsOf, tableOf, wordsOf } from './scheduled-series.ts';

const { values: options } = parseArgs({
  options: {
    unchanged: { type: 'string', default: '1' },
    injected: { type: 'string', default: '1' },
    seed: { type: 'string', default: 'bench:scheduled' },
    effect: { type: 'string', default: '0.2' },
    rounds: { type: 'string', default: '12' },
    warm: { type: 'string', default: '10' },
    folder: { type: 'string', default: 'results/bench-scheduled' },
    'at-most': { type: 'string', default: '1000' },
  },
});
const plan: SeriesPlan = {
  ...{ unchanged: Number(options.unchanged), injected: Number(options.injected), seed: options.seed },
  ...{ effectMs: Number(options.effect), rounds: Number(options.rounds), warm: Number(options.warm) },
};
const atMost = Number(options['at-most']);
const numbers = [plan.unchanged, plan.injected, plan.rounds, plan.warm, atMost];
if (numbers.some((number) => !Number.isSafeInteger(number) || number < 0) || !(plan.effectMs > 0)) {
  process.stderr.write('--unchanged, --injected, --rounds, --warm and --at-most are whole numbers, --effect is milliseconds above 0\n');
  process.exit(2);
}
const folder = options.folder;
const ledger = join(folder, 'ledger.ndjson');
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the ledger holds; begins it with the plan. A plan that differs belongs to another folder. */
function readLedger(): Made[] {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(ledger)) appendFileSync(ledger, `${JSON.stringify({ plan, begun: new Date().toISOString() })}\n`);
  const [head, ...lines] = readFileSync(ledger, 'utf8').trim().split('\n');
  const before = (JSON.parse(head ?? '{}') as { plan?: SeriesPlan }).plan;
  if (JSON.stringify(before) !== JSON.stringify(plan)) {
    process.stderr.write(`${ledger} was begun with ${JSON.stringify(before)}: go on with that, or take another --folder\n`);
    process.exit(2);
  }
  return lines.map((line) => JSON.parse(line) as Made);
}

function bench(words: readonly string[]): { readonly code: number; readonly stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'harness/cli/main.ts', ...words], {
    ...{ cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 },
  });
  return { code: status ?? 1, stdout };
}

/** Which history the step is judged by: an injected one begins with a copy of the unchanged runs', the one after acceptance accepts first. */
function prepare(step: Step, made: readonly Made[]): void {
  const own = join(folder, step.history);
  if (step.kind === 'injected') {
    rmSync(own, { recursive: true, force: true });
    cpSync(join(folder, 'history'), own, { recursive: true });
  }
  const last = made.at(-1);
  if (step.kind !== 'accepted' || last === undefined) return;
  // An interrupted series may have accepted already.
  if (readFileSync(join(own, 'history.ndjson'), 'utf8').includes('"event":"accept"')) return;
  const { code } = bench(['baseline', 'accept', last.runId, '--reason', 'the delay was meant', '--all-gates', '--history', own]);
  if (code !== 0) throw new Error(`accepting run ${last.runId} ended with exit ${code}`);
}

/** The part of `regression --json` that is kept. */
interface Verdict {
  readonly run_id: string;
  readonly confirmed_by: readonly string[];
  readonly gates: readonly {
    readonly gate: string;
    readonly verdict: string;
    readonly change?: number;
    readonly point?: { readonly log_ratio: number };
  }[];
}

function make(step: Step): Made {
  const begin = performance.now();
  const { code, stdout } = bench(wordsOf(plan, step, folder));
  const document = stdout === '' ? undefined : (JSON.parse(stdout) as Verdict);
  const gates = (document?.gates ?? []).map(({ gate, verdict, change, point }) => ({
    ...{ gate, verdict },
    ...(point === undefined ? {} : { logRatio: point.log_ratio }),
    ...(change === undefined ? {} : { change }),
  }));
  const seconds = Math.round((performance.now() - begin) / 1000);
  const about = { kind: step.kind, number: step.number, runId: document?.run_id ?? '', exitCode: code, seconds };
  return { ...about, confirmedBy: document?.confirmed_by ?? [], gates };
}

const made = readLedger();
for (const step of stepsOf(plan).slice(made.length, made.length + atMost)) {
  process.stderr.write(`\n== ${step.kind} ${step.number}\n`);
  prepare(step, made);
  const one = make(step);
  made.push(one);
  appendFileSync(ledger, `${JSON.stringify(one)}\n`);
}

const { node, kernel, cpuModel, cpuCount } = driverFacts();
const size = `${plan.rounds} rounds of ${plan.warm} warm calls, seed ${plan.seed}, smallest change that matters ${plan.effectMs} ms`;
const answers = answersOf(plan, made);
process.stdout.write(
  `bench:scheduled, ${new Date().toISOString().slice(0, 10)}, ${size}; Node ${node}, kernel ${kernel}, ${cpuCount} × ${cpuModel}\n\n`,
);
process.stdout.write(`${tableOf(plan, made)}\n\n`);
for (const { text, met } of answers) process.stdout.write(`${met === undefined ? '…' : met ? '✓' : '✗'} ${text}\n`);
process.exitCode = answers.some(({ met }) => met === false) ? 3 : 0;
