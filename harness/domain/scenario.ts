import type { Target } from './target.ts';

/** What a VPC scenario adds to bare subnets. Closed: template and path expectation must provide each word. */
export const NETWORK_FEATURES = ['nat-gateway', 's3-gateway-endpoint', 's3-interface-endpoint'] as const;
export type NetworkFeature = (typeof NETWORK_FEATURES)[number];

/** How the function is attached: not at all (AWS's own network), or to a subnet with these features. */
export type Network = { readonly kind: 'default' } | { readonly kind: 'vpc'; readonly features: readonly NetworkFeature[] };

export const REACHABILITIES = ['reachable', 'blocked'] as const;
export type Reachability = (typeof REACHABILITIES)[number];

/** One way of attaching a function to a network, and what it should be able to reach. */
export interface Scenario {
  /** `[a-z][a-z0-9-]*`, at most 24 characters; goes into resource names. */
  readonly name: string;
  /** One line for `bench ls` and reports. */
  readonly summary: string;
  readonly network: Network;
  readonly expected: Readonly<Record<Target, Reachability>>;
  /** Measured only when asked for by name; absent: part of the default set. */
  readonly onRequest?: true;
}

/** Checks a scenario's name and returns it unchanged. Throws `RangeError` with the accepted form. */
export function defineScenario(scenario: Scenario): Scenario {
  if (!/^[a-z][a-z0-9-]{0,23}$/.test(scenario.name)) {
    throw new RangeError(`scenario name "${scenario.name}" must match [a-z][a-z0-9-]{0,23}`);
  }
  return scenario;
}

/** True when the network has the feature; default mode has none. */
export function hasFeature(network: Network, feature: NetworkFeature): boolean {
  return network.kind === 'vpc' && network.features.includes(feature);
}
