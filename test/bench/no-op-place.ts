import { request } from 'node:http';
import type { Clock, Invoker } from '../../harness/domain/ports.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import type { MeasuringPlace } from '../../harness/run/measure.ts';
import { SCENARIOS } from '../../scenarios/index.ts';

/** Asks the no-op Lambda for an update of its functions. */
function update(endpoint: string, nonce: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const put = request(`${endpoint}/nonce/${nonce}`, { method: 'PUT', agent: false }, (response) => {
      response.resume().once('end', resolve);
    });
    put.once('error', reject).end();
  });
}

/** Rounds of the default scenario and its twin against S3, with so many warm calls of each connection. */
export function newNoOpPlan(rounds: number, warm: number) {
  const options = { backend: 'lab', scenarios: ['default'], targets: ['s3'], rounds, warm, seed: 'bench:self', reference: true } as const;
  return newPlan(options, SCENARIOS);
}

/**
 * A place whose functions are those of the no-op Lambda. `betweenRounds` is awaited before each round, when no call is out and nothing of
 * the round before is left to do; `roundBegins` is called when the round's calls may go.
 */
export function newNoOpPlace(
  endpoint: string,
  invoker: Invoker,
  clock: Clock,
  { betweenRounds, roundBegins }: { readonly betweenRounds: () => Promise<void>; readonly roundBegins: () => void },
): MeasuringPlace {
  const notes = ['A server on loopback that does nothing.'];
  return {
    facts: async () => ({ kind: 'lab', region: 'us-east-1', account: '000000000000', labMode: 'no-op', notes }),
    deployer: {
      deploy: async (runId, plan) => ({
        runId,
        ...{ region: 'us-east-1', accountId: '000000000000' },
        functions: plan.arms.map((arm) => ({ ...arm, functionName: `lnb-${runId}-${arm.scenario.replace('~', '-')}`, logGroup: '/no-op' })),
        targets: {
          ...{ internetUrl: 'https://internet.test/ping', echoUrl: 'https://echo.test/' },
          ...{ region: 'us-east-1', bucket: 'lnb-bucket', key: 'object' },
          proofKeys: {
            vpcEndpoint: 'proof/endpoint',
            interfaceEndpoint: 'proof/interface',
            sourceIp: 'proof/address',
            neither: 'proof/neither',
          },
          s3EndpointNames: {},
        },
        pathFacts: { natAddresses: {}, functionSubnets: {} },
        configurationDiff: { compared: [], allowed: [], unexpected: [] },
        stackIds: [],
      }),
      destroy: async () => [],
    },
    invoker,
    coldForcer: {
      force: async (names, nonce) => {
        await betweenRounds();
        await update(endpoint, nonce);
        roundBegins();
        return names.map((functionName) => ({ functionName, acceptedAt: clock.now(), successfulAt: clock.now() }));
      },
    },
    logReader: { readStream: async () => [], findRequest: async () => [] },
    findBounds: { pollMs: 1, maxPollMs: 2, streamMs: 5, filterMs: 5 },
    settleMs: 0,
    phaseTimeoutMs: 1000,
  };
}
