import type { NetworkType } from '../../infra/deploy/network-things.ts';
import type { DeployClients } from '../../infra/deploy/options.ts';
import { serviceError } from './fake-stacks.ts';
import type { ManualClock } from './manual-clock.ts';

/** An interface of Lambda's: `available` from its time on, if it ever is. */
export interface FakeInterface {
  readonly description: string;
  readonly availableAtMs: number;
}

interface Command {
  readonly input: Readonly<Record<string, unknown>>;
}

/** Which member of an answer lists a type, which member of an entry is its id, and which command deletes it. */
const KINDS: readonly (readonly [type: NetworkType, describe: string, list: string, id: string, remove: string])[] = [
  ['AWS::EC2::VPCEndpoint', 'DescribeVpcEndpointsCommand', 'VpcEndpoints', 'VpcEndpointId', 'DeleteVpcEndpointsCommand'],
  ['AWS::EC2::NatGateway', 'DescribeNatGatewaysCommand', 'NatGateways', 'NatGatewayId', 'DeleteNatGatewayCommand'],
  ['AWS::EC2::EIP', 'DescribeAddressesCommand', 'Addresses', 'AllocationId', 'ReleaseAddressCommand'],
  ['AWS::EC2::RouteTable', 'DescribeRouteTablesCommand', 'RouteTables', 'RouteTableId', 'DeleteRouteTableCommand'],
  ['AWS::EC2::Subnet', 'DescribeSubnetsCommand', 'Subnets', 'SubnetId', 'DeleteSubnetCommand'],
  ['AWS::EC2::InternetGateway', 'DescribeInternetGatewaysCommand', 'InternetGateways', 'InternetGatewayId', 'DeleteInternetGatewayCommand'],
  ['AWS::EC2::SecurityGroup', 'DescribeSecurityGroupsCommand', 'SecurityGroups', 'GroupId', 'DeleteSecurityGroupCommand'],
  ['AWS::EC2::VPC', 'DescribeVpcsCommand', 'Vpcs', 'VpcId', 'DeleteVpcCommand'],
];

/** What else hangs on a thing in EC2's answers, so that detaching it first can be seen. */
const EXTRAS: Readonly<Record<string, object>> = {
  RouteTables: { Associations: [{ Main: true, RouteTableAssociationId: 'main' }, { RouteTableAssociationId: 'assoc-1' }] },
  InternetGateways: { Attachments: [{ VpcId: 'vpc-1' }] },
  SecurityGroups: { IpPermissions: [{ IpProtocol: 'tcp' }], IpPermissionsEgress: [{ IpProtocol: 'tcp' }] },
};

/**
 * EC2, RDS, Lambda, Logs and the tagging service of one run, on a manual clock. `calls` notes what changes something; `refusals`
 * are keyed by command, or by `<command> <id>`.
 */
