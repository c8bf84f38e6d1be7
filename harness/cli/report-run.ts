import { Worker } from 'node:worker_threads';
import { bundleThread } from '../../infra/package/bundle-thread.ts';
import type { Analysis } from '../analyse/analysis.ts';
import { BenchError } from '../domain/exit-code.ts';
import type { RunStore } from '../domain/ports.ts';
import { loadAnalysis } from '../run/load.ts';
import { type ReportChoices, USUAL_CHOICES } from './report-choices.ts';
import { writeAnalysisFiles, writeReports } from './report-files.ts';
import type { ThreadAnswer, ThreadTask } from './samples-csv-task.ts';

/** How `samples.csv` is written beside the analysis. */
export interface SamplesThread {
  /** Fewer samples are written here: that is done before a thread has started. */
  readonly fewest: number;
  /** What the thread runs. */
  readonly script: () => Promise<string>;
}

const SAMPLES_THREAD: SamplesThread = {
  fewest: 100_000,
  script: () => bundleThread(new URL('./samples-csv-thread.ts', import.meta.url)),
};
/** The samples are not in its heap. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 } as const;

/** What became of `samples.csv`; `failed`: the thread itself did, and the file must be written here. */
type Outcome = ThreadAnswer | { readonly kind: 'failed' };

/** Starts a thread that writes `samples.csv`, and gives what becomes of it. */
async function startThread(task: ThreadTask, scriptOf: SamplesThread['script']): Promise<{ readonly outcome: Promise<Outcome> }> {
  const script = await scriptOf().catch(() => undefined);
  if (script === undefined) return { outcome: Promise.resolve({ kind: 'failed' }) };
  const outcome = new Promise<Outcome>((resolve) => {
    const thread = new Worker(script, { eval: true, execArgv: [], workerData: task, resourceLimits: THREAD_LIMITS });
    thread.once('message', (answer: ThreadAnswer) => resolve(answer));
    thread.once('error', () => resolve({ kind: 'failed' }));
    thread.once('exit', () => resolve({ kind: 'failed' }));
  });
  return { outcome };
}

/**
 * Reads the run in a folder, analyses it and writes all its reports: the same files as {@link writeReports}. The `samples.csv` of
 * many samples is written by another thread during the analysis, or here when that thread fails. Throws `BenchError` when the run
 * cannot be read or the folder takes no file.
 */
export async function reportRun(
  store: RunStore,
  choices: ReportChoices = USUAL_CHOICES,
  thread: SamplesThread = SAMPLES_THREAD,
): Promise<Analysis> {
  const { location } = store;
  let outcome: Promise<Outcome> | undefined;
  try {
    const analysis = await loadAnalysis(store, async ({ manifest, samples }) => {
      if (samples.length < thread.fewest) return;
      const task: ThreadTask = { location, runId: manifest.runId, samples: samples.share(), csvEol: choices.csvEol };
      outcome = (await startThread(task, thread.script)).outcome;
    });
    const written: Outcome = (await outcome) ?? { kind: 'failed' };
    if (written.kind === 'refused') throw new BenchError(written.error);
    await (written.kind === 'written' ? writeAnalysisFiles(store, analysis, choices) : writeReports(store, analysis, choices));
    return analysis;
  } finally {
    // It holds the folder until it has written.
    await outcome;
  }
}
