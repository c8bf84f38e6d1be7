/** Entry of the thread that writes a large run's `samples.csv`. */
import { parentPort, workerData } from 'node:worker_threads';
import { BenchError } from '../domain/exit-code.ts';
import { adoptSamples } from '../record/shared-samples.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { writeSamplesCsv } from './samples-csv-file.ts';
import type { ThreadAnswer, ThreadTask } from './samples-csv-task.ts';

async function answerOf({ location, runId, samples, csvEol }: ThreadTask): Promise<ThreadAnswer> {
  try {
    await writeSamplesCsv(openRunFolder(location), runId, adoptSamples(samples), csvEol);
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    const { exitCode, message: what, why, tryCommands, leftBehind } = error;
    return { kind: 'refused', error: { exitCode, what, why, tryCommands, leftBehind } };
  }
}

void answerOf(workerData as ThreadTask).then((answer) => parentPort?.postMessage(answer));
