import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Nanoseconds, nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { newRandom } from '../../harness/domain/random.ts';
import { newClientTimer } from '../../harness/drive/client-timing.ts';
import { newDriverHealth } from '../../harness/drive/driver-health.ts';
import { newProcessWatch } from '../../harness/drive/process-watch.ts';
import type { Judgement } from './judged-figure.ts';

/** How well the flags of the driver find the calls that it held up itself. */
interface StallRecall {
  readonly calls: number;
  readonly blocks: number;
  /** Calls that the driver made longer by more than 2 ms, as the server's stamps show. */
  readonly late: number;
  readonly flagged: number;
  /** Late calls that are flagged, as a share of the late ones; and of the flagged ones. Absent where there are none. */
  readonly found?: number;
  readonly right?: number;
}

const LATE_NS = 2_000_000;
const BLOCK_MS = 30;
const CALL_EVERY_MS = 12;

/**
 * A server of its own thread: answers after 10 ms, with its stamps of arrival and departure (one monotonic clock for all threads of a machine)
 * and the time that the thread waited for a CPU before it saw the request, which is not the driver's fault; 0 where the machine does not tell.
 */
const SERVER = `
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
const waited = () => {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]);
  } catch {
    return 0;
  }
};
let before = waited();
const server = createServer((_request, response) => {
  const arrived = process.hrtime.bigint();
  const waitedNs = waited() - before;
  setTimeout(() => {
    response.end(JSON.stringify({ arrived: String(arrived), departed: String(process.hrtime.bigint()), waitedNs }));
    setImmediate(() => { before = waited(); });
  }, 10);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

interface Answer {
  readonly arrived: string;
  readonly departed: string;
  readonly waitedNs: number;
}

interface Timed {
  /** Begin → arrival, and departure → end, as far as the driver is to blame. */
  readonly addedNs: number;
  readonly flagged: boolean;
}

function ask(port: number, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(JSON.parse(text) as Answer));
    });
    request.once('error', reject);
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function judge(timed: readonly Timed[], blocks: number): StallRecall {
  const usual = median(timed.map(({ addedNs }) => addedNs));
  const late = timed.filter(({ addedNs }) => addedNs - usual > LATE_NS);
  const flagged = timed.filter((one) => one.flagged).length;
  const both = late.filter((one) => one.flagged).length;
  return {
    ...{ calls: timed.length, blocks, late: late.length, flagged },
    ...(late.length === 0 ? {} : { found: both / late.length }),
    ...(flagged === 0 ? {} : { right: both / flagged }),
  };
}

/** Blocks this thread for 30 ms at irregular times; gives how to end that, and how often it was. */
function startBlocking(): { readonly stop: () => number } {
  const random = newRandom('stall-recall');
  let blocks = 0;
  const block = (): void => {
    const begin = performance.now();
    while (performance.now() - begin < BLOCK_MS);
    blocks++;
    timer = setTimeout(block, 100 + random.below(200));
  };
  let timer = setTimeout(block, 100);
  return {
    stop: () => {
      clearTimeout(timer);
      return blocks;
    },
  };
}

/** Calls one after the other as the driver does, with its timer and its flags. */
async function callAll(port: number, seconds: number): Promise<StallRecall> {
  // Counted from zero, so that the server's stamps are on the same clock.
  const now = (): Nanoseconds => nanoseconds(Number(process.hrtime.bigint()));
  const [timer, health] = [newClientTimer(now), newDriverHealth(now, newProcessWatch(now))];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const timed: Timed[] = [];
  for (let i = 0; i < 50; i++) await timer.time(() => ask(port, agent));
  health.start();
  const blocking = startBlocking();
  try {
    for (const begin = now(); now() - begin < seconds * 1e9; ) {
      const { value, startedAt, endedAt, instants } = await timer.time(() => ask(port, agent));
      await health.notePauses();
      const before = Math.max(0, Number(value.arrived) - startedAt - value.waitedNs);
      timed.push({ addedNs: before + endedAt - Number(value.departed), flagged: health.heldUp(instants) });
      await sleep(Math.max(0, CALL_EVERY_MS - (now() - startedAt) / 1e6));
    }
    return judge(timed, blocking.stop());
  } finally {
    blocking.stop();
    health.stop();
    agent.destroy();
  }
}

/** Measures for so long against a server on loopback. */
async function measureStallRecall(seconds: number): Promise<StallRecall> {
  const server = new Worker(SERVER, { eval: true });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', resolve);
      server.once('error', reject);
    });
    return await callAll(port, seconds);
  } finally {
    await server.terminate();
  }
}

/** Ten seconds of calls with blocks between them. */
export async function printStallRecall({ print }: Judgement): Promise<void> {
  const recall = await measureStallRecall(10);
  process.stdout.write(`${recall.blocks} blocks of 30 ms in the driver's thread during ${recall.calls} calls of 10 ms: `);
  process.stdout.write(`${recall.late} calls made late by more than 2 ms, ${recall.flagged} flagged\n`);
  const share = (name: string, value: number | undefined, target: number): void =>
    print(
      name,
      value === undefined ? 'none seen' : `${(value * 100).toFixed(0)} %`,
      `${target * 100} %`,
      value !== undefined && value >= target,
    );
  share('late calls that are flagged', recall.found, 0.9);
  share('flagged calls that were late', recall.right, 0.75);
}
