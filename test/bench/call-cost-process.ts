/**
 * One side of the comparison in `call-cost.ts`: `bare` or `harness`, against the no-op Lambda at the endpoint. Makes a block of calls each time
 * that it is told to, and answers with what the block cost.
 */
import { once } from 'node:events';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { quietSdkWarning } from '../../harness/cli/sdk-warning.ts';
import type { Invoker } from '../../harness/domain/ports.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { newInvocationClient, newInvoker } from '../../infra/aws/invoker.ts';
import type { Block } from './call-cost.ts';
import { newNoOpPlace, newNoOpPlan } from './no-op-place.ts';
import { runNoOp } from './no-op-run.ts';

quietSdkWarning(process);
process.once('disconnect', () => process.exit());
const [side, endpoint = '', blocks, warm] = process.argv.slice(2);
const clock = newSystemClock();
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: new Secret('no-op') };
const client = newInvocationClient({ region: 'us-east-1', endpoint, credentials });
const plan = newNoOpPlan(Number(blocks) + 1, Number(warm));
const callsOfBlock = plan.schedule[0]?.calls.length ?? 0;

/** CPU microseconds of this process, all threads, since `from`. */
function cpuSince(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return user + system;
}

/** What the SDK alone costs: the same command with an event of the same size, nothing around it. */
async function callBare(): Promise<never> {
  const answer = { version: 2, callId: 'r001-0001', connection: 'reused', keep: false, prove: false, phaseTimeoutMs: 1000 };
  const target = { kind: 's3', region: 'us-east-1', bucket: 'lnb-bucket', key: 'object', proofKeys: ['proof/endpoint', 'proof/address'] };
  const payload = new TextEncoder().encode(JSON.stringify({ ...answer, target }));
  for (;;) {
    await once(process, 'message');
    const spansNs: number[] = [];
    const before = process.cpuUsage();
    for (let i = 0; i < callsOfBlock; i++) {
      const from = clock.now();
      await client.send(
        new InvokeCommand({ FunctionName: 'lnb-abcdefgh12-default', InvocationType: 'RequestResponse', LogType: 'Tail', Payload: payload }),
      );
      spansNs.push(clock.now() - from);
    }
    const block: Block = { calls: callsOfBlock, cpuUs: cpuSince(before), spansNs, lagsNs: [] };
    process.send?.(block);
  }
}

/** The whole product: plan, driver, timer, health, recorder and folder, a round for a block. */
async function callAsHarness(): Promise<void> {
  let [spansNs, lagsNs]: [number[], number[]] = [[], []];
  let before: NodeJS.CpuUsage | undefined;
  let freeSince: number | undefined;
  const real = newInvoker(client);
  const invoker: Invoker = {
    invoke: async (functionName, payload) => {
      if (freeSince !== undefined) lagsNs.push(clock.now() - freeSince);
      const outcome = await real.invoke(functionName, payload);
      freeSince = clock.now();
      return outcome;
    },
  };
  const place = newNoOpPlace(endpoint, invoker, clock, {
    betweenRounds: async () => {
      if (before !== undefined) process.send?.({ calls: spansNs.length, cpuUs: cpuSince(before), spansNs, lagsNs } satisfies Block);
      await once(process, 'message');
    },
    roundBegins: () => {
      [spansNs, lagsNs, freeSince] = [[], [], undefined];
      before = process.cpuUsage();
    },
  });
  await runNoOp(plan, place, ({ client: timings }) => {
    if (timings !== undefined) spansNs.push(timings.total);
  });
}

await (side === 'bare' ? callBare() : callAsHarness());
