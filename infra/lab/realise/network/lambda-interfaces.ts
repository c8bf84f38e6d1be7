import { randomUUID } from 'node:crypto';
import type { InterfaceRelease, LambdaInterfaces } from '../fabric.ts';
import type { FabricContext } from './context.ts';
import { groupsFor, takeAddress } from './interfaces.ts';
import { find, type LambdaInterface, those } from './ledger.ts';

/** EC2's two states of such an interface, as far as callers can tell them. */
export function isAttached({ release }: LambdaInterface): boolean {
  return release === undefined || release.pollsLeft > 0;
}

/** Takes the interface away and gives its address back. */
export function removeLambdaInterface({ ledger }: FabricContext, gone: LambdaInterface): void {
  if (!ledger.lambdaInterfaces.delete(gone.id)) return;
  ledger.subnets.get(gone.subnetId)?.addresses.release(gone.address);
}

function replace(context: FabricContext, next: LambdaInterface): void {
  context.ledger.lambdaInterfaces.set(next.id, next);
  if (next.release?.isDue && !isAttached(next)) removeLambdaInterface(context, next);
}

/** Counts an answer that showed these interfaces: one that is being detached is so after as many answers as it was told. */
export function countPoll(context: FabricContext, shown: readonly LambdaInterface[]): void {
  for (const { id } of shown) {
    const now = context.ledger.lambdaInterfaces.get(id);
    if (now?.release === undefined || now.release.pollsLeft === 0) continue;
    context.onHeldPoll();
    replace(context, { ...now, release: { ...now.release, pollsLeft: now.release.pollsLeft - 1 } });
  }
}

function isOf(subnetId: string, groupIds: readonly string[]): (each: LambdaInterface) => boolean {
  const key = groupIds.toSorted().join(',');
  return (each) => each.subnetId === subnetId && each.groupIds.toSorted().join(',') === key;
}

/** By interface id: takes back what waits for the end of its time. */
type Timers = Map<string, () => void>;

function holdIn(context: FabricContext, timers: Timers, functionName: string, subnetId: string, asked: readonly string[]): void {
  const subnet = find(context.ledger, 'subnets', subnetId);
  const groupIds = groupsFor(context, subnet, asked);
  const [shared] = those(context.ledger.lambdaInterfaces, isOf(subnetId, groupIds));
  if (shared === undefined) {
    const description = `AWS Lambda VPC ENI-${functionName}-${randomUUID()}`;
    const place = { id: context.newId('eni'), subnetId, vpcId: subnet.vpcId, groupIds, address: takeAddress(subnet) };
    replace(context, { ...place, description, functions: new Set([functionName]) });
    return;
  }
  timers.get(shared.id)?.();
  const { release: _taken, ...kept } = shared;
  replace(context, { ...kept, functions: new Set([...shared.functions, functionName]) });
}

function letGo(context: FabricContext, timers: Timers, functionName: string, from: LambdaInterface, release: InterfaceRelease): void {
  const functions = new Set([...from.functions].filter((name) => name !== functionName));
  if (functions.size > 0) {
    replace(context, { ...from, functions });
    return;
  }
  const isDue = release.afterMs <= 0;
  replace(context, { ...from, functions, release: { pollsLeft: release.afterPolls, isDue } });
  if (isDue) return;
  const takeBack = context.after(release.afterMs, () => {
    const now = context.ledger.lambdaInterfaces.get(from.id);
    // Somebody may have deleted it.
    if (now?.release !== undefined) replace(context, { ...now, release: { ...now.release, isDue: true } });
  });
  timers.set(from.id, takeBack);
}

/**
 * Lambda's interfaces as EC2 shows them. After the last function they stay for a while, `available` and of another type, and hold their
 * subnet and groups (Lambda Developer Guide, "Configuring VPC access"; the reports behind it take minutes to more than an hour).
 */
export function newLambdaInterfaces(context: FabricContext): LambdaInterfaces {
  const timers: Timers = new Map();
  return {
    hold: (functionName, network) => {
      for (const subnetId of network.subnetIds) holdIn(context, timers, functionName, subnetId, network.securityGroupIds);
    },
    keepOnly: (functionName, network, release) => {
      const kept = (network?.subnetIds ?? []).map((subnetId) => isOf(subnetId, network?.securityGroupIds ?? []));
      const left = those(context.ledger.lambdaInterfaces, (each) => each.functions.has(functionName) && !kept.some((is) => is(each)));
      for (const each of left) letGo(context, timers, functionName, each, release);
    },
  };
}
