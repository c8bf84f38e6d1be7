import type { LabKnobs } from './knobs.ts';

/**
 * Times of AWS's control plane, by order and proportion: function updates as a public measurement of CDK deployments gives them (1 s, in a
 * VPC 25 s); the rest is what users of CloudFormation commonly see, unverified. Divide them by `timeScale`.
 */
export const AWS_LIKE: Pick<
  LabKnobs,
  'updateMs' | 'vpcUpdateMs' | 'pendingMs' | 'vpcPendingMs' | 'logDelayMs' | 'interfaceReleaseMs' | 'slowCreation' | 'slowDeletion'
> = {
  updateMs: 1_000,
  vpcUpdateMs: 25_000,
  pendingMs: 2_000,
  vpcPendingMs: 30_000,
  logDelayMs: 5_000,
  interfaceReleaseMs: 900_000,
  slowCreation: { '*': 3_000, 'AWS::EC2::NatGateway': 100_000, 'AWS::RDS::DBInstance': 360_000, 'AWS::Lambda::Function': 1_000 },
  slowDeletion: { '*': 1_000, 'AWS::EC2::NatGateway': 60_000, 'AWS::RDS::DBInstance': 240_000 },
};
