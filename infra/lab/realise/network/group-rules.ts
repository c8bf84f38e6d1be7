import { Refusal } from '../../refusal.ts';
import { readProperties } from '../property-reader.ts';
import type { Realised, RealiseRequest, Realiser } from '../realiser.ts';
import type { FabricContext } from './context.ts';
import { find, type SecurityGroup, those } from './ledger.ts';
import { checkPeers, refreshRules } from './security.ts';
import { ALLOW_ALL, parseRule, type RuleDirection, ruleKey, ruleMembers } from './security-rule.ts';
import { orUndo } from './undo.ts';

const TYPES = { ingress: 'AWS::EC2::SecurityGroupIngress', egress: 'AWS::EC2::SecurityGroupEgress' } as const;

/**
 * EC2's own rule for outgoing traffic goes away with the first rule of the template, also when that comes as a resource
 * of its own (aws/aws-cdk issue 987 reports it). Returns the rule's id, or undefined when there was none to take.
 */
function takeDefaultEgress(group: SecurityGroup): string | undefined {
  if (group.ownEgress) return undefined;
  const [id] = [...group.egress].find(([, rule]) => ruleKey(rule) === ruleKey(ALLOW_ALL)) ?? [];
  if (id !== undefined) group.egress.delete(id);
  return id;
}

async function addRule(context: FabricContext, direction: RuleDirection, request: RealiseRequest): Promise<Realised> {
  const { ledger } = context;
  const properties = readProperties(TYPES[direction], request.properties, ['GroupId', ...ruleMembers(direction)]);
  const rule = parseRule(direction, properties);
  const group = find(ledger, 'groups', properties.required('GroupId'));
  checkPeers(ledger, group.vpcId, [rule]);
  return orUndo(async (undo) => {
    const before = group[direction];
    if (direction === 'egress') {
      const taken = takeDefaultEgress(group);
      if (taken !== undefined) undo(() => before.set(taken, ALLOW_ALL));
    }
    if ([...before.values()].some((other) => ruleKey(other) === ruleKey(rule))) {
      throw new Refusal('InvalidPermission.Duplicate', 400, `the specified rule ${ruleKey(rule)} already exists`);
    }
    const id = context.newId('sgr');
    before.set(id, rule);
    undo(() => {
      before.delete(id);
      return refreshRules(context, group.id);
    });
    ledger.groups.set(group.id, { ...group, ownEgress: group.ownEgress || direction === 'egress' });
    undo(() => ledger.groups.set(group.id, group));
    await refreshRules(context, group.id);
    return { physicalId: id, attributes: { Id: id } };
  });
}

async function removeRule(context: FabricContext, direction: RuleDirection, ruleId: string): Promise<void> {
  const [group] = those(context.ledger.groups, (each) => each[direction].has(ruleId));
  if (!group) return;
  group[direction].delete(ruleId);
  await refreshRules(context, group.id);
}

/** Adds rules of one direction to a group that exists, and takes them out again. `Ref`: the rule's id, `sgr-…`. */
export function groupRuleRealiser(context: FabricContext, direction: RuleDirection): Realiser {
  return {
    create: (request) => addRule(context, direction, request),
    delete: (ruleId) => removeRule(context, direction, ruleId),
  };
}
