import { originalOf } from '../../harness/domain/arm.ts';
import type { PathFacts } from '../../harness/domain/deployment.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import { hasFeature, type Scenario } from '../../harness/domain/scenario.ts';
import { type Needs, profileKeyOf } from '../template/needs.ts';
import type { PaidOutputs } from '../template/outputs.ts';

/** What path proofs are judged against, for every scenario name that an arm carries, twins included. */
export function pathFactsOf(plan: Pick<Plan, 'scenarios' | 'arms'>, needs: Needs, paid: PaidOutputs): PathFacts {
  const names = [...new Set(plan.arms.map(({ scenario }) => scenario))];
  const byName = <Value>(factOf: (scenario: Scenario) => Value): Readonly<Record<string, Value>> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const scenario = plan.scenarios.find((candidate) => candidate.name === originalOf(name));
        return scenario === undefined ? [] : [[name, factOf(scenario)] as const];
      }),
    );
  return {
    natAddresses: byName((scenario) =>
      hasFeature(scenario.network, 'nat-gateway') && paid.natAddress !== undefined ? [paid.natAddress] : [],
    ),
    functionSubnets: byName((scenario) => {
      const key = profileKeyOf(scenario);
      return needs.profiles.filter((profile) => profile.key === key).map((profile) => profile.cidr);
    }),
  };
}
