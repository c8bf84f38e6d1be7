/**
 * `npm run bench:stats [-- --reps N] [--seed TEXT]`: how often the intervals hold and how often a verdict is wrong, on made-up data whose truth is
 * known; figure beside target. N repetitions a row (default 500; one cell's intervals are cheap and get four times as many). Seeded: the same
 * N and seed print the same tables. Each judged count is tested one-sided at 1 %. Exits 3 when a target is missed.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { newRandom } from '../../harness/domain/random.ts';
import { timeAnalysis } from './analysis-speed.ts';
import { type CoverageRow, coverClusters, coverDifference, coverOneCell, type Target } from './coverage.ts';
import { formatShare, type Judged, judge } from './judgement.ts';
import { CLUSTERED, CLUSTERED_RESENT, type Distribution, hasGap, INDEPENDENT, NARROW } from './simulated-values.ts';
import { decidedAfterwards, falseAlarms, verdictsAt } from './verdicts.ts';

const BUSY_LOAD_PER_CPU = 0.75;
const { values: options } = parseArgs({
  options: { reps: { type: 'string', default: '500' }, seed: { type: 'string', default: 'bench:stats' } },
});
const repetitions = Number(options.reps);
if (!Number.isSafeInteger(repetitions) || repetitions < 20) {
  process.stderr.write(`--reps must be a whole number from 20 on, got ${options.reps}\n`);
  process.exit(2);
}

const begin = performance.now();
const judged: Judged[] = [];

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** A source of its own for each row, so that no row depends on another's repetitions. */
function row(what: string, cover: (random: ReturnType<typeof newRandom>) => CoverageRow): string[] {
  const cells = cover(newRandom(`${options.seed}/${what}`));
  judged.push(...cells);
  process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0)} s  ${what}\n`);
  return [what, ...cells.map(formatShare)];
}

function table(title: string, target: string, rows: readonly string[][]): void {
  say(
    `\n## ${title}\n\n${target}; N = ${title.startsWith('Difference') ? repetitions : 4 * repetitions}. (…): no target; !: missed; “in 40 %”: the others had no limits.\n`,
  );
  say(markdownTable([['data', 'p50', 'p90', 'p99'], ...rows], { align: ['l', 'r', 'r', 'r'] }));
}

const NOMINAL: Target = { least: 0.95 };
const KGW: readonly Target[] = [{ least: 0.94, most: 0.97 }, {}, {}];
const DIFFERENCE: Target = { least: 0.935, most: 0.98 };

/** Fewer rounds than any plan's default: t makes the limits wide on purpose. */
const FEW_ROUNDS = 16;

/** At a gap's edge an interval can only cover too often; what lies beyond the design is shown, not judged. */
function differenceTargets(source: Distribution, rounds: number): readonly Target[] {
  if (source === NARROW) return [];
  const least = { least: DIFFERENCE.least ?? 0 };
  const usual = rounds < FEW_ROUNDS ? least : DIFFERENCE;
  return [usual, usual, hasGap(source) ? least : usual];
}
const DRIFT = 0.3;

function oneCell(): void {
  const rows = INDEPENDENT.flatMap((source) =>
    [30, 100, 1000].map((n) => {
      const targets = n < 100 ? [] : [NOMINAL, NOMINAL, NOMINAL];
      return row(`${source.name}, n = ${n}`, (random) => coverOneCell(random, source, n, 4 * repetitions, targets));
    }),
  );
  table('One cell, independent calls: Hutson, coverage of 95 % limits, %', 'Target for n ≥ 100: 95', rows);
}

const SIZES = [
  [8, 10],
  [10, 30],
  [16, 10],
  [20, 50],
  [40, 10],
  [100, 10],
] as const;

function clusters(): void {
  const rows = [CLUSTERED, CLUSTERED_RESENT, NARROW, ...INDEPENDENT.slice(0, 1)].flatMap((source) =>
    SIZES.map((size) => {
      const targets = size[0] >= 16 && source.between > 0 ? KGW : [];
      return row(`${source.name}, ${size.join(' × ')}`, (random) => coverClusters(random, source, size, 4 * repetitions, targets));
    }),
  );
  table('One cell, calls alike within environments (K × m): KGW, coverage of 95 % limits, %', 'Target for p50, K ≥ 16: 94 to 97', rows);
}

