import { type Analysis, analyseRun } from '../../harness/analyse/analysis.ts';
import type { RunManifest } from '../../harness/domain/run.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import type { Target } from '../../harness/domain/target.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

/** What a test wants to differ from a complete run of `vpc-nat` towards S3 without any sample. */
export interface RunParts extends Partial<Omit<RunManifest, 'plan'>> {
  readonly seed?: string;
  readonly scenarios?: readonly string[];
  readonly targets?: readonly Target[];
  readonly samples?: readonly ReportedSample[];
}

/** An analysed run, made without driving anything. */
export function newReportedRun(parts: RunParts = {}): Analysis {
  const { seed = 'seed', scenarios = ['vpc-nat'], targets = ['s3'], samples = [], ...manifestParts } = parts;
  const plan = newPlan({ backend: 'lab', scenarios, targets, rounds: 6, warm: 2, seed, reference: true }, SCENARIOS);
  const manifest: RunManifest = {
    schema: 1,
    toolVersion: '0.0.0',
    runId: 'abcdefgh12',
    backend: { kind: 'lab', region: 'us-east-1', account: '0000', notes: [] },
    driver: { node: 'v20', kernel: 'test', cpuModel: 'test', cpuCount: 2, loadAverageAtStart: 0 },
    plan,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    stopReason: 'complete',
    rounds: plan.rounds,
    ...manifestParts,
  };
  return analyseRun(manifest, samples, { cutLastLine: false, malformedLines: 0 });
}
