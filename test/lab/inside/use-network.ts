/** Makes networks of several shapes, dials through them, changes them in the kernel behind the realisers' back, and prints what was seen. */

import { ipBatch } from '../../../infra/lab/kernel/ip.ts';
import { mountLabFolders } from '../../../infra/lab/kernel/lab-mounts.ts';
import { listNamespaces } from '../../../infra/lab/kernel/namespace.ts';
import { applyRules, listRules } from '../../../infra/lab/kernel/nft.ts';
import { makeVpcWithNat, refusalOf, startNetworkLab } from './network-lab.ts';

const WEB = { address: '198.51.100.10', port: 443 };
const S3 = { address: '198.51.100.80', port: 443 };
const ANY_PORT = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };

mountLabFolders();
const lab = await startNetworkLab();
const { fabric, make, unmake, dial } = lab;
const seen: Record<string, unknown> = { startMs: lab.startMs };

/** Packets' remaining hops as the web host receives them: the kernel's own count of what has forwarded them. */
await applyRules(
  'web',
  'table ip probe {\n set hops {\n typeof ip saddr . ip ttl\n flags dynamic\n }\n chain in {\n type filter hook input priority 0; policy accept;\n add @hops { ip saddr . ip ttl }\n }\n}\n',
);
const remainingHops = (): unknown =>
  Object.fromEntries(
    (listRules('web').find((entry) => entry.set?.name === 'hops')?.set?.elem ?? []).map(
      (element) => (element as { concat: [string, number] }).concat,
    ),
  );

const one = async (namespace: string, to: { address: string; port: number }): Promise<unknown> => (await dial(namespace, [to]))[0];
const vpcBegun = performance.now();
const a = await makeVpcWithNat(lab, 'a');
seen['vpcMs'] = performance.now() - vpcBegun;
const b = await makeVpcWithNat(lab, 'b');
const attachBegun = performance.now();
const member = await fabric.attach({ subnetId: a.privateSubnetId, securityGroupIds: [a.groupId], description: 'function' });
seen['attachMs'] = performance.now() - attachBegun;
const twin = await fabric.attach({ subnetId: b.privateSubnetId, securityGroupIds: [b.groupId], description: 'function' });
const free = await fabric.attach({ securityGroupIds: [], description: 'function' });
const exposed = await fabric.attach({ subnetId: a.publicSubnetId, securityGroupIds: [a.groupId], description: 'function' });
seen['addresses'] = [member.address, twin.address, free.address, exposed.address, a.elasticAddress, b.elasticAddress];

seen['internet'] = {
  default: await one(free.namespace, WEB),
  a: await one(member.namespace, WEB),
  b: await one(twin.namespace, WEB),
  publicSubnet: await one(exposed.namespace, WEB),
};
seen['remainingHops'] = remainingHops();
seen['paths'] = fabric.walkPaths();
seen['sentences'] = fabric.describePaths();

// Who may talk to whom inside a VPC, and that nothing leads into it.
const db = await make('AWS::EC2::SecurityGroup', { VpcId: a.vpcId, GroupDescription: 'database' });
const database = await fabric.attach({ subnetId: a.publicSubnetId, securityGroupIds: [db.physicalId], description: 'database' });
await lab.greet(database.namespace, database.address, 5432, 'database');
await lab.greet(database.namespace, database.address, 5433, 'database');
const DB = { address: database.address, port: 5432 };
const groups: Record<string, unknown> = { beforeRule: await one(member.namespace, DB) };
const rule = await make('AWS::EC2::SecurityGroupIngress', { ...ANY_PORT, GroupId: db.physicalId, SourceSecurityGroupId: a.groupId });
groups['afterRule'] = await dial(member.namespace, [DB, { ...DB, port: 5433 }]);
const late = await fabric.attach({ subnetId: a.privateSubnetId, securityGroupIds: [a.groupId], description: 'function' });
groups['lateMember'] = await one(late.namespace, DB);
groups['otherVpc'] = await one(twin.namespace, DB);
groups['default'] = await one(free.namespace, DB);
groups['inUse'] = await refusalOf(unmake('AWS::EC2::SecurityGroup', a.groupId));
await unmake('AWS::EC2::SecurityGroupIngress', rule.physicalId);
groups['ruleGone'] = await one(member.namespace, DB);
const narrow = await make('AWS::EC2::SecurityGroup', {
  VpcId: a.vpcId,
  GroupDescription: 'HTTPS out',
  SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: '443', ToPort: '443', CidrIp: '0.0.0.0/0' }],
});
const narrowed = await fabric.attach({ subnetId: a.privateSubnetId, securityGroupIds: [narrow.physicalId], description: 'function' });
await lab.greet('web', WEB.address, 80, 'web');
groups['narrow'] = await dial(narrowed.namespace, [WEB, { ...WEB, port: 80 }, { ...WEB, port: 9, protocol: 'udp' }]);
await make('AWS::EC2::SecurityGroupEgress', {
  GroupId: narrow.physicalId,
  IpProtocol: 'tcp',
  FromPort: 80,
  ToPort: 80,
  CidrIp: '198.51.100.0/24',
});
groups['widened'] = await one(narrowed.namespace, { ...WEB, port: 80 });
await lab.greet(a.vpcId, '169.254.169.253', 53, 'resolver');
groups['resolver'] = await one(narrowed.namespace, { address: '169.254.169.253', port: 53 });
seen['groups'] = groups;

