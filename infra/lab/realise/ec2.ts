import { eipRealiser } from './eip.ts';
import { internetGatewayRealiser } from './internet-gateway.ts';
import { natGatewayRealiser } from './nat-gateway.ts';
import type { Fabric } from './network/fabric.ts';
import type { Realiser, Realisers, ResourceType } from './realiser.ts';
import { routeRealiser } from './route.ts';
import { routeTableRealiser } from './route-table.ts';
import { securityGroupRealiser } from './security-group.ts';
import { securityGroupEgressRealiser } from './security-group-egress.ts';
import { securityGroupIngressRealiser } from './security-group-ingress.ts';
import { subnetRealiser } from './subnet.ts';
import { subnetRouteTableAssociationRealiser } from './subnet-route-table-association.ts';
import { vpcRealiser } from './vpc.ts';
import { vpcEndpointRealiser } from './vpc-endpoint.ts';
import { vpcGatewayAttachmentRealiser } from './vpc-gateway-attachment.ts';

/** The network's share of the resource types. */
export type Ec2ResourceType = Extract<ResourceType, `AWS::EC2::${string}`>;

/** EC2's realisers, one a type. */
export type Ec2Realisers = Pick<Realisers, Ec2ResourceType>;

/** Keeps the tags of what is made, for as long as it is there. */
function keepingTags(tags: Map<string, Readonly<Record<string, string>>>, { create, delete: remove }: Realiser): Realiser {
  return {
    create: async (request) => {
      const made = await create(request);
      tags.set(made.physicalId, request.tags);
      return made;
    },
    delete: async (physicalId) => {
      await remove(physicalId);
      tags.delete(physicalId);
    },
  };
}

/** Realisers of all EC2 types, on one fabric that has been started. */
export function ec2Realisers(fabric: Fabric): Ec2Realisers {
  const { tags } = fabric.context.ledger;
  const realisers = Object.entries(untagged(fabric)).map(([type, realiser]) => [type, keepingTags(tags, realiser)]);
  return Object.fromEntries(realisers) as Ec2Realisers;
}

function untagged({ context }: Fabric): Ec2Realisers {
  return {
    'AWS::EC2::VPC': vpcRealiser(context),
    'AWS::EC2::Subnet': subnetRealiser(context),
    'AWS::EC2::RouteTable': routeTableRealiser(context),
    'AWS::EC2::Route': routeRealiser(context),
    'AWS::EC2::SubnetRouteTableAssociation': subnetRouteTableAssociationRealiser(context),
    'AWS::EC2::InternetGateway': internetGatewayRealiser(context),
    'AWS::EC2::VPCGatewayAttachment': vpcGatewayAttachmentRealiser(context),
    'AWS::EC2::EIP': eipRealiser(context),
    'AWS::EC2::NatGateway': natGatewayRealiser(context),
    'AWS::EC2::VPCEndpoint': vpcEndpointRealiser(context),
    'AWS::EC2::SecurityGroup': securityGroupRealiser(context),
    'AWS::EC2::SecurityGroupIngress': securityGroupIngressRealiser(context),
    'AWS::EC2::SecurityGroupEgress': securityGroupEgressRealiser(context),
  };
}
