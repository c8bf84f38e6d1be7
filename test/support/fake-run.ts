import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Analysis } from '../../harness/analyse/analysis.ts';
import { writeReports } from '../../harness/cli/report-files.ts';
import type { PlanOptions } from '../../harness/plan/options.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { createRunFolder } from '../../harness/run/folder-run-store.ts';
import { loadAnalysis } from '../../harness/run/load.ts';
import { measure } from '../../harness/run/measure.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { type FakeBehaviour, newFakeClock, newFakePlace } from './fake-place.ts';
import { parseReport } from './published-schema.ts';

/** A whole run without network, from plan to report files; the same options give the same bytes. */
export interface FakeRun {
  readonly folder: string;
  readonly analysis: Analysis;
  /** The text of one of the run's files. */
  read(name: string): string;
  /** Removes the folder. */
  remove(): void;
}

/** The smallest run in which every judged cell has its median: 6 rounds, 2 warm calls, one scenario beside its reference. */
export const SMALL_RUN: PlanOptions = {
  backend: 'lab',
  scenarios: ['vpc-nat'],
  targets: ['internet', 's3', 'rds'],
  rounds: 6,
  warm: 2,
  seed: 'golden',
  reference: true,
};

const driver = { node: 'v20.0.0', kernel: '6.0.0-test', cpuModel: 'Test CPU', cpuCount: 2, loadAverageAtStart: 0.25 };

/** Measures in a fake place and writes all reports into a temporary folder; its `report.json` is held to the published schema. */
export async function newFakeRun(options: PlanOptions, behaviour: FakeBehaviour = {}): Promise<FakeRun> {
  const folder = mkdtempSync(join(tmpdir(), 'lnb-fake-run-'));
  const store = createRunFolder(folder, 'abcdefgh12');
  try {
    const plan = newPlan(options, SCENARIOS);
    const clock = newFakeClock();
    const place = newFakePlace(plan, clock, behaviour);
    const { signal } = new AbortController();
    await measure({ plan, place, store, clock, driver, toolVersion: '0.0.0', onProgress: () => undefined, signal });
    const analysis = await loadAnalysis(store);
    await writeReports(store, analysis);
    const location = store.location;
    parseReport(readFileSync(join(location, 'report.json'), 'utf8'));
    return {
      folder: location,
      analysis,
      read: (name) => readFileSync(join(location, name), 'utf8'),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } finally {
    store.close();
  }
}
