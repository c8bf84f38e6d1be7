import { DescribeAvailabilityZonesCommand, DescribeNatGatewaysCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { DescribeOrderableDBInstanceOptionsCommand } from '@aws-sdk/client-rds';
import { DATABASE_INSTANCE_CLASS, DATABASE_STORAGE_TYPE, POSTGRES_VERSION } from '../template/paid.ts';
import type { DeployClients } from './options.ts';
import { askAccount, type Told } from './told.ts';

/** Pages that are read at most: 100 things each. */
const PAGES = 50;

/** Names of the region's zones that can be used, sorted as `Fn::GetAZs` gives them. */
export function zonesOfRegion(ec2: DeployClients['ec2']): Promise<Told<readonly string[]>> {
  return askAccount(['ec2:DescribeAvailabilityZones'], async () => {
    const Filters = [
      { Name: 'zone-type', Values: ['availability-zone'] },
      { Name: 'state', Values: ['available'] },
    ];
    const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
    return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
  });
}

/** Zones in which RDS offers what the template asks for: class, major version, kind of storage, in a VPC. */
export function zonesOfDatabase(rds: DeployClients['rds']): Promise<Told<readonly string[]>> {
  return askAccount(['rds:DescribeOrderableDBInstanceOptions'], async () => {
    const zones = new Set<string>();
    let marker: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const asked = { Engine: 'postgres', DBInstanceClass: DATABASE_INSTANCE_CLASS, Vpc: true, ...(marker ? { Marker: marker } : {}) };
      const { OrderableDBInstanceOptions = [], Marker } = await rds.send(new DescribeOrderableDBInstanceOptionsCommand(asked));
      for (const { EngineVersion, StorageType, AvailabilityZones = [] } of OrderableDBInstanceOptions) {
        if (EngineVersion?.split('.')[0] !== POSTGRES_VERSION || StorageType !== DATABASE_STORAGE_TYPE) continue;
        for (const { Name } of AvailabilityZones) if (Name !== undefined) zones.add(Name);
      }
      marker = Marker;
      if (!marker) break;
    }
    return [...zones].sort();
  });
}

/** NAT gateways in one zone; those that are gone or failed count for nothing. Rejects with what EC2 refuses. */
export async function natGatewaysIn(ec2: DeployClients['ec2'], zone: string): Promise<number> {
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const standing = NatGateways.filter(({ State }) => State === 'pending' || State === 'available' || State === 'deleting');
  if (standing.length === 0) return 0;
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: [zone] }] }));
  const inZone = new Set(Subnets.map(({ SubnetId }) => SubnetId));
  return standing.filter(({ SubnetId }) => inZone.has(SubnetId)).length;
}
