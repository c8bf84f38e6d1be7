import type { FabricContext } from './network/context.ts';
import { groupRuleRealiser } from './network/group-rules.ts';
import type { Realiser } from './realiser.ts';

/** One rule for what may come in, added to a group that exists; two groups can so name each other. */
export function securityGroupIngressRealiser(context: FabricContext): Realiser {
  return groupRuleRealiser(context, 'ingress');
}
