import type { DatabaseInstanceView } from '../realise/db-instance.ts';
import type { SubnetGroup } from '../realise/db-subnet-group.ts';
import { NamedList, type XmlStructure } from './protocol/xml.ts';

/** The PostgreSQL that the lab runs. */
export const ENGINE_VERSION = '18.4';
/** What DescribeOrderableDBInstanceOptions offers. */
export const INSTANCE_CLASS = 'db.t4g.micro';

interface Zones {
  readonly zoneOf: (subnetId: string) => string | undefined;
}

/** A DB subnet group in RDS's words. */
export function formatGroup({ name, arn, description, vpcId, subnetIds }: SubnetGroup, { zoneOf }: Zones): XmlStructure {
  return {
    DBSubnetGroupName: name,
    DBSubnetGroupArn: arn,
    DBSubnetGroupDescription: description,
    VpcId: vpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: new NamedList(
      'Subnet',
      subnetIds.map((id) => ({ SubnetIdentifier: id, SubnetAvailabilityZone: { Name: zoneOf(id) }, SubnetStatus: 'Active' })),
    ),
  };
}

/** A property as the template had it. */
function declared({ described }: DatabaseInstanceView, name: string): string | undefined {
  const value = described[name];
  return value === undefined ? undefined : String(value);
}

/** A DB instance in RDS's words; what the template declared and nothing acts on is described back. */
export function formatInstance(instance: DatabaseInstanceView, group: SubnetGroup, zones: Zones): XmlStructure {
  return {
    DBInstanceIdentifier: instance.identifier,
    DBInstanceArn: instance.arn,
    DbiResourceId: instance.resourceId,
    DBInstanceStatus: instance.state,
    DBInstanceClass: declared(instance, 'DBInstanceClass'),
    Engine: 'postgres',
    EngineVersion: ENGINE_VERSION,
    MasterUsername: declared(instance, 'MasterUsername'),
    DBName: declared(instance, 'DBName'),
    AllocatedStorage: declared(instance, 'AllocatedStorage'),
    StorageType: declared(instance, 'StorageType'),
    CACertificateIdentifier: declared(instance, 'CACertificateIdentifier'),
    Endpoint: { Address: instance.endpoint, Port: instance.port },
    AvailabilityZone: instance.zone,
    MultiAZ: false,
    PubliclyAccessible: false,
    DeletionProtection: false,
    BackupRetentionPeriod: 0,
    VpcSecurityGroups: new NamedList(
      'VpcSecurityGroupMembership',
      instance.securityGroupIds.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
    ),
    DBSubnetGroup: formatGroup(group, zones),
    TagList: new NamedList(
      'Tag',
      Object.entries(instance.tags).map(([Key, Value]) => ({ Key, Value })),
    ),
  };
}
