import { originalOf } from '../../harness/domain/arm.ts';
import type { DeployedTargets, PathFacts } from '../../harness/domain/deployment.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import { hasFeature, type Scenario } from '../../harness/domain/scenario.ts';
import { type Needs, profileKeyOf } from '../template/needs.ts';
import type { PaidOutputs } from '../template/outputs.ts';

type PlanArms = Pick<Plan, 'scenarios' | 'arms'>;

/** What path proofs are judged against, for every scenario name that an arm carries, twins included. */
export function pathFactsOf(plan: PlanArms, needs: Needs, paid: PaidOutputs): PathFacts {
  return {
    natAddresses: byName(plan, (scenario) =>
      hasFeature(scenario.network, 'nat-gateway') && paid.natAddress !== undefined ? [paid.natAddress] : [],
    ),
    functionSubnets: byName(plan, (scenario) => {
      const key = profileKeyOf(scenario);
      return needs.profiles.filter((profile) => profile.key === key).map((profile) => profile.cidr);
    }),
  };
}

/** The S3 interface endpoint's name for the scenarios that reach S3 through it, and for no other. */
export function s3EndpointNamesOf(plan: PlanArms, { s3EndpointName }: PaidOutputs): DeployedTargets['s3EndpointNames'] {
  return byName(plan, ({ network }) => (hasFeature(network, 's3-interface-endpoint') ? s3EndpointName : undefined));
}

/** A fact of every scenario name that an arm carries, twins included; names without one are left out. */
function byName<Value>(plan: PlanArms, factOf: (scenario: Scenario) => Value | undefined): Readonly<Record<string, Value>> {
  const names = [...new Set(plan.arms.map(({ scenario }) => scenario))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const scenario = plan.scenarios.find((candidate) => candidate.name === originalOf(name));
      const fact = scenario && factOf(scenario);
      return fact === undefined ? [] : [[name, fact] as const];
    }),
  );
}
