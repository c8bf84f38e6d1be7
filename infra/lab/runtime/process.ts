/**
 * The process that owns all execution environments. It holds no state that control does not give it, and nothing but
 * the Runtime API, logs and signals runs on its event loop.
 */
import { openChannel } from '../kernel/channel.ts';
import type { CpuGroups } from '../kernel/cpu-quota.ts';
import { listenTcp } from '../kernel/listen.ts';
import { newEnvironmentSpawner } from './environment-process.ts';
import { newFunctionPools } from './function-pools.ts';
import type { AttachRequest, InvokeRequest, LogDelivery, RouteRequest, SlotPlace, SlotRequest } from './wire.ts';

const RUNTIME_API_PORT = 9001;
/** AWS's, of an init that is not part of a call. */
const INIT_LIMIT_MS = 10_000;
const [temporaryRoot = '', cpuText] = process.argv.slice(2);
const cpu = cpuText === undefined ? undefined : (JSON.parse(cpuText) as CpuGroups);

const channel = openChannel(process, {
  route: (request: RouteRequest) => pools.route(request),
  slot: (request: SlotRequest) => pools.addSlot(request),
  invoke: (request: InvokeRequest) => pools.invoke(request),
  remove: (functionName: string) => pools.remove(functionName),
});

const pools = newFunctionPools({
  spawn: newEnvironmentSpawner(cpu),
  monotonicNs: process.hrtime.bigint,
  wallMs: Date.now,
  temporaryRoot,
  initLimitMs: INIT_LIMIT_MS,
  listen: (place) => listenTcp(place.namespace ?? '', '127.0.0.1', RUNTIME_API_PORT),
  attach: (functionName, network) => channel.request<SlotPlace>('attach', { functionName, network } satisfies AttachRequest),
  detach: async (place) => {
    await channel.request('detach', place.interfaceId).catch((error: Error) => {
      process.stderr.write(`interface ${place.interfaceId} stays: ${error.message}\n`);
    });
  },
  // After the answer to the caller: lines are late on AWS too, and the caller waits for nothing of them.
  deliverLogs: (delivery) => setImmediate(() => void sendLogs(delivery)),
});

/** Control that has ended wants no lines. */
async function sendLogs(delivery: LogDelivery): Promise<void> {
  await channel.request('logs', delivery).catch(() => undefined);
}

async function end(): Promise<never> {
  await pools.close();
  process.exit(0);
}

process.once('disconnect', () => void end());
process.once('SIGTERM', () => void end());
