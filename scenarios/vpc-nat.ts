import { defineScenario } from '../harness/domain/scenario.ts';

/** A private subnet whose default route is a NAT gateway: everything is in reach, S3 too goes through the NAT. */
export const vpcNat = defineScenario({
  name: 'vpc-nat',
  summary: 'private subnet, NAT gateway: internet and S3 through the NAT, RDS directly',
  network: { kind: 'vpc', features: ['nat-gateway'] },
  expected: { internet: 'reachable', s3: 'reachable', rds: 'reachable' },
});
