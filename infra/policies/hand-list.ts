import type { Identity } from './identities.ts';

/** An action that follows from no call and no handler row. */
export interface HandRow {
  readonly action: string;
  readonly identities: readonly Identity[];
  readonly reason: string;
}

/** The few permissions that have to be known. */
export const HAND_LIST: readonly HandRow[] = [
  {
    action: 'ec2:GetSecurityGroupsForVpc',
    identities: ['deployer'],
    reason:
      'the Lambda developer guide lists it for whoever attaches a function to a VPC ("Giving Lambda functions access to resources in an Amazon VPC")',
  },
  {
    action: 'cloudformation:TagResource',
    identities: ['deployer'],
    reason: 'stacks are created with tags; that CreateStack asks for it is unverified',
  },
];