// The gateway endpoint: one route, and S3 at its end.
const endpoint = await make('AWS::EC2::VPCEndpoint', {
  VpcId: a.vpcId,
  ServiceName: 'com.amazonaws.us-east-1.s3',
  RouteTableIds: [a.privateTableId],
});
const tableNumber = fabric.context.ledger.routeTables.get(a.privateTableId)?.number;
const s3: Record<string, unknown> = { endpointId: endpoint.physicalId, withEndpoint: await one(member.namespace, S3) };
s3['webWithEndpoint'] = await one(member.namespace, WEB);
s3['sentences'] = fabric.describePaths();
s3['default'] = await one(free.namespace, S3);
await ipBatch(a.vpcId, [`route del 198.51.100.80/28 table ${tableNumber}`]);
s3['routeDeleted'] = await one(member.namespace, S3);
await unmake('AWS::EC2::VPCEndpoint', endpoint.physicalId);
const again = await make('AWS::EC2::VPCEndpoint', {
  VpcId: a.vpcId,
  ServiceName: 'com.amazonaws.us-east-1.s3',
  RouteTableIds: [a.privateTableId],
});
await unmake('AWS::EC2::Route', a.natRouteId);
s3['withoutNatRoute'] = await dial(member.namespace, [S3, WEB]);
await unmake('AWS::EC2::VPCEndpoint', again.physicalId);
s3['withNothing'] = await one(member.namespace, S3);
seen['s3'] = s3;

// What the NAT gateway of `b` needs: its translation, and its own subnet's way out.
const nat: Record<string, unknown> = {};
await applyRules(b.natId, 'flush chain ip nat postrouting\n');
nat['withoutMasquerade'] = await one(twin.namespace, WEB);
await applyRules(b.natId, `add rule ip nat postrouting oifname "eth0" snat to ${b.elasticAddress}\n`);
nat['masqueradeBack'] = await one(twin.namespace, WEB);
await unmake('AWS::EC2::Route', b.publicRouteId);
nat['withoutGatewayRoute'] = await one(twin.namespace, WEB);
nat['sentences'] = fabric.describePaths();
seen['nat'] = nat;

// Taking everything down, in the order that EC2 wants.
const teardown: Record<string, unknown> = { subnetInUse: await refusalOf(unmake('AWS::EC2::Subnet', a.privateSubnetId)) };
teardown['gatewayInUse'] = await refusalOf(unmake('AWS::EC2::VPCGatewayAttachment', `IGW|${a.vpcId}`));
teardown['vpcInUse'] = await refusalOf(unmake('AWS::EC2::VPC', a.vpcId));
for (const { id } of [member, twin, free, exposed, database, late, narrowed]) await fabric.detach(id);
await unmake('AWS::EC2::SecurityGroup', narrow.physicalId);
await unmake('AWS::EC2::SecurityGroup', db.physicalId);
for (const vpc of [a, b]) {
  await unmake('AWS::EC2::Route', vpc.natRouteId);
  await unmake('AWS::EC2::Route', vpc.publicRouteId);
  await unmake('AWS::EC2::NatGateway', vpc.natId);
  for (const [type, id] of vpc.rest) await unmake(type, id);
}
teardown['namespaces'] = listNamespaces();
await fabric.stop();
teardown['afterStop'] = listNamespaces();
teardown['resolver'] = lab.resolverCalls;
seen['teardown'] = teardown;
process.stdout.write(JSON.stringify(seen), () => process.exit(0));
