import { spawn } from 'node:child_process';
import { labEntryPath } from '../../../infra/lab/kernel/entry.ts';
import { listenTcp } from '../../../infra/lab/kernel/listen.ts';
import { namespacePath } from '../../../infra/lab/kernel/node-process.ts';
import { type Ec2ResourceType, ec2Realisers } from '../../../infra/lab/realise/ec2.ts';
import { createFabric, type Fabric } from '../../../infra/lab/realise/network/fabric.ts';
import type { Realised } from '../../../infra/lab/realise/realiser.ts';
import { Refusal } from '../../../infra/lab/refusal.ts';
import type { Dial, DialOutcome } from './dial.ts';

/** A started fabric with servers that answer with the caller's address, and what its neighbours were asked to do. */
export interface NetworkLab {
  readonly fabric: Fabric;
  /** `serve vpc-…`, `stop vpc-…`. */
  readonly resolverCalls: readonly string[];
  readonly startMs: number;
  make(type: Ec2ResourceType, properties: Readonly<Record<string, unknown>>, name?: string): Promise<Realised>;
  unmake(type: Ec2ResourceType, physicalId: string): Promise<void>;
  dial(namespace: string, dials: readonly Dial[]): Promise<readonly DialOutcome[]>;
  /** A server that answers each caller with its greeting and the caller's address. */
  greet(namespace: string, address: string, port: number, greeting: string): Promise<void>;
}

/** Runs a dial program in a namespace. */
async function dial(namespace: string, dials: readonly Dial[]): Promise<readonly DialOutcome[]> {
  return new Promise((resolve, reject) => {
    const args = [`--net=${namespacePath(namespace)}`, '--', process.execPath, labEntryPath('dial'), JSON.stringify(dials)];
    const child = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text) as readonly DialOutcome[]) : reject(new Error(`dial ended with ${code}`)),
    );
  });
}

async function greet(namespace: string, address: string, port: number, greeting: string): Promise<void> {
  const server = await listenTcp(namespace, address, port);
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.end(`${greeting} sees ${socket.remoteAddress}`);
  });
}

/** Starts a fabric whose web and S3 hosts answer; its resolver and its S3 fronts are stand-ins. */
export async function startNetworkLab(): Promise<NetworkLab> {
  const resolverCalls: string[] = [];
  let ids = 0;
  const fabric = createFabric({
    account: { accountId: '123456789012', region: 'us-east-1', zones: ['us-east-1a', 'us-east-1b'] },
    newId: (prefix) => {
      ids += 1;
      return `${prefix}-${ids.toString(16).padStart(17, '0')}`;
    },
    resolver: {
      serve: async (namespace, scope) => void resolverCalls.push(`serve ${namespace} ${scope}`),
      stop: async (scope) => void resolverCalls.push(`stop ${scope}`),
      setRecord: async () => {},
      removeRecord: async () => {},
    },
    s3Fronts: {
      listen: (namespace, address, endpointId) => greet(namespace, address, 443, `s3 by ${endpointId ?? 'the internet'}`),
      close: async () => {},
    },
  });
  const realisers = ec2Realisers(fabric);
  const begun = performance.now();
  await fabric.start();
  const startMs = performance.now() - begun;
  await Promise.all([
    greet('web', fabric.publicHosts.web.address, 443, 'web'),
    greet('s3', fabric.publicHosts.s3.address, 443, 's3 by the internet'),
  ]);
  return {
    fabric,
    resolverCalls,
    startMs,
    make: (type, properties, name) =>
      realisers[type].create({
        logicalId: name ?? 'Thing',
        stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/test/1',
        stackName: 'test',
        properties,
        tags: name === undefined ? {} : { Name: name },
        generatedName: `test-Thing-${Math.floor(performance.now() * 1000)}`,
      }),
    unmake: (type, physicalId) => realisers[type].delete(physicalId),
    dial,
    greet,
  };
}

