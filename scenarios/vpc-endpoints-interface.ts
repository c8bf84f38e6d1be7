import { defineScenario } from '../harness/domain/scenario.ts';

/**
 * A private subnet without a way out; S3 is reached through an interface endpoint by the endpoint's own DNS name. It is billed
 * by the hour, so it is measured only when asked for.
 */
export const vpcEndpointsInterface = defineScenario({
  name: 'vpc-endpoints-interface',
  summary: 'private subnet, S3 interface endpoint by its own name, no NAT: S3 and RDS without internet',
  network: { kind: 'vpc', features: ['s3-interface-endpoint'] },
  expected: { internet: 'blocked', s3: 'reachable', rds: 'reachable' },
  onRequest: true,
});
