/** The SYN-ACK knob on every kind of target of the real fabric, a real PostgreSQL among them; prints the connect times. */
import { newCertificateAuthority } from '../../../infra/lab/certificates.ts';
import { newSynAckDelay } from '../../../infra/lab/faults/syn-ack-delay.ts';
import { openChannel } from '../../../infra/lab/kernel/channel.ts';
import { mountLabFolders } from '../../../infra/lab/kernel/lab-mounts.ts';
import { listNamespaces } from '../../../infra/lab/kernel/namespace.ts';
import { spawnLabProcess } from '../../../infra/lab/kernel/node-process.ts';
import { dbRealisers } from '../../../infra/lab/realise/db-realisers.ts';
import { makeVpcWithNat, startNetworkLab } from './network-lab.ts';

const DELAY_MS = 30;
const CALLS = 9;

mountLabFolders();
const lab = await startNetworkLab();
const { fabric, make } = lab;
const vpc = await makeVpcWithNat(lab, 'a');
const otherZone = await make('AWS::EC2::Subnet', { VpcId: vpc.vpcId, CidrBlock: '10.0.2.0/24', AvailabilityZone: 'us-east-1b' });
const databaseGroup = await make('AWS::EC2::SecurityGroup', {
  VpcId: vpc.vpcId,
  GroupDescription: 'database',
  SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 9, ToPort: 9, CidrIp: '10.0.0.0/16' }],
});
await make('AWS::EC2::SecurityGroupIngress', {
  ...{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 },
  ...{ GroupId: databaseGroup.physicalId, SourceSecurityGroupId: vpc.groupId },
});

const databases = dbRealisers({
  account: { accountId: '123456789012', region: 'us-east-1', zones: ['us-east-1a', 'us-east-1b'] },
  fabric,
  resolver: { setRecord: async () => {}, removeRecord: async () => {} },
  authority: await newCertificateAuthority('Test RDS CA', new Date()),
  postgresFolder: process.env['TEST_POSTGRES'] ?? '',
  cacheFolder: process.env['TEST_CACHE'] ?? '',
  delays: () => ({}),
});
const request = (properties: Record<string, unknown>) => ({
  ...{ logicalId: 'Thing', stackId: 'stack', stackName: 'test', tags: {}, generatedName: 'test-thing' },
  properties,
});
const group = await databases.realisers['AWS::RDS::DBSubnetGroup'].create(
  request({ DBSubnetGroupDescription: 'test', SubnetIds: [vpc.privateSubnetId, otherZone.physicalId] }),
);
const instance = await databases.realisers['AWS::RDS::DBInstance'].create(
  request({
    ...{
      DBInstanceClass: 'db.t4g.micro',
      AllocatedStorage: '20',
      Engine: 'postgres',
      MasterUsername: 'lnb',
      MasterUserPassword: 'long-enough-1',
    },
    ...{ DBSubnetGroupName: group.physicalId, VPCSecurityGroups: [databaseGroup.physicalId], AvailabilityZone: 'us-east-1b' },
  }),
);
const [database] = databases.list();
if (!database) throw new Error('no instance');

const inVpc = await fabric.attach({ subnetId: vpc.privateSubnetId, securityGroupIds: [vpc.groupId], description: 'function' });
const byDefault = await fabric.attach({ securityGroupIds: [], description: 'function' });
const known = new Set(listNamespaces());
const endpoint = await make('AWS::EC2::VPCEndpoint', {
  VpcId: vpc.vpcId,
  ServiceName: 'com.amazonaws.us-east-1.s3',
  VpcEndpointType: 'Gateway',
  RouteTableIds: [vpc.privateTableId],
});
const endpointNamespaces = listNamespaces().filter((name) => !known.has(name));

const clients = {
  inVpc: openChannel(spawnLabProcess('https-client', { namespace: inVpc.namespace })),
  byDefault: openChannel(spawnLabProcess('https-client', { namespace: byDefault.namespace })),
};
const { web, s3 } = fabric.publicHosts;
const ways = {
  'NAT → web': [clients.inVpc, { address: web.address, port: 443 }],
  'default → web': [clients.byDefault, { address: web.address, port: 443 }],
  'default → S3': [clients.byDefault, { address: s3.address, port: 443 }],
  'endpoint → S3': [clients.inVpc, { address: s3.address, port: 443 }],
  'VPC → database': [clients.inVpc, { address: database.address, port: 5432 }],
} as const;

async function medians(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [way, [client, to]] of Object.entries(ways)) {
    const times = await client.request<number[]>('connect', { ...to, calls: CALLS });
    found[way] = times.sort((left, right) => left - right)[Math.floor(CALLS / 2)] ?? Number.NaN;
  }
  return found;
}

const targets = [web.namespace, s3.namespace, ...endpointNamespaces, database.namespace];
const knob = newSynAckDelay();
const plain = await medians();
await knob.apply(DELAY_MS, targets);
const slow = await medians();
const counts = await knob.counts();
await knob.apply(DELAY_MS, [database.namespace]);
const onlyDatabase = await medians();
// The instance goes while its knob is set: the next setting must not trip over the namespace that is no more.
await databases.realisers['AWS::RDS::DBInstance'].delete(instance.physicalId);
await knob.apply(2 * DELAY_MS, [web.namespace]);
const delayedAgain = await clients.inVpc.request<number[]>('connect', { ...ways['NAT → web'][1], calls: 3 });
await knob.close();

const observed = {
  plain,
  slow,
  onlyDatabase,
  counts,
  delayedAgain,
  address: database.address,
  endpoint: endpoint.physicalId,
  endpointNamespaces,
};
process.stdout.write(`${JSON.stringify({ ...observed, after: listNamespaces().filter((name) => name.startsWith('delay')) })}\n`);
process.exit(0);
