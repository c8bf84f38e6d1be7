import { Bench } from 'tinybench';
import { bootstrapDifference, type RoundValue } from '../../harness/analyse/round-bootstrap.ts';
import { parsePlatformLine } from '../../harness/collect/platform-line.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { newRandom } from '../../harness/domain/random.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { encodeHistogram, recordHistogram } from '../../harness/record/histogram.ts';
import { formatSamplesCsv } from '../../reports/samples-csv.ts';
import { formatTime, type Judgement } from './judged-figure.ts';

interface Measured {
  readonly name: string;
  /** What one operation is; `operations` of them make one turn. */
  readonly unit: string;
  readonly operations: number;
  /** Microseconds an operation. */
  readonly targetUs: number;
  readonly turn: () => unknown;
}

const random = newRandom('bench:self');

/** A time between 10 and 40 ms, whole nanoseconds. */
const drawTime = (): number => 10_000_000 + random.below(30_000_000);

const LINES = [
  'REPORT RequestId: 6f7f4d6a-3c4a-4c55-9c0c-2a4f5f8f0a11\tDuration: 12.34 ms\tBilled Duration: 113 ms\tMemory Size: 1769 MB\tMax Memory Used: 71 MB\tInit Duration: 100.25 ms\t',
  'START RequestId: 6f7f4d6a-3c4a-4c55-9c0c-2a4f5f8f0a11 Version: $LATEST',
  '{"time":"2026-01-01T00:00:00.000Z","type":"platform.report","record":{"requestId":"6f7f4d6a-3c4a-4c55-9c0c-2a4f5f8f0a11","metrics":{"durationMs":12.34,"billedDurationMs":13,"memorySizeMB":1769,"maxMemoryUsedMB":71},"status":"success"}}',
  'an ordinary line of the application',
];

const values = Array.from({ length: 10_000 }, drawTime);
const { histogram } = recordHistogram(values);

const newSide = (): RoundValue[] => Array.from({ length: 20 * 50 }, (_, i) => ({ round: Math.floor(i / 50), value: drawTime() }));
const [scenario, reference] = [newSide(), newSide()];

const samples = Array.from({ length: 500 }, (_, i): ReportedSample => {
  const total = nanoseconds(drawTime());
  return {
    call: {
      callId: `r001-${i}`,
      scenario: 'vpc-nat',
      target: 's3',
      round: 1,
      position: i,
      purpose: 'measure',
      startAsked: 'warm',
      connection: 'new',
    },
    outcome: 'ok',
    start: 'warm',
    askedAt: '2026-01-01T00:00:00.000Z',
    requestId: '6f7f4d6a-3c4a-4c55-9c0c-2a4f5f8f0a11',
    environmentId: 'f2a0c6d1',
    logStream: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    client: { total, sdk: nanoseconds(400_000), ttfb: nanoseconds(total - 400_000) },
    fn: { total, phases: { connect: nanoseconds(200_000), ttfb: nanoseconds(total - 200_000) } },
    perturbed: false,
    report: { duration: total, billed: nanoseconds(41_000_000), memoryMb: 1769, maxMemoryMb: 71 },
    reportSource: 'tail',
  };
});

const MEASURED: readonly Measured[] = [
  {
    name: 'parse a platform line',
    unit: 'line',
    operations: 100 * LINES.length,
    targetUs: 10,
    turn: () => {
      for (let i = 0; i < 100; i++) for (const line of LINES) parsePlatformLine(line);
    },
  },
  { name: 'record into a histogram', unit: 'value', operations: values.length, targetUs: 0.2, turn: () => recordHistogram(values) },
  {
    name: 'encode a histogram of 10,000 values',
    unit: 'histogram',
    operations: 1,
    targetUs: 500,
    turn: () => encodeHistogram(histogram),
  },
  {
    name: 'bootstrap a difference, 20 × 50 values a side',
    unit: 'difference',
    operations: 1,
    targetUs: 25_000,
    turn: () => bootstrapDifference(scenario, reference, 0.5, 'seed'),
  },
  {
    name: 'write a row of samples.csv',
    unit: 'row',
    operations: samples.length,
    targetUs: 40,
    turn: () => [...formatSamplesCsv('abcdefgh12', samples)],
  },
];

/** Parts of the harness that work without network: median time of many turns, beside its target. */
export async function printParts({ print }: Judgement): Promise<void> {
  const bench = new Bench({ time: 400, iterations: 10, warmupTime: 100, warmupIterations: 3, throws: true });
  for (const { name, turn } of MEASURED) {
    bench.add(name, () => {
      turn();
    });
  }
  await bench.run();
  for (const { name, unit, operations, targetUs } of MEASURED) {
    const result = bench.getTask(name)?.result;
    if (result === undefined || !('latency' in result)) throw new Error(`${name} was not measured`);
    const perOperation = (result.latency.p50 * 1000) / operations;
    print(name, `${formatTime(perOperation)} a ${unit}`, formatTime(targetUs), perOperation <= targetUs);
  }
}
