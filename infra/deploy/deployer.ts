import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Deployment } from '../../harness/domain/deployment.ts';
import {
  DEPLOYMENT_STATE_SCHEMA,
  type DeploymentStateStore,
  maskedAccount,
  type StackKind,
} from '../../harness/domain/deployment-state.ts';
import { BenchError } from '../../harness/domain/exit-code.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import { type Clock, type DeployEvent, type Deployer, type Leftover, NOTE_STATUS } from '../../harness/domain/ports.ts';
import type { RunId } from '../../harness/domain/run.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { pinRuntime, runtimeVersionOf } from '../aws/runtime-pin.ts';
import { type ProbePackage, packageProbe } from '../package/package-probe.ts';
import { fnTemplate } from '../template/fn.ts';
import { guardTemplate } from '../template/guard.ts';
import { FIRST_ZONES, type StackTemplate, type TemplateContext, type ZoneOrder } from '../template/model.ts';
import { NAME_PREFIX, stackName } from '../template/names.ts';
import { needsOf } from '../template/needs.ts';
import { netTemplate } from '../template/net.ts';
import { fnParameters, type PaidOutputs, paidParameters, readNetOutputs, readPaidOutputs } from '../template/outputs.ts';
import { paidTemplate } from '../template/paid.ts';
import { runTags } from '../template/tags.ts';
import { rdsCaPem } from './database-ca.ts';
import { deployedFunction, provenDeployment, readyFunctions } from './deployed.ts';
import type { StoredFunction } from './matched.ts';
import type { DeployClients, DeployOptions } from './options.ts';
import { refusedStep } from './refused.ts';
import { createAndWait, type StackCreation } from './stack-creation.ts';
import { newStackPoller } from './stack-poller.ts';
import { newStateNotes, type StateNotes } from './state-notes.ts';
import { tearDown } from './teardown.ts';
import { uploadObjects } from './upload.ts';
import { blamesZone, OTHER_ZONES } from './zone-choice.ts';

/** The outside that a deployer needs. */
export interface DeployerPorts {
  readonly clients: DeployClients;
  readonly clock: Clock;
  /** Replaced in tests, where bundling the probe would only cost time. */
  readonly packageProbe?: () => Promise<ProbePackage>;
  readonly randomBytes?: (count: number) => Uint8Array;
  /** Where a run's state is written before each call that changes the account; absent: nowhere, as in a lab that keeps nothing. */
  readonly stateOf?: (runId: RunId) => DeploymentStateStore;
}

/** Random bytes of a DB password: 32 characters of base64url, none of which RDS refuses. */
const PASSWORD_BYTES = 24;
/** Random bytes that make a CreateStack request distinct from every other. */
const TOKEN_BYTES = 16;

/** Makes a run's stacks, proves that its functions match, and removes it all again. */
export function newDeployer(options: DeployOptions, ports: DeployerPorts): Deployer {
  const stackIds = new Map<string, string>();
  const notesByRun = new Map<RunId, StateNotes>();
  const notesOf = (runId: RunId): StateNotes => {
    const notes = notesByRun.get(runId) ?? newStateNotes(ports.stateOf?.(runId));
    notesByRun.set(runId, notes);
    return notes;
  };
  const destroy = async (runId: RunId, onEvent: (event: DeployEvent) => void): Promise<readonly Leftover[]> => {
    const { clients, clock } = ports;
    const notes = notesOf(runId);
    await notes.resume();
    return tearDown(runId, { clients, clock, times: options.times, onEvent, stackIds, notes, hourlyUsd: options.hourlyUsd });
  };
  return {
    destroy,
    async deploy(runId, plan, onEvent, signal) {
      const work = { runId, plan, options, ports, onEvent, signal, stackIds, notes: notesOf(runId) };
      try {
        return await deployRun(work, FIRST_ZONES);
      } catch (thrown) {
        signal.throwIfAborted();
        const leftovers = await destroy(runId, onEvent);
        if (!blamesZone(thrown) || leftovers.length > 0) throw reportedWith(thrown, leftovers);
        const reason = `a zone refuses what the run needs (${thrown.why}): it is deployed again with the zones the other way round`;
        onEvent({ stack: `${NAME_PREFIX}${runId}`, status: NOTE_STATUS, reason });
        return await deployElsewhere(work, () => destroy(runId, onEvent));
      }
    },
  };
}

