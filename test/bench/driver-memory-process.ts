/** Drives so many calls against the no-op Lambda at the endpoint and says what the process holds at each mark, after collecting garbage. */
import { Agent, request } from 'node:http';
import type { InvokeOutcome, Invoker } from '../../harness/domain/ports.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import type { MemoryMark } from './driver-memory.ts';
import { newNoOpPlace, newNoOpPlan } from './no-op-place.ts';
import { runNoOp } from './no-op-run.ts';

process.once('disconnect', () => process.exit());
const [endpoint = '', ...texts] = process.argv.slice(2);
const marks = texts.map(Number);
const agent = new Agent({ keepAlive: true });

/** Lambda's Invoke without the SDK: the driver's hooks see the same HTTP client, and the calls take a third of the time. */
const invoker: Invoker = {
  invoke: (functionName, payload) =>
    new Promise<InvokeOutcome>((resolve, reject) => {
      const path = `${endpoint}/2015-03-31/functions/${functionName}/invocations`;
      const post = request(path, { method: 'POST', agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          const { headers } = response;
          const words = { requestId: String(headers['x-amzn-requestid']), logTail: String(headers['x-amz-log-result']) };
          resolve({ kind: 'answered', payload: Buffer.concat(chunks), ...words });
        });
      });
      post.once('error', reject).end(payload);
    }),
};

const found: MemoryMark[] = [];
let calls = 0;
const mark = (): void => {
  if (calls < (marks[found.length] ?? Number.POSITIVE_INFINITY)) return;
  if (gc === undefined) throw new Error('start Node with --expose-gc');
  // Twice: what the first one finds unreachable may hold weak references.
  gc();
  gc();
  const { heapUsed, rss } = process.memoryUsage();
  found.push({ calls, heapBytes: heapUsed, residentBytes: rss });
};

const plan = newNoOpPlan(103, 248);
const clock = newSystemClock();
const place = newNoOpPlace(endpoint, invoker, clock, { betweenRounds: async () => mark(), roundBegins: () => undefined });
await runNoOp(plan, place, () => {
  calls++;
});
process.send?.(found);