/** What a step was refused with, `code: message`; empty when it was not. */
export async function refusalOf(step: Promise<unknown>): Promise<string> {
  try {
    await step;
    return '';
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** A VPC with a public and a private subnet, a NAT gateway, and a route table for each. */
export interface VpcWithNat {
  readonly vpcId: string;
  readonly publicSubnetId: string;
  readonly privateSubnetId: string;
  readonly publicTableId: string;
  readonly privateTableId: string;
  readonly natId: string;
  readonly elasticAddress: string;
  readonly groupId: string;
  readonly natRouteId: string;
  readonly publicRouteId: string;
  /** Association, EIP allocation and gateway ids in the order in which they must be deleted. */
  readonly rest: readonly (readonly [Ec2ResourceType, string])[];
}

/** Makes one, on the block `10.0.0.0/16`; `name` marks its subnets. */
export async function makeVpcWithNat({ make }: NetworkLab, name: string): Promise<VpcWithNat> {
  const vpc = await make('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', EnableDnsSupport: true, EnableDnsHostnames: true });
  const VpcId = vpc.physicalId;
  const [gateway, group, publicSubnet, privateSubnet, publicTable, privateTable, elastic] = await Promise.all([
    make('AWS::EC2::InternetGateway', {}),
    make('AWS::EC2::SecurityGroup', { VpcId, GroupDescription: 'everything out' }),
    make('AWS::EC2::Subnet', { VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-east-1a' }, `${name}-public`),
    make('AWS::EC2::Subnet', { VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1a' }, `${name}-private`),
    make('AWS::EC2::RouteTable', { VpcId }),
    make('AWS::EC2::RouteTable', { VpcId }),
    make('AWS::EC2::EIP', { Domain: 'vpc' }),
  ]);
  const attachment = await make('AWS::EC2::VPCGatewayAttachment', { VpcId, InternetGatewayId: gateway.physicalId });
  const anywhere = { DestinationCidrBlock: '0.0.0.0/0' };
  const [publicRoute, publicUse, privateUse, nat] = await Promise.all([
    make('AWS::EC2::Route', { ...anywhere, RouteTableId: publicTable.physicalId, GatewayId: gateway.physicalId }),
    make('AWS::EC2::SubnetRouteTableAssociation', { SubnetId: publicSubnet.physicalId, RouteTableId: publicTable.physicalId }),
    make('AWS::EC2::SubnetRouteTableAssociation', { SubnetId: privateSubnet.physicalId, RouteTableId: privateTable.physicalId }),
    make('AWS::EC2::NatGateway', { SubnetId: publicSubnet.physicalId, AllocationId: elastic.attributes['AllocationId'] }),
  ]);
  const natRoute = await make('AWS::EC2::Route', { ...anywhere, RouteTableId: privateTable.physicalId, NatGatewayId: nat.physicalId });
  return {
    vpcId: VpcId,
    publicSubnetId: publicSubnet.physicalId,
    privateSubnetId: privateSubnet.physicalId,
    publicTableId: publicTable.physicalId,
    privateTableId: privateTable.physicalId,
    natId: nat.physicalId,
    elasticAddress: elastic.physicalId,
    groupId: group.physicalId,
    natRouteId: natRoute.physicalId,
    publicRouteId: publicRoute.physicalId,
    rest: [
      ['AWS::EC2::SubnetRouteTableAssociation', publicUse.physicalId],
      ['AWS::EC2::SubnetRouteTableAssociation', privateUse.physicalId],
      ['AWS::EC2::EIP', elastic.physicalId],
      ['AWS::EC2::VPCGatewayAttachment', attachment.physicalId],
      ['AWS::EC2::InternetGateway', gateway.physicalId],
      ['AWS::EC2::RouteTable', publicTable.physicalId],
      ['AWS::EC2::RouteTable', privateTable.physicalId],
      ['AWS::EC2::SecurityGroup', group.physicalId],
      ['AWS::EC2::Subnet', publicSubnet.physicalId],
      ['AWS::EC2::Subnet', privateSubnet.physicalId],
      ['AWS::EC2::VPC', VpcId],
    ],
  };
}
