import { startBenchChild } from './bench-child.ts';
import type { Judgement } from './judged-figure.ts';

/** What the driver's process held after so many calls. */
export interface MemoryMark {
  readonly calls: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
}

const MARKS = [20_000, 60_000, 100_000];

/** A whole run of 100,000 calls through the ports: planned, driven, timed, recorded into a folder, its Tails read. */
async function measureDriverMemory(): Promise<readonly MemoryMark[]> {
  const server = startBenchChild('./no-op-lambda-process.ts', []);
  try {
    const port = await server.hear();
    const driver = startBenchChild('./driver-memory-process.ts', [`http://127.0.0.1:${port}`, ...MARKS.map(String)], ['--expose-gc']);
    try {
      return (await driver.hear()) as readonly MemoryMark[];
    } finally {
      await driver.end();
    }
  } finally {
    await server.end();
  }
}

/** Bytes of the heap that each call left behind, from the first mark to the last. */
function heapGrowth(marks: readonly MemoryMark[]): number {
  const [first, last] = [marks[0], marks.at(-1)];
  if (first === undefined || last === undefined || last.calls === first.calls) return Number.NaN;
  return (last.heapBytes - first.heapBytes) / (last.calls - first.calls);
}

/** A sample is about a thousand bytes: what is kept of each call would show. */
const FLAT_BYTES_A_CALL = 16;

/** Memory at three marks of one run, and its slope. */
export async function printDriverMemory({ print }: Judgement): Promise<void> {
  const marks = await measureDriverMemory();
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  for (const { calls, heapBytes, residentBytes } of marks) {
    print(`driver after ${calls} calls: heap, resident`, `${megabytes(heapBytes)}, ${megabytes(residentBytes)}`);
  }
  if (marks.length < MARKS.length) throw new Error(`the run had only ${marks.length} of ${MARKS.length} marks`);
  const slope = heapGrowth(marks);
  print('heap that a call leaves behind', `${slope.toFixed(1)} bytes`, `${FLAT_BYTES_A_CALL} bytes`, slope <= FLAT_BYTES_A_CALL, 'anyLoad');
}
