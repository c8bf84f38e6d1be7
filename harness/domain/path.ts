import type { Scenario } from './scenario.ts';
import { hasFeature } from './scenario.ts';
import type { Target } from './target.ts';

/** The way by which a target was reached, as the target itself saw it; `vpc-endpoint` is a gateway endpoint. */
export const PATHS = ['aws-network', 'nat-gateway', 'vpc-endpoint', 'interface-endpoint', 'function-subnet', 'undetermined'] as const;
export type Path = (typeof PATHS)[number];

/** The way that a scenario's network must give towards a target that it can reach; absent where it is blocked. */
export function expectedPath(scenario: Scenario, target: Target): Exclude<Path, 'undetermined'> | undefined {
  if (scenario.expected[target] === 'blocked') return undefined;
  switch (target) {
    case 'internet':
      return hasFeature(scenario.network, 'nat-gateway') ? 'nat-gateway' : 'aws-network';
    case 's3':
      // Addressed by its own name, it is the way even where a gateway endpoint stands beside it.
      if (hasFeature(scenario.network, 's3-interface-endpoint')) return 'interface-endpoint';
      if (hasFeature(scenario.network, 's3-gateway-endpoint')) return 'vpc-endpoint';
      return hasFeature(scenario.network, 'nat-gateway') ? 'nat-gateway' : 'aws-network';
    case 'rds':
      return 'function-subnet';
  }
}
