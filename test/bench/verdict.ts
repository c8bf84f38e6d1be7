/**
 * `npm run bench:verdict [-- --histories N] [--seed TEXT]`: made-up histories whose truth is known, judged by the rule of `bench regression` and by
 * rules of public tools. N histories a figure (default 1000; four times as many for false alarms). Seeded: the same N and seed print the same
 * tables. Counts are held against their targets by a one-sided binomial test at 1 %. Exits 3 when a target is missed.
 */
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { newRandom } from '../../harness/domain/random.ts';
import { type Judged, judge } from './judgement.ts';
import { type Family, NOISES, type Noise, ONE, type SimulatedRun, simulateRun, TWELVE } from './simulated-histories.ts';
import { OURS, PUBLIC_RULES, type Rule } from './verdict-rules.ts';

const { values: options } = parseArgs({
  options: { histories: { type: 'string', default: '1000' }, seed: { type: 'string', default: 'bench:verdict' } },
});
const histories = Number(options.histories);
if (!Number.isSafeInteger(histories) || histories < 50) {
  process.stderr.write(`--histories must be a whole number from 50 on, got ${options.histories}\n`);
  process.exit(2);
}

const HISTORY_RUNS = 20;
const STEPS = [0.02, 0.05, 0.1] as const;
const RUNS_AFTER = 3;
const begin = performance.now();

/** How often a rule spoke: in the first run after the step, within three, and how often it asked for more runs. */
interface Counts {
  first: number;
  within: number;
  reran: number;
}

/** What one history of a noise comes to under each rule. The step is on the first gate; without one, any gate's alarm counts. */
function playHistory(seed: string, noise: Noise, family: Family, step: number, counts: ReadonlyMap<Rule, Counts>, runsAfter: number): void {
  const random = newRandom(seed);
  const before = Array.from({ length: HISTORY_RUNS }, (_, at) => simulateRun(random, noise, family, at, []));
  const make = (at: number): SimulatedRun => simulateRun(random, noise, family, at, [Math.log1p(step)]);
  const after = Array.from({ length: runsAfter }, (_, i) => make(HISTORY_RUNS + i));
  for (const [rule, count] of counts) {
    const known = [...before];
    for (const [i, now] of after.entries()) {
      const { slower, reran } = rule.judge(known, now, () => make(HISTORY_RUNS + i), family);
      const spoke = step === 0 ? slower.length > 0 : slower.includes(0);
      if (i === 0) count.first += spoke ? 1 : 0;
      if (i === 0) count.reran += reran ? 1 : 0;
      if (spoke) {
        count.within++;
        break;
      }
      known.push(now);
    }
  }
}

function countAlarms(noise: Noise, family: Family, step: number, trials: number): ReadonlyMap<Rule, Counts> {
  const counts = new Map([OURS, ...PUBLIC_RULES].map((rule) => [rule, { first: 0, within: 0, reran: 0 }]));
  const runsAfter = step === 0 ? 1 : RUNS_AFTER;
  for (let i = 0; i < trials; i++)
    playHistory(`${options.seed}/${noise.name}/${family.name}/${step}/${i}`, noise, family, step, counts, runsAfter);
  return counts;
}

/** What is asked of our rule at 1 % run noise (statistics: moonshot targets of the scheduled gate). */
function targetsOf(noise: Noise, family: Family, step: number): { readonly first?: Partial<Judged>; readonly within?: Partial<Judged> } {
  if (noise.run > 0.01 || noise.drift !== undefined) return {};
  if (step === 0) return family === TWELVE ? { first: { most: noise.heavy === true ? 0.03 : 0.01 } } : {};
  if (noise.heavy === true) return {};
  if (step === 0.05) return family === ONE ? { first: { least: 0.9 } } : { within: { least: 0.8 } };
  if (step === 0.1) return family === ONE ? { first: { least: 1 } } : { within: { least: 1 } };
  return {};
}

const judged: Judged[] = [];

function show(count: number, trials: number, what: string, target: Partial<Judged> | undefined): string {
  const one: Judged = { what, count, trials, ...target };
  if (target !== undefined) judged.push(one);
  return `${((100 * count) / trials).toFixed(count > 0 && count / trials < 0.1 ? 2 : 1)}${target === undefined ? '' : judge(one) === 'met' ? ' ✓' : ' MISSED'}`;
}

function tableOf(noise: Noise, family: Family): string {
  const alarms = countAlarms(noise, family, 0, 4 * histories);
  const stepped = STEPS.map((step) => countAlarms(noise, family, step, histories));
  const rows = [OURS, ...PUBLIC_RULES].map((rule) => {
    const cell = (counts: ReadonlyMap<Rule, Counts>, step: number, which: 'first' | 'within', trials: number): string => {
      const target = rule === OURS ? targetsOf(noise, family, step)[which] : undefined;
      return show(counts.get(rule)?.[which] ?? 0, trials, `${noise.name}, ${family.name}, step ${step * 100} %, ${which}`, target);
    };
    const powers = STEPS.flatMap((step, i) => {
      const counts = stepped[i] ?? new Map<Rule, Counts>();
      return (['first', 'within'] as const).map((which) => cell(counts, step, which, histories));
    });
    const reran = rule === OURS ? ((100 * (alarms.get(rule)?.reran ?? 0)) / (4 * histories)).toFixed(1) : '';
    return [rule.name, cell(alarms, 0, 'first', 4 * histories), ...powers, reran];
  });
  const header = ['rule', 'false alarms', ...STEPS.flatMap((step) => [`${step * 100} %`, 'in 3 runs']), 'reruns'];
  return markdownTable([header, ...rows], { align: ['l', ...header.slice(1).map(() => 'r')] });
}

process.stdout.write(
  `bench:verdict, ${new Date().toISOString().slice(0, 10)}, seed ${options.seed}, N = ${histories} histories of ${HISTORY_RUNS} runs a figure, ${4 * histories} for false alarms, Node ${process.version}\n` +
    'Shares of runs in %: false alarms on any gate; the step is on one gate, found in the first run after it, and within three. ✓ and MISSED: against a target.\n',
);
for (const family of [ONE, TWELVE]) {
  for (const noise of NOISES) {
    process.stdout.write(`\n### ${family.name}; ${noise.name}\n\n${tableOf(noise, family)}\n`);
    process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0)} s  ${family.name}, ${noise.name}\n`);
  }
}
const missed = judged.filter((one) => judge(one) === 'MISSED');
const seconds = ((performance.now() - begin) / 1000).toFixed(0);
process.stdout.write(`\n${judged.length - missed.length} of ${judged.length} targets met in ${seconds} s\n`);
for (const { what, count, trials } of missed) process.stdout.write(`MISSED  ${what}: ${count}/${trials}\n`);
if (missed.length > 0) process.exitCode = 3;
