import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Nanoseconds } from '../../harness/domain/nanoseconds.ts';
import { newRandom } from '../../harness/domain/random.ts';
import { newDriverHealth } from '../../harness/drive/driver-health.ts';
import { newProcessWatch } from '../../harness/drive/process-watch.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';

/** How well the flags of the driver find the calls that it was late for itself. */
export interface StallRecall {
  readonly calls: number;
  readonly blocks: number;
  /** Calls that the client made longer by more than 2 ms, as server and client together show. */
  readonly late: number;
  readonly flagged: number;
  /** Late calls that are flagged, as a share of the late ones; and of the flagged ones. Absent where there are none. */
  readonly found?: number;
  readonly right?: number;
}

const LATE_NS = 2_000_000;
const BLOCK_MS = 30;
const CALL_EVERY_MS = 12;

/** A server of its own thread: answers after 10 ms, and says how long it really held the request. */
const SERVER = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const server = createServer((_request, response) => {
  const begin = process.hrtime.bigint();
  setTimeout(() => response.end(String(process.hrtime.bigint() - begin)), 10);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

interface Timed {
  readonly addedNs: number;
  readonly flagged: boolean;
}

function ask(port: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(Number(text)));
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

/** Calls one after the other as the driver does, while something blocks the same thread for 30 ms at irregular times. */
async function callAll(port: number, seconds: number): Promise<StallRecall> {
  const { now } = newSystemClock();
  const health = newDriverHealth(now, newProcessWatch(now));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const random = newRandom('stall-recall');
  const timed: Timed[] = [];
  let blocks = 0;
  let blocker: NodeJS.Timeout | undefined;
  const block = (): void => {
    const begin = now();
    while (now() - begin < BLOCK_MS * 1e6);
    blocks++;
    blocker = setTimeout(block, 100 + random.below(200));
  };
  for (let i = 0; i < 50; i++) await ask(port, agent);
  health.start();
  blocker = setTimeout(block, 100);
  try {
    for (const begin = now(); now() - begin < seconds * 1e9; ) {
      const from: Nanoseconds = now();
      const heldNs = await ask(port, agent);
      const to = now();
      await health.notePauses();
      timed.push({ addedNs: to - from - heldNs, flagged: health.overlapsStall(from, to) });
      await sleep(Math.max(0, CALL_EVERY_MS - (now() - from) / 1e6));
    }
  } finally {
    clearTimeout(blocker);
    health.stop();
    agent.destroy();
  }
  return judge(timed, blocks);
}

/** Measures for so long against a server on loopback. */
export async function measureStallRecall(seconds: number): Promise<StallRecall> {
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
