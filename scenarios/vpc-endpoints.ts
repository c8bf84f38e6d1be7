import { defineScenario } from '../harness/domain/scenario.ts';

/** A private subnet without a way out; S3 is reached through a gateway endpoint, which costs nothing. */
export const vpcEndpoints = defineScenario({
  name: 'vpc-endpoints',
  summary: 'private subnet, S3 gateway endpoint, no NAT: S3 and RDS without internet',
  network: { kind: 'vpc', features: ['s3-gateway-endpoint'] },
  expected: { internet: 'blocked', s3: 'reachable', rds: 'reachable' },
});
