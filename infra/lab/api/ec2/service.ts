import type { Ec2Realisers } from '../../realise/ec2.ts';
import { refuseUnknown } from '../protocol/dialect.ts';
import { formatEc2Answer, parseEc2Parameters } from '../protocol/ec2-query.ts';
import type { WireService } from '../protocol/wire.ts';
import { deletionActions } from './deletions.ts';
import { describeAction, type Ec2Action, type Ec2State } from './describe.ts';
import { ADDRESSES, INTERNET_GATEWAYS, NAT_GATEWAYS, VPC_ENDPOINTS } from './gateways.ts';
import { revokeAction, SECURITY_GROUPS } from './groups.ts';
import { NETWORK_INTERFACES } from './interfaces.ts';
import { ROUTE_TABLES } from './route-tables.ts';
import { SUBNETS, VPCS, ZONES } from './vpcs.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

const DESCRIPTIONS: Readonly<Record<string, Ec2Action>> = {
  DescribeVpcs: describeAction(VPCS),
  DescribeSubnets: describeAction(SUBNETS),
  DescribeAvailabilityZones: describeAction(ZONES),
  DescribeRouteTables: describeAction(ROUTE_TABLES),
  DescribeInternetGateways: describeAction(INTERNET_GATEWAYS),
  DescribeNatGateways: describeAction(NAT_GATEWAYS),
  DescribeAddresses: describeAction(ADDRESSES),
  DescribeVpcEndpoints: describeAction(VPC_ENDPOINTS),
  DescribeSecurityGroups: describeAction(SECURITY_GROUPS),
  DescribeNetworkInterfaces: describeAction(NETWORK_INTERFACES),
};

/**
 * EC2: what a teardown needs to see and to delete of a network, on the very things that CloudFormation's handlers made. Any other action is
 * `InvalidAction`, a parameter that is not realised `UnknownParameter`, both by name.
 */
export function newEc2Service(state: Ec2State, realisers: Ec2Realisers): WireService {
  const actions: Readonly<Record<string, Ec2Action>> = {
    ...DESCRIPTIONS,
    ...deletionActions(realisers),
    RevokeSecurityGroupIngress: revokeAction('ingress'),
    RevokeSecurityGroupEgress: revokeAction('egress'),
  };
  return async (call) => {
    const parameters = parseEc2Parameters(call.body);
    const action = Object.hasOwn(actions, parameters.action) ? actions[parameters.action] : undefined;
    if (action === undefined) throw refuseUnknown('ec2', `The lab does not realise the action ${parameters.action} of ec2.`);
    return formatEc2Answer(NAMESPACE, parameters.action, call.requestId, await action(parameters, state));
  };
}
