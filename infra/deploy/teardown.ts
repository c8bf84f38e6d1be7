import { type Clock, type DeployEvent, type Leftover, NOTE_STATUS } from '../../harness/domain/ports.ts';
import type { RunId } from '../../harness/domain/run.ts';
import { NAME_PREFIX, stackName } from '../template/names.ts';
import { reap, removeFunctions, removeLogGroups } from './function-removal.ts';
import type { DeployClients, DeployTimes } from './options.ts';
import { newStackPoller } from './stack-poller.ts';
import { findStack, removeStack } from './stack-removal.ts';
import { stackMembers } from './stacks.ts';
import type { StateNotes } from './state-notes.ts';
import { type SweepByType, sweepBilled, sweepNetwork } from './sweep-by-type.ts';
import { verifyEmpty } from './verify-empty.ts';

/** Everything that a teardown works with. */
export interface Teardown {
  readonly clients: DeployClients;
  readonly clock: Clock;
  readonly times: DeployTimes;
  readonly onEvent: (event: DeployEvent) => void;
  /** Ids of stacks that this process created; a stack is looked for by them, and by its name. */
  readonly stackIds: ReadonlyMap<string, string>;
  readonly notes: StateNotes;
  /** US dollars an hour by resource type, for what is left. */
  readonly hourlyUsd: Readonly<Record<string, number>>;
}

/**
 * Removes a run: what is billed and the functions side by side, then Lambda's network interfaces, the bucket's content and the network, then
 * the guard, and looks whether anything is left. Works for any state that a deploy can have ended in, from the run's id alone, and again
 * after itself. Never throws: what cannot be removed, or not even be seen, is left over.
 */
export async function tearDown(runId: RunId, work: Teardown): Promise<readonly Leftover[]> {
  const poller = newStackPoller(work.clients.cloudFormation, work.clock, work.times.stackPollMs);
  const refused: Leftover[] = [];
  const sweep: SweepByType = { ...work, runId, onRefused: (kind, id, why) => refused.push({ kind, id, why }) };
  const vpcId = await vpcOf(runId, work);
  const billing = newBillingNote(runId, work, vpcId);
  const [paid, fn] = await Promise.all([
    removeStack({ runId, kind: 'paid', work, poller, lastResort: () => sweepBilled(sweep) }).then((left) => {
      billing.paidEnded(left.length === 0);
      return left;
    }),
    removeFunctions(runId, work, poller, vpcId).then((left) => {
      billing.functionsEnded();
      return left;
    }),
  ]);
  if (vpcId !== undefined && fn.length === 0) await waitForInterfaces(runId, work, vpcId, billing);
  await removeLogGroups(runId, work);
  const net = await removeStack({ runId, kind: 'net', work, poller, ...networkSteps(runId, work, sweep, vpcId) });
  const found = [...paid, ...fn, ...net];
  // As long as something is there, so is what ends it.
  const guard = found.length === 0 ? await removeStack({ runId, kind: 'guard', work, poller }) : [];
  const left = distinct([...found, ...guard, ...(await verifyEmpty(runId, work))]);
  return left.map((one) => explained(priced(one, work), refused));
}

/** Nothing but a run with a VPC has anything to sweep. */
function networkSteps(runId: RunId, work: Teardown, sweep: SweepByType, vpcId: string | undefined) {
  if (vpcId === undefined) return {};
  const once = AbortSignal.abort();
  return {
    beforeAttempt: async () => {
      await reap(runId, work, vpcId, once);
    },
    lastResort: () => sweepNetwork(sweep),
  };
}

async function vpcOf(runId: RunId, work: Teardown): Promise<string | undefined> {
  try {
    const net = await findStack(work, stackName(runId, 'net'));
    if (net === undefined) return undefined;
    const members = await stackMembers(work.clients.cloudFormation, net.stackId);
    return members.find(({ type, physicalId }) => type === 'AWS::EC2::VPC' && physicalId !== '')?.physicalId;
  } catch {
    // The removal of the stack itself will say why.
    return undefined;
  }
}

interface BillingNote {
  paidEnded(isGone: boolean): void;
  functionsEnded(): void;
  /** Interfaces are still there. */
  waiting(): void;
}

/** Says once, and only when it is true, that the rest is waiting. */
function newBillingNote(runId: RunId, work: Teardown, vpcId: string | undefined): BillingNote {
  // Where nothing has a price nothing was ever billed.
  let told = vpcId === undefined || Object.keys(work.hourlyUsd).length === 0;
  let isGone = false;
  let functionsAreGone = false;
  const tell = (): void => {
    if (told || !isGone) return;
    told = true;
    const reason = 'nothing is billed any more; waiting for network interfaces';
    work.onEvent({ stack: `${NAME_PREFIX}${runId}`, status: NOTE_STATUS, reason });
  };
  return {
    paidEnded: (gone) => {
      isGone = gone;
      if (!functionsAreGone) tell();
    },
    functionsEnded: () => {
      functionsAreGone = true;
    },
    waiting: tell,
  };
}

async function waitForInterfaces(runId: RunId, work: Teardown, vpcId: string, billing: BillingNote): Promise<void> {
  const left = await reap(runId, work, vpcId, AbortSignal.abort());
  if (left.length === 0) return;
  billing.waiting();
  await reap(runId, work, vpcId, new AbortController().signal);
}

function distinct(left: readonly Leftover[]): readonly Leftover[] {
  return left.filter((one, index) => left.findIndex(({ id, kind }) => id === one.id && kind === one.kind) === index);
}

function priced(one: Leftover, { hourlyUsd }: Teardown): Leftover {
  const usdPerHour = hourlyUsd[one.kind];
  return usdPerHour === undefined ? one : { ...one, usdPerHour };
}

/** What a service said when the thing itself was to be deleted tells more than what its stack says. */
function explained(one: Leftover, refused: readonly Leftover[]): Leftover {
  const said = refused.find(({ kind, id }) => kind === one.kind && id === one.id);
  return said === undefined ? one : { ...one, why: said.why };
}
