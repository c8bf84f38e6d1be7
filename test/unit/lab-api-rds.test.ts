import {
  DeleteDBInstanceCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newRdsService, type RdsParts } from '../../infra/lab/api/rds.ts';
import type { DatabaseInstanceView } from '../../infra/lab/realise/db-instance.ts';
import { newSubnetGroups } from '../../infra/lab/realise/db-subnet-group.ts';
import { newFakeFabric } from '../support/fake-fabric.ts';
import { ACCOUNT, errorOf, type FakeApi, startFakeApi } from '../support/lab-api.ts';

let api: FakeApi;
let client: RDSClient;
let instances: DatabaseInstanceView[];
let finishDeletion: () => void;

const INSTANCE: DatabaseInstanceView = {
  identifier: 'lnb-abc',
  arn: 'arn:aws:rds:eu-central-1:111122223333:db:lnb-abc',
  resourceId: 'db-ABC',
  state: 'available',
  port: 5432,
  zone: 'us-east-1a',
  subnetGroupName: 'Group',
  securityGroupIds: ['sg-1'],
  tags: { 'lnb:run': 'abc' },
  endpoint: 'lnb-abc.cxyz.eu-central-1.rds.amazonaws.com',
  namespace: 'eni-1',
  address: '10.0.0.5',
  described: { DBInstanceClass: 'db.t4g.micro', AllocatedStorage: '20', MasterUsername: 'lnb', DBName: 'lnb' },
};

beforeEach(async () => {
  instances = [INSTANCE];
  const fabric = newFakeFabric();
  const groups = newSubnetGroups(ACCOUNT, fabric, () => instances[0]?.identifier);
  const request = { logicalId: 'G', stackId: 's', stackName: 's', generatedName: 's-G', tags: {} };
  const properties = { DBSubnetGroupName: 'group', DBSubnetGroupDescription: 'd', SubnetIds: ['subnet-a', 'subnet-b'] };
  await groups.create({ ...request, properties });
  const parts: RdsParts = {
    account: ACCOUNT,
    databases: {
      list: () => instances,
      listGroups: groups.list,
      realisers: {
        'AWS::RDS::DBSubnetGroup': groups,
        'AWS::RDS::DBInstance': {
          create: () => Promise.reject(new Error('not here')),
          delete: (identifier) => {
            instances = instances.map((each) => (each.identifier === identifier ? { ...each, state: 'deleting' } : each));
            return new Promise((resolve) => {
              finishDeletion = () => {
                instances = [];
                resolve();
              };
            });
          },
        },
      },
    },
    zoneOf: fabric.zoneOf,
    onFault: (error) => {
      throw error;
    },
  };
  api = await startFakeApi({ wire: { rds: newRdsService(parts) } });
  client = new RDSClient(api.client);
});
afterEach(async () => {
  client.destroy();
  await api.close();
});

describe('DB instances', () => {
  test('are described, with what the template declared', async () => {
    const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'LNB-abc' }));
    expect(DBInstances).toMatchObject([
      {
        DBInstanceIdentifier: 'lnb-abc',
        DBInstanceStatus: 'available',
        DBInstanceClass: 'db.t4g.micro',
        AllocatedStorage: 20,
        Engine: 'postgres',
        EngineVersion: '18.4',
        Endpoint: { Address: INSTANCE.endpoint, Port: 5432 },
        VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
        DBSubnetGroup: { DBSubnetGroupName: 'group', VpcId: 'vpc-1' },
        TagList: [{ Key: 'lnb:run', Value: 'abc' }],
      },
    ]);
  });

  test('are deleting, then gone; meanwhile they hold their subnet group', async () => {
    const { DBInstance } = await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'lnb-abc', SkipFinalSnapshot: true }));
    expect(DBInstance?.DBInstanceStatus).toBe('deleting');
    const again = new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'lnb-abc', SkipFinalSnapshot: true });
    expect((await errorOf(client.send(again))).name).toMatch(/^InvalidDBInstanceState/);
    expect((await errorOf(client.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: 'group' })))).name).toMatch(
      /^InvalidDBSubnetGroupState/,
    );
    finishDeletion();
    expect((await client.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
    await client.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: 'group' }));
    expect((await client.send(new DescribeDBSubnetGroupsCommand({}))).DBSubnetGroups).toEqual([]);
  });

  const REFUSED = [
    { input: {}, name: /^InvalidParameterCombination/, says: 'is required unless SkipFinalSnapshot', why: 'neither a snapshot nor none' },
    {
      input: { SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 's' },
      name: /^InvalidParameterCombination/,
      says: 'can not be specified',
      why: 'a snapshot and none',
    },
    { input: { FinalDBSnapshotIdentifier: 's' }, name: /^InvalidParameterValue/, says: 'takes no snapshots', why: 'a snapshot' },
  ];
  test.each(REFUSED)('are not deleted with $why', async ({ input, name, says }) => {
    const error = await errorOf(client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'lnb-abc', ...input })));
    expect([error.name, error.message]).toEqual([expect.stringMatching(name), expect.stringContaining(says)]);
    expect(instances[0]?.state).toBe('available');
  });

  test('that are not there are refused, as are other actions', async () => {
    expect((await errorOf(client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'none' })))).name).toMatch(
      /^DBInstanceNotFound/,
    );
    expect((await errorOf(client.send(new DescribeDBClustersCommand({})))).name).toBe('InvalidAction');
  });
});

test('subnet groups show their subnets and zones; there are no snapshots', async () => {
  const { DBSubnetGroups } = await client.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: 'group' }));
  expect(DBSubnetGroups?.[0]).toMatchObject({
    SubnetGroupStatus: 'Complete',
    Subnets: [
      { SubnetIdentifier: 'subnet-a', SubnetAvailabilityZone: { Name: 'us-east-1a' } },
      { SubnetIdentifier: 'subnet-b', SubnetAvailabilityZone: { Name: 'us-east-1b' } },
    ],
  });
  expect((await client.send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toEqual([]);
});

describe('orderable options', () => {
  const ROWS = [
    { input: {}, zones: ['eu-central-1a', 'eu-central-1b'], why: 'whatever there is' },
    {
      input: { EngineVersion: '18', DBInstanceClass: 'db.t4g.micro' },
      zones: ['eu-central-1a', 'eu-central-1b'],
      why: 'what templates ask for',
    },
    { input: { EngineVersion: '17' }, zones: undefined, why: 'another version' },
    { input: { DBInstanceClass: 'db.r8g.large' }, zones: undefined, why: 'another class' },
  ];
  test.each(ROWS)('$why', async ({ input, zones }) => {
    const { OrderableDBInstanceOptions } = await client.send(
      new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'postgres', ...input }),
    );
    expect(OrderableDBInstanceOptions?.[0]?.AvailabilityZones?.map(({ Name }) => Name)).toEqual(zones);
  });
});
