import type { NamespaceSpec } from '../../infra/lab/kernel/namespace.ts';
import type { NetworkKernel } from '../../infra/lab/kernel/network.ts';
import { type Ec2ResourceType, ec2Realisers } from '../../infra/lab/realise/ec2.ts';
import { createFabric, type Fabric } from '../../infra/lab/realise/network/fabric.ts';
import type { Realised } from '../../infra/lab/realise/realiser.ts';

/** A fabric on a kernel that only keeps books, and can be told to fail. */
export interface FakeNetwork {
  readonly fabric: Fabric;
  /** Answers that still showed an interface as attached whose last function is gone. */
  heldPolls(): number;
  readonly namespaces: ReadonlyMap<string, NamespaceSpec>;
  /** Everything that was asked of the kernel, the resolver and S3, in order. */
  readonly asked: readonly string[];
  /** Lets the `n`th question from now on (0: the next) fail; those after it succeed again. */
  failIn(n: number): void;
  /** Whether the failure that was asked for has happened. */
  hasFailed(): boolean;
  make(type: Ec2ResourceType, properties: Readonly<Record<string, unknown>>): Promise<Realised>;
  unmake(type: Ec2ResourceType, physicalId: string): Promise<void>;
  /** Everything that is on the books, as text that can be compared. */
  snapshot(): string;
}

/** Maps, sets and address pools as plain data. */
function plain(_name: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  if (typeof value === 'object' && value !== null && 'taken' in value && typeof value.taken === 'function') return value.taken() as unknown;
  return value;
}

export function newFakeNetwork(): FakeNetwork {
  const namespaces = new Map<string, NamespaceSpec>();
  const records = new Map<string, string>();
  const asked: string[] = [];
  let failure: number | undefined;
  let ids = 0;
  const ask = async (question: string): Promise<void> => {
    asked.push(question);
    if (failure === undefined) return;
    failure -= 1;
    if (failure === -1) throw new Error(`the kernel says no to: ${question}`);
  };
  const kernel: NetworkKernel = {
    check: () => {},
    createNamespace: async (spec) => {
      await ask(`namespace ${spec.name}`);
      namespaces.set(spec.name, spec);
    },
    deleteNamespaces: async (names) => {
      await ask(`no namespace ${names.join(' ')}`);
      for (const name of names) namespaces.delete(name);
    },
    ip: (namespace, lines) => ask(`${namespace}: ${lines.join('; ')}`),
    nft: (namespace, text) => ask(`${namespace}: nft ${text}`),
    route: () => ({ kind: 'dropped' }),
    rules: () => [],
  };
  let heldPolls = 0;
  const fabric = createFabric({
    onHeldPoll: () => {
      heldPolls += 1;
    },
    account: { accountId: '123456789012', region: 'us-east-1', zones: ['us-east-1a', 'us-east-1b'] },
    kernel,
    newId: (prefix) => {
      ids += 1;
      return `${prefix}-${ids}`;
    },
    resolver: {
      serve: (namespace, scope) => ask(`resolver in ${namespace} for ${scope}`),
      stop: (scope) => ask(`no resolver for ${scope}`),
      setRecord: async (name, address) => {
        await ask(`name ${name} for ${address}`);
        records.set(name, address);
      },
      removeRecord: async (name) => {
        await ask(`no name ${name}`);
        records.delete(name);
      },
    },
    s3Fronts: {
      listen: (namespace, address, endpointId, names = []) =>
        ask(`s3 in ${namespace} on ${address} by ${endpointId}${names.length === 0 ? '' : ` as ${names.slice(0, 2).join(', ')}`}`),
      close: (namespace) => ask(`no s3 in ${namespace}`),
    },
  });
  const realisers = ec2Realisers(fabric);
  return {
    fabric,
    namespaces,
    asked,
    failIn: (n) => {
      failure = n;
    },
    heldPolls: () => heldPolls,
    hasFailed: () => failure !== undefined && failure < 0,
    make: (type, properties) => {
      const names = { logicalId: 'Thing', stackId: 'stack', stackName: 'test', generatedName: `test-Thing-${asked.length}` };
      return realisers[type].create({ ...names, properties, tags: {} });
    },
    unmake: (type, physicalId) => realisers[type].delete(physicalId),
    snapshot: () =>
      JSON.stringify([fabric.context.ledger, [...namespaces.keys()].sort(), records, fabric.context.elasticAddresses], plain, 1),
  };
}

/** Ids of a VPC `10.0.0.0/16` with a public subnet, a private one, and all that a NAT gateway needs; the gateway itself is not there. */
export async function makeVpc({ make }: FakeNetwork): Promise<Readonly<Record<string, string>>> {
  const id = async (type: Ec2ResourceType, properties: Readonly<Record<string, unknown>>): Promise<string> =>
    (await make(type, properties)).physicalId;
  const VpcId = await id('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' });
  const igw = await id('AWS::EC2::InternetGateway', {});
  const attachment = await id('AWS::EC2::VPCGatewayAttachment', { VpcId, InternetGatewayId: igw });
  const subnet = await id('AWS::EC2::Subnet', { VpcId, CidrBlock: '10.0.1.0/24' });
  const publicSubnet = await id('AWS::EC2::Subnet', { VpcId, CidrBlock: '10.0.0.0/28' });
  const table = await id('AWS::EC2::RouteTable', { VpcId });
  const group = await id('AWS::EC2::SecurityGroup', { VpcId, GroupDescription: 'a group', GroupName: 'one' });
  const elastic = await make('AWS::EC2::EIP', { Domain: 'vpc' });
  return {
    vpc: VpcId,
    igw,
    attachment,
    subnet,
    publicSubnet,
    table,
    group,
    address: elastic.physicalId,
    allocation: elastic.attributes['AllocationId'] ?? '',
  };
}
