import { type BenchChild, startBenchChild } from './bench-child.ts';
import { formatTime, type Judgement } from './judged-figure.ts';

/** What a block of calls cost the process that made them. */
export interface Block {
  readonly calls: number;
  readonly cpuUs: number;
  /** Wall time of each call, by the process's own monotonic clock. */
  readonly spansNs: readonly number[];
  /** End of a call → the next one handed to the SDK; empty for the bare side. */
  readonly lagsNs: readonly number[];
}

/** Cost of a call by the harness beside the SDK's own, medians over blocks that took turns. */
interface CallCost {
  readonly pairs: number;
  readonly callsOfBlock: number;
  readonly bareCpuUs: number;
  readonly harnessCpuUs: number;
  /** Median of the differences of neighbouring blocks, a call. */
  readonly addedCpuUs: number;
  /** A quarter of the differences lies below, a quarter above. */
  readonly addedCpuUsQuartiles: readonly [number, number];
  readonly bareP50Us: number;
  readonly harnessP50Us: number;
  readonly lagP50Us: number;
  readonly lagP99Us: number;
}

/** Blocks until both sides are compiled, then measured pairs of blocks; a block is a round of two arms with so many warm calls. */
const [WARM_UP, PAIRS, WARM_CALLS] = [10, 30, 50];

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

function summarise(bare: readonly Block[], harness: readonly Block[]): CallCost {
  const cpu = ({ cpuUs, calls }: Block): number => cpuUs / calls;
  const added = harness.map((block, i) => cpu(block) - cpu(bare[i] ?? block));
  const spans = (blocks: readonly Block[]): number[] => blocks.flatMap(({ spansNs }) => spansNs.map((ns) => ns / 1000));
  const lags = harness.flatMap(({ lagsNs }) => lagsNs.map((ns) => ns / 1000));
  return {
    pairs: harness.length,
    callsOfBlock: harness[0]?.calls ?? 0,
    bareCpuUs: median(bare.map(cpu)),
    harnessCpuUs: median(harness.map(cpu)),
    addedCpuUs: median(added),
    addedCpuUsQuartiles: [quantile(added, 0.25), quantile(added, 0.75)],
    bareP50Us: median(spans(bare)),
    harnessP50Us: median(spans(harness)),
    lagP50Us: median(lags),
    lagP99Us: quantile(lags, 0.99),
  };
}

async function takeTurns(bareSide: BenchChild, harnessSide: BenchChild): Promise<CallCost> {
  const [bare, harness]: [Block[], Block[]] = [[], []];
  for (let i = 0; i < WARM_UP + PAIRS; i++) {
    const sides = [
      { child: bareSide, blocks: bare },
      { child: harnessSide, blocks: harness },
    ];
    for (const { child, blocks } of i % 2 === 0 ? sides : sides.reverse()) {
      const block = (await child.ask('block')) as Block;
      if (i >= WARM_UP) blocks.push(block);
    }
  }
  return summarise(bare, harness);
}

/**
 * Both sides are processes of their own, because the driver's hooks (asynchronous context, channels of the HTTP client) would make the bare
 * call in the same process dearer, and the difference smaller than it is.
 */
async function measureCallCost(): Promise<CallCost> {
  const children: BenchChild[] = [];
  const start = (...[file, args]: Parameters<typeof startBenchChild>): BenchChild => {
    const child = startBenchChild(file, args);
    children.push(child);
    return child;
  };
  try {
    const port = await start('./no-op-lambda-process.ts', []).hear();
    const args = [`http://127.0.0.1:${port}`, String(WARM_UP + PAIRS), String(WARM_CALLS)];
    const [bare, harness] = ['bare', 'harness'].map((side) => start('./call-cost-process.ts', [side, ...args]));
    if (bare === undefined || harness === undefined) throw new Error('a side of the comparison is missing');
    return await takeTurns(bare, harness);
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
}

/** CPU and time of a call with everything on, beside the SDK's own call; and how long the driver takes from one call to the next. */
export async function printCallCost({ print }: Judgement): Promise<void> {
  const cost = await measureCallCost();
  const [low, high] = cost.addedCpuUsQuartiles;
  process.stdout.write(
    `${cost.pairs} blocks of ${cost.callsOfBlock} calls each way, in turns, against a server on loopback that does nothing\n`,
  );
  print('CPU a call: the SDK alone', formatTime(cost.bareCpuUs));
  print('CPU a call: the whole harness', formatTime(cost.harnessCpuUs));
  print('CPU a call that the harness adds', formatTime(cost.addedCpuUs), '100 µs', cost.addedCpuUs <= 100);
  print('  (middle half of the differences)', `${formatTime(low)} … ${formatTime(high)}`);
  print('time of a call, p50: the SDK alone', formatTime(cost.bareP50Us));
  print('time of a call, p50: client_ms of the harness', formatTime(cost.harnessP50Us));
  // Calls take turns: no send time is planned, a call may go when the one before it has returned.
  print('call may go → handed to the SDK, p50', formatTime(cost.lagP50Us));
  print('call may go → handed to the SDK, p99', formatTime(cost.lagP99Us));
}
