import { Refusal } from '../../refusal.ts';
import type { AttachedInterface, InterfaceRequest } from '../fabric.ts';
import type { FabricContext } from './context.ts';
import { type Address, formatAddress } from './ipv4.ts';
import { find, type NetworkInterface, type Subnet } from './ledger.ts';
import { LOST_ROUTE_LINES } from './member-filter.ts';
import { refreshMembership, rulesetOf } from './security.ts';
import { allDone, orUndo } from './undo.ts';
import { type Leg, legLines, portLines } from './wiring.ts';

/** A free address of a subnet; throws `Refusal` when there is none. Give it back with `subnet.addresses.release`. */
export function takeAddress(subnet: Subnet): Address {
  const address = subnet.addresses.take();
  if (address !== undefined) return address;
  const message = 'The specified subnet does not have enough free addresses to satisfy the request.';
  throw new Refusal('InsufficientFreeAddressesInSubnet', 400, message);
}

/** The groups of a new interface: those asked for, or the VPC's default group, as EC2 does it. Throws `Refusal` for one that is not the VPC's. */
export function groupsFor(context: FabricContext, subnet: Subnet, asked: readonly string[]): readonly string[] {
  if (asked.length === 0) return [find(context.ledger, 'vpcs', subnet.vpcId).defaultGroupId];
  for (const groupId of asked) {
    if (find(context.ledger, 'groups', groupId).vpcId === subnet.vpcId) continue;
    const message = `Security group ${groupId} and subnet ${subnet.id} belong to different networks.`;
    throw new Refusal('InvalidParameter', 400, message);
  }
  return [...new Set(asked)];
}

function legOf(subnet: Subnet, made: NetworkInterface): Leg {
  return { ...subnet, namespace: made.namespace, address: made.address, device: made.device };
}

/**
 * Makes a namespace with a leg in `subnet`. `filtered: false` is AWS's own network: no security groups, and the
 * answer names neither subnet nor VPC. Resolves when packets can flow and every group that the interface is in
 * knows its address.
 */
export async function attach(
  context: FabricContext,
  subnet: Subnet,
  request: InterfaceRequest,
  filtered: boolean,
): Promise<AttachedInterface> {
  const { ledger, kernel, links } = context;
  const groupIds = filtered ? groupsFor(context, subnet, request.securityGroupIds) : [];
  return orUndo(async (undo) => {
    const address = takeAddress(subnet);
    undo(() => subnet.addresses.release(address));
    const id = context.newId('eni');
    const made: NetworkInterface = {
      id,
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      namespace: id,
      address,
      device: context.newDevice('e'),
      groupIds,
      description: request.description,
      isEnvironment: request.isEnvironment ?? false,
    };
    const leg = legOf(subnet, made);
    ledger.interfaces.set(id, made);
    undo(() => {
      ledger.interfaces.delete(id);
      return refreshMembership(context, groupIds);
    });
    await context.inOrder(id, () => {
      const rules = rulesetOf(ledger, made);
      const lines = [...legLines(leg), ...(rules === undefined ? [] : LOST_ROUTE_LINES)];
      return kernel.createNamespace({ name: id, forwards: false, links: lines, ...(rules === undefined ? {} : { rules }) });
    });
    undo(() => kernel.deleteNamespaces([id]));
    links.plug({ namespace: subnet.router, device: subnet.bridge }, formatAddress(address), { namespace: id, device: 'eth0' });
    undo(() => links.forget(id));
    await allDone([kernel.ip(subnet.router, portLines(leg)), refreshMembership(context, groupIds, id)]);
    return { id, namespace: id, address: formatAddress(address), ...(filtered ? { subnetId: subnet.id, vpcId: subnet.vpcId } : {}) };
  });
}

/** Takes an interface away with its namespace's name; an id that does not exist is passed over. */
export async function detach(context: FabricContext, subnetOf: (id: string) => Subnet | undefined, id: string): Promise<void> {
  const { ledger, kernel, links } = context;
  const gone = ledger.interfaces.get(id);
  const subnet = gone && subnetOf(gone.subnetId);
  if (!gone || !subnet) return;
  ledger.interfaces.delete(id);
  try {
    await context.inOrder(gone.namespace, async () => {
      // The port first: a process that is still in the namespace would keep it, and the address is given out again.
      await kernel.ip(subnet.router, [`link del ${gone.device}`]);
      await kernel.deleteNamespaces([gone.namespace]);
    });
  } catch (error) {
    ledger.interfaces.set(id, gone);
    throw error;
  }
  links.forget(gone.namespace);
  subnet.addresses.release(gone.address);
  await refreshMembership(context, gone.groupIds);
}
