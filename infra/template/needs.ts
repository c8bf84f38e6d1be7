import { type Arm, originalOf } from '../../harness/domain/arm.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import { hasFeature, NETWORK_FEATURES, type NetworkFeature, type Scenario } from '../../harness/domain/scenario.ts';

/** One way of routing a function subnet; scenarios with the same features share it. */
export interface RouteProfile {
  /** For logical ids: `Isolated`, `Nat`, `S3Endpoint`, `NatS3Endpoint`, `S3Interface`. */
  readonly key: string;
  readonly features: readonly NetworkFeature[];
  /** IPv4 range of its one function subnet. */
  readonly cidr: string;
}

/** A function to deploy. */
export interface FunctionNeed extends Arm {
  /** Key of the route profile whose subnet it sits in; absent in default mode. */
  readonly profile?: string;
}

/** What a plan's scenarios and targets need, and nothing beyond. */
export interface Needs {
  /** Empty when every scenario is default mode: then there is no VPC at all. */
  readonly profiles: readonly RouteProfile[];
  readonly functions: readonly FunctionNeed[];
  readonly natGateway: boolean;
  readonly s3Endpoint: boolean;
  readonly s3InterfaceEndpoint: boolean;
  /** True when RDS is a target and some scenario has a VPC to put it in; a run of default mode alone has no database. */
  readonly database: boolean;
  /** True when S3 is a target: then the proof rules stand in the bucket's policy. */
  readonly pathProofInS3: boolean;
}

const FEATURE_WORDS: Readonly<Record<NetworkFeature, string>> = {
  'nat-gateway': 'Nat',
  's3-gateway-endpoint': 'S3Endpoint',
  's3-interface-endpoint': 'S3Interface',
};

/** The key of a VPC scenario's route profile, or undefined in default mode. */
export function profileKeyOf(scenario: Scenario): string | undefined {
  const { network } = scenario;
  if (network.kind === 'default') return undefined;
  const words = NETWORK_FEATURES.filter((feature) => hasFeature(network, feature)).map((feature) => FEATURE_WORDS[feature]);
  return words.length === 0 ? 'Isolated' : words.join('');
}

/** Reads off a plan what it needs. Throws `RangeError` for an arm whose scenario the plan does not list. */
export function needsOf(plan: Pick<Plan, 'scenarios' | 'targets' | 'arms'>): Needs {
  const profiles = profilesOf(plan.scenarios);
  const has = (feature: NetworkFeature) => profiles.some((profile) => profile.features.includes(feature));
  return {
    profiles,
    functions: plan.arms.map((arm) => functionNeed(arm, plan.scenarios)),
    natGateway: has('nat-gateway'),
    s3Endpoint: has('s3-gateway-endpoint'),
    s3InterfaceEndpoint: has('s3-interface-endpoint'),
    database: plan.targets.includes('rds') && profiles.length > 0,
    pathProofInS3: plan.targets.includes('s3'),
  };
}

function profilesOf(scenarios: readonly Scenario[]): readonly RouteProfile[] {
  const featuresByKey = new Map<string, readonly NetworkFeature[]>();
  for (const scenario of scenarios) {
    const key = profileKeyOf(scenario);
    if (key === undefined) continue;
    featuresByKey.set(
      key,
      NETWORK_FEATURES.filter((feature) => hasFeature(scenario.network, feature)),
    );
  }
  return [...featuresByKey].map(([key, features], index) => ({ key, features, cidr: functionSubnetCidr(index) }));
}

function functionSubnetCidr(index: number): string {
  return `10.20.${16 + index}.0/24`;
}

function functionNeed(arm: Arm, scenarios: readonly Scenario[]): FunctionNeed {
  const name = originalOf(arm.scenario);
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (!scenario) throw new RangeError(`the plan has an arm of scenario "${name}", which it does not list`);
  const profile = profileKeyOf(scenario);
  return { scenario: arm.scenario, target: arm.target, ...(profile === undefined ? {} : { profile }) };
}
