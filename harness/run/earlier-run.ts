import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunId, RUN_SCHEMA_VERSION, type RunManifest } from '../domain/run.ts';
import type { PlanSize } from '../plan/duration.ts';
import { type ComparabilityKey, differencesFrom, placeKey } from './comparability.ts';
import { newFieldReader } from './foreign-field.ts';
import { parseTable } from './foreign-table.ts';

const NS_PER_MS = 1_000_000;

/** A median comparison of an earlier run; times in nanoseconds. */
export interface EarlierComparison {
  readonly scenario: string;
  readonly reference: string;
  readonly target: string;
  readonly start: string;
  readonly connection: string;
  readonly metric: string;
  readonly halfWidth: number;
  readonly margin: number;
  readonly rounds: number;
}

/** A run that was made before in the same place, as its files tell. */
export interface EarlierRun {
  readonly runId: string;
  readonly startedAt: string;
  /** From start to end; the removal is not in it. */
  readonly seconds: number;
  readonly plan: PlanSize;
  readonly comparisons: readonly EarlierComparison[];
}

/** What an earlier run must share for its spreads to say something. */
export interface EarlierWanted {
  readonly place: ComparabilityKey;
  readonly warm: number;
  /** In the lab the machine is part of the place; absent on AWS. */
  readonly machine?: Pick<RunManifest['driver'], 'cpuModel' | 'cpuCount'>;
}

function readManifest(folder: string): RunManifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunManifest;
    return manifest.schema === RUN_SCHEMA_VERSION && manifest.stopReason === 'complete' ? manifest : undefined;
  } catch {
    // A folder that is no run, or one that was killed early, has nothing to tell.
    return undefined;
  }
}

/** The rows of `comparisons.csv` that have an interval; none when the file is missing or damaged. */
function readComparisons(folder: string): readonly EarlierComparison[] {
  try {
    const table = parseTable(readFileSync(join(folder, 'comparisons.csv'), 'utf8'));
    if (table.kind !== 'table') return [];
    const read = newFieldReader(table.columns);
    return table.rows.flatMap(({ fields }) => {
      const row = read(fields);
      const [low, high, margin, rounds] = ['ci_low_ms', 'ci_high_ms', 'margin_ms', 'rounds'].map((name) => Number(row.text(name) ?? 'NaN'));
      const values = [low, high, margin, rounds].filter((value) => value !== undefined && Number.isFinite(value));
      if (row.text('statistic') !== 'p50' || values.length < 4) return [];
      const text = (column: string): string => row.text(column) ?? '';
      return {
        ...{ scenario: text('scenario'), reference: text('reference'), target: text('target') },
        ...{ start: text('start'), connection: text('connection'), metric: text('metric') },
        halfWidth: (((high ?? 0) - (low ?? 0)) / 2) * NS_PER_MS,
        margin: (margin ?? 0) * NS_PER_MS,
        rounds: rounds ?? 0,
      };
    });
  } catch {
    return [];
  }
}

function isWanted(manifest: RunManifest, { place, warm, machine }: EarlierWanted): boolean {
  const { driver, plan } = manifest;
  const sameMachine = machine === undefined || (driver.cpuModel === machine.cpuModel && driver.cpuCount === machine.cpuCount);
  return sameMachine && plan.warm === warm && differencesFrom(place, placeKey(manifest)).length === 0;
}

function runFolders(results: string): readonly string[] {
  try {
    return readdirSync(results, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isRunId(entry.name))
      .map(({ name }) => join(results, name));
  } catch {
    return [];
  }
}

/** The newest comparable run in a folder of results that has any interval. Reads files, never throws for what they hold. */
export function findEarlierRun(results: string, wanted: EarlierWanted): EarlierRun | undefined {
  const candidates = runFolders(results)
    .flatMap((folder) => {
      const manifest = readManifest(folder);
      return manifest === undefined ? [] : [{ folder, manifest }];
    })
    .filter(({ manifest }) => isWanted(manifest, wanted))
    .sort((a, b) => b.manifest.startedAt.localeCompare(a.manifest.startedAt));
  for (const { folder, manifest } of candidates) {
    const comparisons = readComparisons(folder);
    if (comparisons.length === 0) continue;
    const { runId, startedAt, plan, endedAt = startedAt } = manifest;
    return { runId, startedAt, seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1000, plan, comparisons };
  }
  return undefined;
}
