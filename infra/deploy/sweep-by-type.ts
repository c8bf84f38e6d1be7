import {
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { DeleteDBInstanceCommand } from '@aws-sdk/client-rds';
import { toMilliseconds } from '../../harness/domain/nanoseconds.ts';
import type { Clock } from '../../harness/domain/ports.ts';
import type { RunId } from '../../harness/domain/run.ts';
import { readServiceError } from '../aws/service-error.ts';
import { databaseIdentifier } from '../template/names.ts';
import { databaseStatus } from './database-instance.ts';
import { reapOnce } from './interfaces.ts';
import { NETWORK_TYPES, type NetworkType, networkIds, ofRun } from './network-things.ts';
import type { DeployClients, DeployTimes, NetworkClient } from './options.ts';

/** What a sweep works with. */
export interface SweepByType {
  readonly clients: Pick<DeployClients, 'ec2' | 'rds'>;
  readonly clock: Clock;
  readonly times: Pick<DeployTimes, 'interfacePollMs' | 'resourceMs'>;
  readonly runId: RunId;
  /** Told what could not be deleted; the sweep goes on with the next thing. */
  readonly onRefused: (type: string, id: string, why: string) => void;
}

/** Deletes the run's DB instance, NAT gateways, endpoints and addresses, whatever their stack says. Never throws. */
export async function sweepBilled(sweep: SweepByType): Promise<void> {
  await Promise.all([
    sweepDatabase(sweep),
    (async () => {
      for (const type of NETWORK_TYPES.slice(0, NETWORK_TYPES.indexOf('AWS::EC2::RouteTable'))) await sweepType(sweep, type);
    })(),
  ]);
}

/** Deletes all that carries the run's tag in EC2, in the order that dependencies want, and detached interfaces in its VPC. Never throws. */
export async function sweepNetwork(sweep: SweepByType): Promise<void> {
  await sweepBilled(sweep);
  const { ec2 } = sweep.clients;
  await attempt(sweep, 'AWS::EC2::NetworkInterface', `of run ${sweep.runId}`, async () => {
    for (const vpcId of await networkIds(ec2, 'AWS::EC2::VPC', ofRun(sweep.runId))) await reapOnce(ec2, vpcId);
  });
  for (const type of NETWORK_TYPES.slice(NETWORK_TYPES.indexOf('AWS::EC2::RouteTable'))) await sweepType(sweep, type);
}

async function sweepType(sweep: SweepByType, type: NetworkType): Promise<void> {
  const { ec2 } = sweep.clients;
  let ids: readonly string[] = [];
  await attempt(sweep, type, `of run ${sweep.runId}`, async () => {
    ids = await networkIds(ec2, type, ofRun(sweep.runId));
  });
  // Groups name each other in their rules: no group can go before all rules have.
  if (type === 'AWS::EC2::SecurityGroup') for (const id of ids) await attempt(sweep, type, id, () => revokeRules(ec2, id));
  for (const id of ids) await attempt(sweep, type, id, () => DELETIONS[type](ec2, id));
  // A route to them, or an address on them, holds on until they are really gone.
  if (ids.length > 0 && (type === 'AWS::EC2::NatGateway' || type === 'AWS::EC2::VPCEndpoint')) {
    await attempt(sweep, type, ids.join(', '), () =>
      waitUntil(sweep, async () => (await networkIds(ec2, type, ofRun(sweep.runId))).length === 0),
    );
  }
}

const DELETIONS: Readonly<Record<NetworkType, (ec2: NetworkClient, id: string) => Promise<unknown>>> = {
  'AWS::EC2::VPCEndpoint': async (ec2, id) => {
    const { Unsuccessful } = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    const refused = Unsuccessful?.[0]?.Error;
    if (refused !== undefined) throw new Error(`${refused.Code}: ${refused.Message}`);
  },
  'AWS::EC2::NatGateway': (ec2, id) => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id })),
  'AWS::EC2::EIP': (ec2, id) => ec2.send(new ReleaseAddressCommand({ AllocationId: id })),
  'AWS::EC2::RouteTable': deleteRouteTable,
  'AWS::EC2::Subnet': (ec2, id) => ec2.send(new DeleteSubnetCommand({ SubnetId: id })),
  'AWS::EC2::InternetGateway': deleteInternetGateway,
  'AWS::EC2::SecurityGroup': (ec2, id) => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })),
  'AWS::EC2::VPC': (ec2, id) => ec2.send(new DeleteVpcCommand({ VpcId: id })),
};

async function deleteRouteTable(ec2: NetworkClient, id: string): Promise<void> {
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
  for (const { RouteTableAssociationId: AssociationId, Main } of RouteTables?.[0]?.Associations ?? []) {
    if (Main !== true && AssociationId !== undefined) await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
  }
  await ec2.send(new DeleteRouteTableCommand({ RouteTableId: id }));
}

async function deleteInternetGateway(ec2: NetworkClient, id: string): Promise<void> {
  const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] }));
  for (const { VpcId } of InternetGateways?.[0]?.Attachments ?? []) {
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId }));
  }
  await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }));
}

async function revokeRules(ec2: NetworkClient, id: string): Promise<void> {
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
  const { IpPermissions = [], IpPermissionsEgress = [] } = SecurityGroups?.[0] ?? {};
  if (IpPermissions.length > 0) await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions }));
  if (IpPermissionsEgress.length > 0) {
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: IpPermissionsEgress }));
  }
}

async function sweepDatabase(sweep: SweepByType): Promise<void> {
  const { rds } = sweep.clients;
  const id = databaseIdentifier(sweep.runId);
  await attempt(sweep, 'AWS::RDS::DBInstance', id, async () => {
    const status = await databaseStatus(rds, sweep.runId);
    if (status === undefined) return;
    if (status !== 'deleting') {
      await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id, SkipFinalSnapshot: true, DeleteAutomatedBackups: true }));
    }
    await waitUntil(sweep, async () => (await databaseStatus(rds, sweep.runId)) === undefined);
  });
}

async function waitUntil({ clock, times }: SweepByType, isDone: () => Promise<boolean>): Promise<void> {
  const startedAt = clock.now();
  while (!(await isDone())) {
    if (toMilliseconds(clock.now() - startedAt) >= times.resourceMs) throw new Error(`not gone after ${times.resourceMs / 1000} s`);
    await clock.sleep(times.interfacePollMs);
  }
}

/** What is gone already (`….NotFound`) is as it should be. */
async function attempt(sweep: SweepByType, type: string, id: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    const { name, message } = readServiceError(thrown);
    if (!name.endsWith('NotFound')) sweep.onRefused(type, id, `${name}: ${message}`);
  }
}
