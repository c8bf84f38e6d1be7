import type { FabricContext } from './network/context.ts';
import { groupRuleRealiser } from './network/group-rules.ts';
import type { Realiser } from './realiser.ts';

/** One rule for what may go out, added to a group that exists; EC2's own "everything" goes with the first of them. */
export function securityGroupEgressRealiser(context: FabricContext): Realiser {
  return groupRuleRealiser(context, 'egress');
}
