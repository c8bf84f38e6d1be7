import { Refusal } from '../../refusal.ts';
import type { FabricContext } from './context.ts';
import { formatAddress } from './ipv4.ts';
import { find, type Ledger, type NetworkInterface, those } from './ledger.ts';
import { memberRuleset, membershipUpdate } from './member-filter.ts';
import { groupsNamedBy, type SecurityRule } from './security-rule.ts';
import { allDone } from './undo.ts';

/** Addresses of a group's members, sorted by interface id so that the same state gives the same text. */
export function membersOf(ledger: Ledger, groupId: string): readonly string[] {
  return those(ledger.interfaces, (member) => member.groupIds.includes(groupId))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map((member) => formatAddress(member.address));
}

function rulesOf(ledger: Ledger, member: NetworkInterface): { ingress: SecurityRule[]; egress: SecurityRule[] } {
  const groups = member.groupIds.flatMap((groupId) => ledger.groups.get(groupId) ?? []);
  return {
    ingress: groups.flatMap((group) => [...group.ingress.values()]),
    egress: groups.flatMap((group) => [...group.egress.values()]),
  };
}

/** The filter of an interface as its groups stand now; undefined where nothing is filtered. */
export function rulesetOf(ledger: Ledger, member: NetworkInterface): string | undefined {
  if (member.groupIds.length === 0) return undefined;
  return memberRuleset({ ...rulesOf(ledger, member), membersOf: (groupId) => membersOf(ledger, groupId) });
}

/** Brings the filters of a group's members up to date after its rules have changed. */
export async function refreshRules(context: FabricContext, groupId: string): Promise<void> {
  const members = those(context.ledger.interfaces, (member) => member.groupIds.includes(groupId));
  await allDone(
    members.map((member) =>
      context.inOrder(member.namespace, async () => {
        // In the meantime it may have been detached.
        const rules = context.ledger.interfaces.has(member.id) ? rulesetOf(context.ledger, member) : undefined;
        if (rules !== undefined) await context.kernel.nft(member.namespace, rules);
      }),
    ),
  );
}

/** Tells every interface whose rules name one of these groups who their members are now; `newcomer` knows already. */
export async function refreshMembership(context: FabricContext, groupIds: readonly string[], newcomer?: string): Promise<void> {
  const { ledger } = context;
  const namedBy = (member: NetworkInterface): readonly string[] => {
    const { ingress, egress } = rulesOf(ledger, member);
    const named = new Set([...ingress, ...egress].flatMap(groupsNamedBy));
    return groupIds.filter((groupId) => named.has(groupId));
  };
  const concerned = those(ledger.interfaces, (member) => member.id !== newcomer && namedBy(member).length > 0);
  await allDone(
    concerned.map((member) =>
      context.inOrder(member.namespace, async () => {
        if (!ledger.interfaces.has(member.id)) return;
        const update = membershipUpdate(namedBy(member), (groupId) => membersOf(ledger, groupId));
        if (update !== '') await context.kernel.nft(member.namespace, update);
      }),
    ),
  );
}

/** Throws `Refusal` when a rule names a group that does not exist or is another VPC's. */
export function checkPeers(ledger: Ledger, vpcId: string, rules: readonly SecurityRule[]): void {
  for (const groupId of rules.flatMap(groupsNamedBy)) {
    if (find(ledger, 'groups', groupId).vpcId === vpcId) continue;
    throw new Refusal('InvalidGroup.NotFound', 400, 'You have specified two resources that belong to different networks.');
  }
}
