import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../harness/domain/plan.ts';
import type { Sample } from '../../harness/domain/sample.ts';
import { newProcessWatch } from '../../harness/drive/process-watch.ts';
import { createRunFolder } from '../../harness/run/folder-run-store.ts';
import { type MeasuringPlace, measure } from '../../harness/run/measure.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';

const driver = { node: process.version, kernel: 'bench', cpuModel: 'bench', cpuCount: 1, loadAverageAtStart: 0 };

/** A whole run as the product makes it, in a folder that is removed afterwards. Throws unless it is complete and every call answered. */
export async function runNoOp(plan: Plan, place: MeasuringPlace, onSample: (sample: Sample) => void = () => undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lnb-self-'));
  const store = createRunFolder(folder, 'abcdefgh12');
  const clock = newSystemClock();
  const { signal } = new AbortController();
  const wrong: string[] = [];
  try {
    const { manifest, error } = await measure({
      ...{ plan, place, store, clock, driver, signal, toolVersion: '0.0.0', processWatch: newProcessWatch(clock.now) },
      onProgress: (progress) => {
        if (progress.kind !== 'observed') return;
        const { sample } = progress;
        if (sample.outcome !== 'ok') wrong.push(`${sample.call.callId}: ${sample.outcome} ${sample.errorMessage ?? ''}`);
        onSample(sample);
      },
    });
    if (error !== undefined) throw error;
    if (manifest.stopReason !== 'complete' || wrong[0] !== undefined)
      throw new Error(`${manifest.stopReason}, ${wrong.length} wrong, ${wrong[0]}`);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