/** The one other try; when it fails too, that is the end of it. */
async function deployElsewhere(work: Deploying, destroy: () => Promise<readonly Leftover[]>): Promise<Deployment> {
  try {
    return await deployRun(work, OTHER_ZONES);
  } catch (thrown) {
    work.signal.throwIfAborted();
    throw reportedWith(thrown, await destroy());
  }
}

interface Deploying {
  readonly runId: string;
  readonly plan: Plan;
  readonly options: DeployOptions;
  readonly ports: DeployerPorts;
  readonly onEvent: (event: DeployEvent) => void;
  readonly signal: AbortSignal;
  readonly stackIds: Map<string, string>;
  readonly notes: StateNotes;
}

async function deployRun(work: Deploying, zones: ZoneOrder): Promise<Deployment> {
  const { runId, plan, options, ports, signal } = work;
  const accountId = await callerAccount(work);
  const code = await (ports.packageProbe ?? packageProbe)();
  const needs = needsOf(plan);
  const context = templateContext(work, needs, zones);
  const password = options.databasePassword ?? newPassword(ports);
  // Asked for before anything is made: a region without a known CA must not cost a deploy.
  const caPem = needs.database ? (options.rdsCaPem ?? rdsCaPem(options.region)) : undefined;
  const creation = stackCreation(work, context, password);
  const paid = paidTemplate(context);
  const fn = fnTemplate(context, options.functions);
  await beginState(work, context, accountId);

  const net = readNetOutputs(needs, await createAndWait(creation, 'net', netTemplate(context), {}));
  const guard = guardOf(work, context, paid);
  if (guard !== undefined) await createAndWait(creation, 'guard', guard, {});
  const codeKey = await uploaded(work, net.bucketName, code);
  const [paidOutputs, functions] = await bothOrNeither(signal, (either) => [
    paid === undefined
      ? Promise.resolve<PaidOutputs>({})
      : createAndWait({ ...creation, signal: either }, 'paid', paid, paidParameters(needs, net, password)).then((outputs) =>
          readPaidOutputs(needs, outputs),
        ),
    createAndWait({ ...creation, signal: either }, 'fn', fn, fnParameters(needs, net, codeKey)).then(() => pinnedFunctions(work, either)),
  ]);

  const { codeSha256Base64 } = code;
  const stackIds = [...work.stackIds.values()];
  const standing = { runId, plan, needs, options, accountId, bucket: net.bucketName, paid: paidOutputs, functions, codeSha256Base64 };
  return provenDeployment({ ...standing, password, ...(caPem === undefined ? {} : { caPem }), stackIds });
}

/** The functions, ready. An account patches runtimes while a run goes on, unless it is told not to; a lab has the one runtime. */
async function pinnedFunctions(
  { runId, plan, options, ports, onEvent }: Deploying,
  signal: AbortSignal,
): Promise<readonly StoredFunction[]> {
  const { clock, clients } = ports;
  const { functionPollMs: pollMs, readyMs: deadlineMs } = options.times;
  const ready = () => readyFunctions(runId, plan, { client: clients.lambda, clock, times: options.times }, signal);
  const functions = await ready();
  if (plan.backend !== 'aws') return functions;
  const versionArn = runtimeVersionOf(functions[0]?.settings);
  if (versionArn === undefined) {
    const reason = 'the functions name no runtime version, so they cannot be held to one';
    onEvent({ stack: stackName(runId, 'fn'), status: NOTE_STATUS, reason });
    return functions;
  }
  const names = functions.map(({ fn }) => fn.functionName);
  await pinRuntime(clients.lambda, clock, names, { versionArn, bounds: { pollMs, deadlineMs }, signal });
  return ready();
}