const PAIRS = [
  [30, 1],
  [100, 1],
  [1000, 1],
  [6, 10],
  [16, 10],
  [40, 10],
  [20, 50],
] as const;

function differences(): void {
  const rows = [...INDEPENDENT, CLUSTERED, CLUSTERED_RESENT, NARROW].flatMap((source) =>
    [0, DRIFT].flatMap((drift) =>
      PAIRS.filter(([k]) => source.between === 0 || k < 1000).map((size) => {
        const what = `${source.name}${drift === 0 ? '' : ', drift'}, ${size.join(' × ')}`;
        return row(what, (random) => coverDifference(random, source, size, drift, repetitions, differenceTargets(source, size[0])));
      }),
    ),
  );
  const title = 'Difference of two like arms (K × m): joint bootstrap over rounds, coverage of 95 % limits, %';
  table(
    title,
    `Target: 93.5 to 98; for six rounds, and at the edge of a gap (p99 of resent), 93.5 or more; false alarms are the rest; drift: the level rises by ${DRIFT * 100} % over the run`,
    rows,
  );
}

function list(title: string, rows: readonly Judged[]): void {
  judged.push(...rows);
  say(`\n## ${title}\n`);
  const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
  const body = rows.map((one) => {
    const target = one.least !== undefined ? `≥ ${percent(one.least)}` : one.most !== undefined ? `≤ ${percent(one.most)}` : '';
    return [one.what, one.trials === 0 ? '–' : percent(one.count / one.trials), `${one.count}/${one.trials}`, target, judge(one) ?? ''];
  });
  say(markdownTable([['what', 'share', 'count', 'target', ''], ...body], { align: ['l', 'r', 'r', 'r', 'l'] }));
  process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0)} s  ${title}\n`);
}

function speed(): { readonly text: string; readonly missed: boolean } {
  const busy = (loadavg()[0] ?? 0) / cpus().length > BUSY_LOAD_PER_CPU;
  const { seconds, samples, comparisons } = timeAnalysis();
  const verdict = busy ? 'not judged: machine busy' : seconds <= 3 ? 'met' : 'MISSED';
  const load = loadavg()[0]?.toFixed(2);
  return {
    text: `analysis of ${samples} samples, ${comparisons} comparisons, 2000 resamples: ${seconds.toFixed(2)} s, target 3 s, load ${load} on ${cpus().length} cores: ${verdict}`,
    missed: verdict === 'MISSED',
  };
}

say(`bench:stats, seed ${options.seed}, N = ${repetitions}, Node ${process.version}`);
const timed = speed();
say(timed.text);
oneCell();
clusters();
differences();
const source = (name: string) => newRandom(`${options.seed}/${name}`);
list('Nothing differs: 16 rounds × 10 calls, environments 0.1, drift 10 %', falseAlarms(source('alarms'), repetitions));
list('Something differs: 16 × 10, quiet environments', verdictsAt(source('verdicts'), repetitions));
list('Not decidable, asked again with the rounds it named', decidedAfterwards(source('again'), Math.ceil(repetitions / 5)));

const targets = judged.filter((one) => one.trials > 0 && judge(one) !== undefined);
const missed = targets.filter((one) => judge(one) === 'MISSED');
say(
  `\n${targets.length - missed.length} of ${targets.length} judged figures met their target in ${((performance.now() - begin) / 1000).toFixed(0)} s; each is tested at 1 %, so a correct tool misses about ${Math.round(targets.length / 100)} by chance with another seed.`,
);
for (const { what, count, trials } of missed) say(`MISSED  ${what}: ${((100 * count) / trials).toFixed(1)} % (${count}/${trials})`);
say(timed.text);
if (missed.length > 0 || timed.missed) process.exitCode = 3;