export function newFakeAccount(clock: ManualClock, calls: string[] = []) {
  const network = new Map<NetworkType, Set<string>>(KINDS.map(([type]) => [type, new Set<string>()]));
  const interfaces = new Map<string, FakeInterface>();
  /** By name: in a VPC until told to leave, and busy until then. */
  const functions = new Map<string, { inVpc: boolean; busyUntilMs: number }>();
  const logGroups = new Set<string>();
  const tagged = new Set<string>();
  const database: { status?: string } = {};
  const refusals = new Map<string, Error>();
  const refuse = (command: Command, id = ''): void => {
    const { name } = command.constructor;
    const refusal = refusals.get(`${name} ${id}`) ?? refusals.get(name);
    if (refusal !== undefined) throw refusal;
  };

  const describeNetwork = (list: string, id: string, type: NetworkType) => ({
    [list]: [...(network.get(type) ?? [])].map((value) => ({ [id]: value, State: 'available', ...EXTRAS[list] })),
  });
  const removeNetwork = (command: Command, type: NetworkType, member: string) => {
    const given = command.input[member] ?? (command.input['VpcEndpointIds'] as readonly string[])[0];
    const id = String(given);
    refuse(command, id);
    const blocked = type === 'AWS::EC2::Subnet' && interfaces.size > 0;
    if (blocked) throw serviceError('DependencyViolation', 400, `The subnet '${id}' has dependencies and cannot be deleted.`);
    calls.push(`${command.constructor.name} ${id}`);
    network.get(type)?.delete(id);
    return {};
  };
  const isAvailable = ({ availableAtMs }: FakeInterface): boolean => clock.elapsedMs() >= availableAtMs;
  const removeInterface = (command: Command) => {
    const id = String(command.input['NetworkInterfaceId']);
    refuse(command, id);
    const one = interfaces.get(id);
    if (one === undefined) throw serviceError('InvalidNetworkInterfaceID.NotFound', 400, 'no such interface');
    if (!isAvailable(one)) throw serviceError('InvalidParameterValue', 400, `Network interface '${id}' is currently in use.`);
    calls.push(`delete interface ${id}`);
    interfaces.delete(id);
    return {};
  };
  const ec2 = async (command: Command): Promise<object> => {
    const { name } = command.constructor;
    refuse(command);
    if (name === 'DescribeNetworkInterfacesCommand') {
      const NetworkInterfaces = [...interfaces].map(([id, one]) => ({
        NetworkInterfaceId: id,
        Description: one.description,
        Status: isAvailable(one) ? 'available' : 'in-use',
      }));
      return { NetworkInterfaces };
    }
    if (name === 'DeleteNetworkInterfaceCommand') return removeInterface(command);
    for (const [type, describe, list, id, remove] of KINDS) {
      if (name === describe) return describeNetwork(list, id, type);
      if (name === remove) return removeNetwork(command, type, id);
    }
    calls.push(name);
    return {};
  };
  const rds = async (command: Command): Promise<object> => {
    refuse(command);
    if (database.status === undefined) throw serviceError('DBInstanceNotFoundFault', 404, 'no such instance');
    if (command.constructor.name === 'DescribeDBInstancesCommand') return { DBInstances: [{ DBInstanceStatus: database.status }] };
    calls.push(`delete database ${command.input['SkipFinalSnapshot'] === true ? 'without snapshot' : 'with snapshot'}`);
    delete database.status;
    return {};
  };
  const lambda = async (command: Command): Promise<object> => {
    const name = String(command.input['FunctionName']);
    refuse(command, name);
    const fn = functions.get(name);
    if (fn === undefined) throw serviceError('ResourceNotFoundException', 404, 'no such function');
    const busy = clock.elapsedMs() < fn.busyUntilMs;
    if (command.constructor.name === 'UpdateFunctionConfigurationCommand') {
      if (busy) throw serviceError('ResourceConflictException', 409, 'an update is in progress');
      calls.push(`detach ${name} ${JSON.stringify(command.input['VpcConfig'])}`);
      fn.inVpc = false;
      fn.busyUntilMs = clock.elapsedMs() + 30;
      return {};
    }
    const VpcConfig = fn.inVpc ? { VpcId: 'vpc-1', SubnetIds: ['subnet-1'] } : { VpcId: '', SubnetIds: [] };
    return { Configuration: { State: 'Active', LastUpdateStatus: busy ? 'InProgress' : 'Successful', VpcConfig } };
  };
  const logs = async (command: Command): Promise<object> => {
    refuse(command);
    if (command.constructor.name === 'DescribeLogGroupsCommand') {
      const prefix = String(command.input['logGroupNamePrefix']);
      return { logGroups: [...logGroups].filter((name) => name.startsWith(prefix)).map((logGroupName) => ({ logGroupName })) };
    }
    calls.push(`delete group ${command.input['logGroupName']}`);
    logGroups.delete(String(command.input['logGroupName']));
    return {};
  };
  const tagging = async (command: Command): Promise<object> => {
    refuse(command);
    return { ResourceTagMappingList: [...tagged].map((ResourceARN) => ({ ResourceARN })) };
  };
  const clients = { ec2: { send: ec2 }, rds: { send: rds }, lambda: { send: lambda }, logs: { send: logs }, tagging: { send: tagging } };
  return {
    clients: clients as unknown as Pick<DeployClients, 'ec2' | 'rds' | 'lambda' | 'logs' | 'tagging'>,
    ...{ network, interfaces, functions, logGroups, tagged, database, refusals, calls },
  };
}