/** Only an account goes on billing after its driver has died; a lab dies with it. */
function guardOf({ plan }: Deploying, context: TemplateContext, paid: StackTemplate | undefined): StackTemplate | undefined {
  const kinds: readonly StackKind[] = ['net', 'fn', ...(paid === undefined ? [] : (['paid'] as const))];
  return plan.backend === 'aws' ? guardTemplate(context, kinds) : undefined;
}

async function beginState({ runId, plan, options, notes }: Deploying, context: TemplateContext, accountId: string): Promise<void> {
  const { region, endpoint } = options;
  await notes.begin({
    schema: DEPLOYMENT_STATE_SCHEMA,
    ...{ runId, backend: plan.backend, region, ...(endpoint === undefined ? {} : { endpoint }), account: maskedAccount(accountId) },
    ...{ expiresAt: context.expiresAt, kept: context.kept, stacks: [] },
    functions: plan.arms.map((arm) => deployedFunction(runId, arm)),
  });
}

/** The first failure stops the other side's waiting; nothing is under way any more when it is thrown. */
async function bothOrNeither<One, Other>(
  signal: AbortSignal,
  start: (either: AbortSignal) => readonly [Promise<One>, Promise<Other>],
): Promise<readonly [One, Other]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  setMaxListeners(0, either);
  const sides = start(either);
  try {
    return await Promise.all(sides);
  } catch (thrown) {
    failed.abort(thrown);
    await Promise.allSettled(sides);
    throw thrown;
  }
}

async function callerAccount({ ports, signal }: Deploying): Promise<string> {
  try {
    const identity = await ports.clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return identity.Account ?? '';
  } catch (thrown) {
    signal.throwIfAborted();
    throw refusedStep('the account cannot be reached with these credentials', thrown);
  }
}

function templateContext({ runId, options }: Deploying, needs: TemplateContext['needs'], zones: ZoneOrder): TemplateContext {
  const { expiresAt, keep: kept, toolVersion } = options;
  return { runId, needs, expiresAt: expiresAt === 'never' ? expiresAt : expiresAt.toISOString(), kept, zones, toolVersion };
}

function newPassword(ports: DeployerPorts): Secret {
  return new Secret(Buffer.from((ports.randomBytes ?? randomBytes)(PASSWORD_BYTES)).toString('base64url'));
}

function stackCreation(work: Deploying, context: TemplateContext, secret: Secret): StackCreation {
  const { ports, options, onEvent, signal, stackIds, notes } = work;
  return {
    client: ports.clients.cloudFormation,
    poller: newStackPoller(ports.clients.cloudFormation, ports.clock, options.times.stackPollMs),
    times: options.times,
    tags: runTags(context),
    onEvent,
    signal,
    newToken: () => `create-${Buffer.from((ports.randomBytes ?? randomBytes)(TOKEN_BYTES)).toString('hex')}`,
    notes,
    onCreated: (name, id) => stackIds.set(name, id),
    secret,
  };
}

async function uploaded({ ports, signal }: Deploying, bucket: string, code: ProbePackage): Promise<string> {
  try {
    return await uploadObjects(ports.clients.s3, bucket, code, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    throw refusedStep(`the functions' code cannot be uploaded to ${bucket}`, thrown);
  }
}

/** The same error, with what its teardown left. */
function reportedWith(thrown: unknown, leftovers: readonly Leftover[]): unknown {
  if (!(thrown instanceof BenchError)) return thrown;
  const leftBehind = leftovers.length === 0 ? 'nothing' : leftovers.map(({ kind, id }) => `${kind} ${id}`).join(', ');
  return new BenchError({
    exitCode: thrown.exitCode,
    what: thrown.message,
    why: thrown.why,
    tryCommands: thrown.tryCommands,
    leftBehind,
  });
}
