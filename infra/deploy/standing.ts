import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Deployment } from '../../harness/domain/deployment.ts';
import type { DeploymentState, StackKind } from '../../harness/domain/deployment-state.ts';
import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import type { Deployer } from '../../harness/domain/ports.ts';
import { NONCE_VARIABLE } from '../../harness/domain/probe-wire.ts';
import { packageProbe } from '../package/package-probe.ts';
import { needsOf } from '../template/needs.ts';
import { readNetOutputs, readPaidOutputs } from '../template/outputs.ts';
import { rdsCaPem } from './database-ca.ts';
import { provenDeployment, readyFunctions } from './deployed.ts';
import type { DeployerPorts } from './deployer.ts';
import type { StoredFunction } from './matched.ts';
import type { DeployClients, DeployOptions } from './options.ts';
import { refusedStep } from './refused.ts';
import { describeStack, type StackState } from './stacks.ts';

/** A deployment that another run made and left standing. */
export interface StandingDeployment {
  readonly state: DeploymentState;
  /** All that was deployed, which the measured plan may be a part of. */
  readonly deployed: Pick<Plan, 'scenarios' | 'targets' | 'arms'>;
}

type Ports = Pick<DeployerPorts, 'clock' | 'packageProbe'> & {
  readonly clients: Pick<DeployClients, 'cloudFormation' | 'lambda' | 'sts'>;
};

/**
 * In the place of a deployer, for a deployment that stands: looks where things are, waits until the functions are ready and proves that they
 * match. Makes and removes nothing, so it needs no right to; the password of the DB instance must be among the options when RDS is measured.
 */
export function newStandingDeployer(standing: StandingDeployment, options: DeployOptions, ports: Ports): Deployer {
  return {
    destroy: async () => [],
    deploy: (_, plan, __, signal) => lookAt({ standing, options, ports, plan, signal }),
  };
}

interface Looking {
  readonly standing: StandingDeployment;
  readonly options: DeployOptions;
  readonly ports: Ports;
  readonly plan: Plan;
  readonly signal: AbortSignal;
}

async function lookAt(work: Looking): Promise<Deployment> {
  const { standing, options, ports, plan, signal } = work;
  const { runId } = standing.state;
  const { codeSha256Base64 } = await (ports.packageProbe ?? packageProbe)();
  const accountId = await callerAccount(work);
  const needs = needsOf(standing.deployed);
  const net = await standingStack(work, 'net');
  const paid = standing.state.stacks.some(({ kind }) => kind === 'paid') ? await standingStack(work, 'paid') : undefined;
  const fn = await standingStack(work, 'fn');
  const functions = await readyFunctions(runId, plan, { client: ports.clients.lambda, clock: ports.clock, times: options.times }, signal);
  const withRds = plan.targets.includes('rds') && needs.database;
  const { databasePassword: password } = options;
  return provenDeployment({
    ...{ runId, plan, needs, options, accountId, codeSha256Base64 },
    bucket: readOutputs(runId, () => readNetOutputs(needs, net.outputs)).bucketName,
    paid: readOutputs(runId, () => readPaidOutputs(needs, paid?.outputs ?? {})),
    functions: functions.map(withoutNonce),
    ...(withRds ? { caPem: options.rdsCaPem ?? rdsCaPem(options.region), ...(password === undefined ? {} : { password }) } : {}),
    stackIds: [net, ...(paid === undefined ? [] : [paid]), fn].map(({ stackId }) => stackId),
  });
}

/** The nonce is the one setting that a run leaves behind, of a part of the functions perhaps; the first round gives all the same new one. */
function withoutNonce({ fn, settings }: StoredFunction): StoredFunction {
  const { [`Environment.${NONCE_VARIABLE}`]: _, ...others } = settings;
  return { fn, settings: others };
}

async function callerAccount({ ports, signal }: Looking): Promise<string> {
  try {
    return (await ports.clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal })).Account ?? '';
  } catch (thrown) {
    signal.throwIfAborted();
    throw refusedStep('the account cannot be reached with these credentials', thrown);
  }
}

/** By its id where that is known: another stack of the same name is none of ours. */
async function standingStack({ standing, ports, signal }: Looking, kind: StackKind): Promise<StackState> {
  const { runId, stacks } = standing.state;
  const record = stacks.find((stack) => stack.kind === kind);
  let found: StackState | undefined;
  try {
    found = record === undefined ? undefined : await describeStack(ports.clients.cloudFormation, record.id ?? record.name);
  } catch (thrown) {
    signal.throwIfAborted();
    throw refusedStep(`stack ${record?.name ?? kind} of run ${runId} cannot be looked at`, thrown);
  }
  if (found?.status === 'CREATE_COMPLETE') return found;
  throw unusable(runId, `its stack ${record?.name ?? kind} is ${found?.status ?? 'not there'}`);
}

function readOutputs<Outputs>(runId: string, read: () => Outputs): Outputs {
  try {
    return read();
  } catch (thrown) {
    throw unusable(runId, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function unusable(runId: string, why: string): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `The deployment of run ${runId} cannot be measured on.`,
    why,
    tryCommands: ['npm run bench -- sweep --dry-run   (what stands)', `npm run bench -- destroy ${runId}`],
    leftBehind: `The deployment of run ${runId}, as it was found.`,
  });
}
