import { escapeMarkdown } from '../../reports/free-text.ts';
import { formatPooledJson, formatPooledMarkdown, type PooledRun } from '../../reports/pooled.ts';
import { originOf } from '../../reports/sentences.ts';
import type { Analysis } from '../analyse/analysis.ts';
import { MINIMUM_RUNS, poolComparisons } from '../analyse/pooled-comparison.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { comparabilityKey, differencesFrom } from '../run/comparability.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { loadAnalysis } from '../run/load.ts';
import { type CompareRunsFlags, compareRuns } from './compare-runs.ts';
import type { CommandIo } from './io.ts';

/** Flags of `bench compare`. */
export interface CompareFlags extends CompareRunsFlags {
  readonly pool?: boolean;
}

interface LoadedRun {
  readonly folder: string;
  readonly analysis: Analysis;
}

function refuse(what: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what,
    why,
    tryCommands: ['npm run bench -- compare --pool results/RUN1 results/RUN2 results/RUN3'],
    leftBehind: 'Nothing was written.',
  });
}

/** Why the runs cannot be pooled, a line each. */
function problemsOf(runs: readonly LoadedRun[]): readonly string[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  const key = comparabilityKey(first.analysis.manifest);
  const different = others.flatMap(({ folder, analysis }) =>
    differencesFrom(key, comparabilityKey(analysis.manifest)).map((text) => `${folder}: ${text}, as in ${first.folder}`),
  );
  const seen = new Map<string, string>();
  const own = runs.flatMap(({ folder, analysis: { manifest, comparisons } }) => {
    const twin = seen.get(manifest.runId);
    seen.set(manifest.runId, folder);
    return [
      ...(twin === undefined ? [] : [`${folder}: the same run as ${twin}; a deployment counts once`]),
      ...((manifest.wrongPaths ?? []).length > 0 ? [`${folder}: it went a wrong path and has no figures`] : []),
      ...(comparisons.length === 0 && (manifest.wrongPaths ?? []).length === 0 ? [`${folder}: it compares nothing`] : []),
    ];
  });
  return [...own, ...different];
}

async function load(folder: string): Promise<LoadedRun> {
  return { folder, analysis: await loadAnalysis(openRunFolder(folder)) };
}

/** `bench compare`: several runs beside each other, or with `--pool` what several deployments say together. */
export async function compareCommand(folders: readonly string[], flags: CompareFlags, io: CommandIo): Promise<ExitCode> {
  if (flags.pool !== true) return compareRuns(folders, flags, io);
  if (flags.forceIncomparable === true)
    throw refuse('--force-incomparable cannot be used.', 'runs that are not comparable are never made one figure');
  if (folders.length < MINIMUM_RUNS) {
    throw refuse(`${folders.length} runs cannot be pooled.`, `with fewer than ${MINIMUM_RUNS} the spread between deployments is not known`);
  }
  const runs: LoadedRun[] = [];
  // One after the other: each may hold a million samples.
  for (const folder of folders) runs.push(await load(folder));
  const problems = problemsOf(runs);
  if (problems.length > 0) throw refuse('These runs cannot be pooled.', problems.join('\n       '));
  for (const { folder, analysis } of runs) {
    if (analysis.manifest.stopReason !== 'complete')
      io.stderr.write(`! ${folder} ended early (${analysis.manifest.stopReason ?? 'killed'})\n`);
  }
  const rows = poolComparisons(runs.map(({ analysis }) => analysis.comparisons));
  const pooled = runs.map(({ analysis: { manifest } }): PooledRun => {
    const { runId, startedAt, plan } = manifest;
    return { runId, startedAt, rounds: plan.rounds };
  });
  const banner = runs[0] === undefined ? undefined : originOf(runs[0].analysis, escapeMarkdown).banner;
  io.stdout.write(flags.json === true ? formatPooledJson(pooled, rows) : formatPooledMarkdown(pooled, rows, banner));
  return EXIT_CODES.ok;
}
