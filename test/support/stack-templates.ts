import { Refusal } from '../../infra/lab/refusal.ts';

/** A VPC as the template declares it. */
export const VPC = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };

/** A subnet of the VPC `Vpc`. */
export function subnetOf(cidr: string): Readonly<Record<string, unknown>> {
  return { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: cidr } };
}

/** A resource that needs nothing. */
export const GATEWAY = { Type: 'AWS::EC2::InternetGateway' };

/** A VPC with two subnets, and a gateway beside it. */
export const NETWORK = { Resources: { Vpc: VPC, Left: subnetOf('10.0.0.0/24'), Right: subnetOf('10.0.1.0/24'), Gateway: GATEWAY } };

/** Why EC2 would not make a subnet. */
export const CONFLICT = new Refusal('InvalidSubnet.Conflict', 400, "The CIDR '10.0.1.0/24' conflicts with another subnet");

/** Why EC2 would not delete one. */
export const DEPENDENCY = new Refusal('DependencyViolation', 400, "The subnet 'subnet-1' has dependencies and cannot be deleted.");
