import { visibleText } from '../../reports/free-text.ts';
import { originOf } from '../../reports/sentences.ts';
import { type ComparedRun, formatSideBySideJson, formatSideBySideMarkdown } from '../../reports/side-by-side.ts';
import { groupByCell } from '../analyse/cell-samples.ts';
import { hiddenValues } from '../analyse/residue-check.ts';
import { type CellFigure, cellFiguresOf, placeSideBySide } from '../analyse/side-by-side.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { RunManifest } from '../domain/run.ts';
import { type ComparabilityKey, differencesFrom, hiddenFields, sideBySideKey } from '../run/comparability.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { loadAnalysis } from '../run/load.ts';
import type { CommandIo } from './io.ts';

/** More columns than this nobody reads. */
const MOST_RUNS = 6;

/** Flags of `bench compare` without `--pool`. */
export interface CompareRunsFlags {
  readonly json?: boolean;
  readonly forceIncomparable?: boolean;
}

/** What is kept of a run when its samples are gone. */
interface LoadedRun {
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly figures: readonly CellFigure[];
  readonly hidden: ComparabilityKey;
  readonly banner?: string;
}

function refuse(what: string, why: string, tryCommand: string): BenchError {
  return new BenchError({ exitCode: EXIT_CODES.usage, what, why, tryCommands: [tryCommand], leftBehind: 'Nothing was written.' });
}

async function load(folder: string): Promise<LoadedRun> {
  const analysis = await loadAnalysis(openRunFolder(folder));
  const { manifest, samples, summary } = analysis;
  const { banner } = originOf(analysis, visibleText);
  // With a wrong path nothing was measured that has a name.
  const cells = (manifest.wrongPaths ?? []).length > 0 ? [] : groupByCell(manifest.plan, samples);
  return {
    folder,
    manifest,
    figures: cellFiguresOf(manifest.plan, cells, summary),
    hidden: { ...hiddenFields(manifest), ...hiddenValues(samples) },
    ...(banner === undefined ? {} : { banner }),
  };
}

/** A sentence for each thing in which a later run differs from the first. */
function differencesBetween(runs: readonly LoadedRun[], keyOf: (run: LoadedRun) => ComparabilityKey): readonly string[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  return others.flatMap((run) =>
    differencesFrom(keyOf(first), keyOf(run)).map((text) => `${run.manifest.runId}: ${text}, as in ${first.manifest.runId}`),
  );
}

function demandComparable(runs: readonly LoadedRun[], folders: readonly string[], force: boolean): readonly string[] {
  const twice = runs.filter(({ manifest }, i) => runs.findIndex((run) => run.manifest.runId === manifest.runId) < i);
  if (twice.length > 0) {
    const why = `${twice.map(({ folder, manifest }) => `${folder}: run ${manifest.runId} is given twice`).join('\n       ')}`;
    throw refuse('A run cannot be compared with itself.', why, 'npm run bench -- compare results/RUN1 results/RUN2');
  }
  const problems = differencesBetween(runs, ({ manifest }) => sideBySideKey(manifest));
  if (problems.length === 0 || force) return problems;
  throw refuse(
    'These runs cannot be compared.',
    problems.join('\n       '),
    `npm run bench -- compare --force-incomparable ${folders.join(' ')}`,
  );
}

function comparedRun({ manifest }: LoadedRun): ComparedRun {
  const { runId, startedAt, rounds, backend } = manifest;
  return { runId, startedAt, rounds, backend: backend.kind, region: backend.region };
}

/** `bench compare RUN RUN…`: the same matrix with one column a run, and what the later ones differ in from the first. */
export async function compareRuns(folders: readonly string[], flags: CompareRunsFlags, io: CommandIo): Promise<ExitCode> {
  if (folders.length < 2 || folders.length > MOST_RUNS) {
    const why = `two to ${MOST_RUNS} runs stand beside each other; within a run, bench report compares`;
    throw refuse(`${folders.length} runs cannot be compared.`, why, 'npm run bench -- compare results/RUN1 results/RUN2');
  }
  const runs: LoadedRun[] = [];
  // One after the other: each may hold a million samples, of which only the figures are kept.
  for (const folder of folders) runs.push(await load(folder));
  const incomparable = demandComparable(runs, folders, flags.forceIncomparable === true);
  for (const { folder, manifest } of runs) {
    if (manifest.stopReason !== 'complete') io.stderr.write(`! ${folder} ended early (${manifest.stopReason ?? 'killed'})\n`);
    if ((manifest.wrongPaths ?? []).length > 0) io.stderr.write(`! ${folder} went a wrong path and has no figures\n`);
  }
  const [first] = runs;
  if (first === undefined) return EXIT_CODES.ok;
  const onePlace = runs.every(({ manifest: { backend } }) => backend.kind === first.manifest.backend.kind);
  const rows = placeSideBySide(
    first.manifest.plan,
    runs.map(({ figures }) => figures),
  );
  const compared = {
    runs: runs.map(comparedRun),
    // A difference between the lab and AWS would be a figure of nothing.
    rows: onePlace ? rows : rows.map((row) => ({ ...row, differences: row.differences.map(() => undefined) })),
    incomparable,
    hidden: differencesBetween(runs, ({ hidden }) => hidden),
    banners: [...new Set(runs.flatMap(({ banner }) => banner ?? []))],
  };
  io.stdout.write(flags.json === true ? formatSideBySideJson(compared) : formatSideBySideMarkdown(compared));
  return EXIT_CODES.ok;
}
