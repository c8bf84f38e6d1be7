import { describe, expect, test } from 'vitest';
import { firstOrdinaryUser } from '../../infra/lab/kernel/unprivileged.ts';
import { templateName } from '../../infra/lab/realise/database/cluster-template.ts';
import { setupStatements } from '../../infra/lab/realise/database/configuration.ts';
import { delayStatements } from '../../infra/lab/realise/database/delays.ts';
import { parseInstanceProperties } from '../../infra/lab/realise/database/instance-properties.ts';
import { scramVerifier } from '../../infra/lab/realise/database/scram.ts';
import { newSubnetGroups } from '../../infra/lab/realise/db-subnet-group.ts';
import type { RealiseRequest } from '../../infra/lab/realise/realiser.ts';

const GOOD = {
  DBInstanceClass: 'db.t4g.micro',
  AllocatedStorage: '20',
  Engine: 'postgres',
  EngineVersion: '18',
  MasterUsername: 'lnb',
  MasterUserPassword: 'long-enough-1',
  DBSubnetGroupName: 'group',
  VPCSecurityGroups: ['sg-1'],
  MultiAZ: false,
  PubliclyAccessible: 'false',
  BackupRetentionPeriod: 0,
};

describe('DB instance properties', () => {
  test('are read, with the usual port and the generated name in lower case', () => {
    expect(parseInstanceProperties(GOOD, 'lnb-Paid-Database-ABC', '18')).toEqual({
      identifier: 'lnb-paid-database-abc',
      subnetGroupName: 'group',
      securityGroupIds: ['sg-1'],
      port: 5432,
      masterUser: 'lnb',
      masterPassword: 'long-enough-1',
    });
  });

  test.each<[Record<string, unknown>, string, string]>([
    [{ Iops: 3000 }, 'Iops is not supported', 'nothing is accepted silently'],
    [{ MultiAZ: true }, 'MultiAZ can only be false', 'a second zone is not made'],
    [{ PubliclyAccessible: 'true' }, 'PubliclyAccessible can only be false', 'a public address is not made'],
    [{ BackupRetentionPeriod: 7 }, 'BackupRetentionPeriod can only be 0', 'backups are not made'],
    [{ Engine: 'mysql' }, 'Invalid DB engine: mysql', 'another engine'],
    [{ Engine: undefined }, 'Engine is required', 'no engine'],
    [{ EngineVersion: '17.4' }, 'Cannot find version 17.4', 'another major than the one that would run'],
    [{ Port: 80 }, 'port must be between 1150 and 65535', 'the range of RDS'],
    [{ Port: 'five' }, 'Port must be a whole number', 'not a number'],
    [{ MasterUsername: '1st' }, 'MasterUsername is not valid', 'begins with a digit'],
    [{ MasterUsername: 'RdsAdmin' }, 'reserved word', 'the superuser is not the master'],
    [{ DBName: 'x; drop' }, 'DBName is not valid', 'not a name'],
    [{ DBInstanceIdentifier: 'a--b' }, 'DBInstanceIdentifier is not valid', 'two hyphens in a row'],
    [{ DBSubnetGroupName: undefined }, 'DBSubnetGroupName is required', 'there is no default VPC'],
    [{ VPCSecurityGroups: 'sg-1' }, 'VPCSecurityGroups must be a list', 'a list is a list'],
  ])('%o: %s (%s)', (change, words) => {
    expect(() => parseInstanceProperties({ ...GOOD, ...change }, 'name', '18')).toThrow(words);
  });

  test.each([
    ['short-1', 'shorter than 8'],
    ['x'.repeat(129), 'longer than 128'],
    ['with space', 'printable ASCII'],
    ['with/slash', 'printable ASCII'],
    ['with@sign-', 'printable ASCII'],
    ['pässwörter', 'printable ASCII'],
  ])('a password like %j is refused (%s) and not repeated', (password, words) => {
    const refused = () => parseInstanceProperties({ ...GOOD, MasterUserPassword: password }, 'name', '18');
    expect(refused).toThrow(words);
    expect(refused).not.toThrow(password);
  });
});

describe('SCRAM verifiers', () => {
  test('are those of RFC 7677, section 3 (user “pencil”)', () => {
    // The RFC's exchange has this salt and 4096 iterations; ServerSignature and ClientProof there follow from these keys.
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });
});

describe('statements', () => {
  test('names and verifiers are quoted', () => {
    const text = setupStatements({ master: 'we"ird', masterVerifier: "it's", superuserVerifier: 'v', database: 'Lnb' });
    expect(text).toContain('CREATE ROLE "we""ird" LOGIN CREATEDB CREATEROLE PASSWORD \'it\'\'s\';');
    expect(text).toContain('CREATE DATABASE "Lnb" OWNER "we""ird";');
    expect(text.trimEnd().split('\n')).toHaveLength(3);
  });

  test('without a database name the one that RDS has anyway becomes the master’s', () => {
    expect(setupStatements({ master: 'm', masterVerifier: 'v', superuserVerifier: 'v' })).toContain(
      'ALTER DATABASE postgres OWNER TO "m";',
    );
  });

  test.each([
    [{}, 0, 0],
    [{ databaseAuth: 30 }, 1, 0],
    [{ databaseQuery: 30 }, 0, 1],
    [{ databaseAuth: 30, databaseQuery: 0.5 }, 1, 1],
  ])('knobs %o make %i trigger and %i search path', (delays, triggers, paths) => {
    const statements = delayStatements(delays, 'lnb');
    expect(statements.filter((statement) => statement.startsWith('CREATE EVENT TRIGGER'))).toHaveLength(triggers);
    expect(statements.filter((statement) => statement.includes(' SET search_path ='))).toHaveLength(paths);
    expect(statements[0]).toBe('BEGIN');
    expect(statements.at(-1)).toBe('COMMIT');
  });
});

test('the template’s name changes with version and machine', () => {
  const names = [
    templateName({ version: '18.4' }, 'x64'),
    templateName({ version: '18.5' }, 'x64'),
    templateName({ version: '18.4' }, 'arm64'),
  ];
  expect(new Set(names).size).toBe(3);
});

test.each([
  [
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\nme:x:1000:1000::/:/bin/sh\n',
    { uid: 1, gid: 1 },
    'the first that is not root',
  ],
  ['root:x:0:0:root:/root:/bin/sh\n', undefined, 'only root'],
  ['broken line\n+nis::::::\nme:x:1000:100::/:/bin/sh', { uid: 1000, gid: 100 }, 'lines that are no users are passed over'],
])('first ordinary user of %j: %o (%s)', (passwd, user, _why) => {
  expect(firstOrdinaryUser(passwd)).toEqual(user);
});

describe('DB subnet groups', () => {
  const zones: Readonly<Record<string, string>> = { 'subnet-a': 'z1', 'subnet-b': 'z2', 'subnet-c': 'z1', 'subnet-other': 'z2' };
  const fabric = {
    vpcOf: (id: string) => (id === 'subnet-other' ? 'vpc-2' : zones[id] && 'vpc-1'),
    zoneOf: (id: string) => zones[id],
  };
  const request = (properties: Record<string, unknown>): RealiseRequest => ({
    ...{ logicalId: 'Group', stackId: 'id', stackName: 'stack', tags: {}, generatedName: 'Stack-Group-XYZ' },
    properties: { DBSubnetGroupDescription: 'd', ...properties },
  });
  const newGroups = (user?: string) =>
    newSubnetGroups({ accountId: '111122223333', region: 'us-east-1', zones: ['z1', 'z2'] }, fabric, () => user);

  test('keep the order of their subnets under a lower-case name', async () => {
    const groups = newGroups();
    const made = await groups.create(request({ SubnetIds: ['subnet-b', 'subnet-a'] }));
    expect(made.physicalId).toBe('stack-group-xyz');
    expect(groups.get('Stack-Group-XYZ').subnetIds).toEqual(['subnet-b', 'subnet-a']);
    await expect(groups.create(request({ SubnetIds: ['subnet-a', 'subnet-b'] }))).rejects.toMatchObject({
      code: 'DBSubnetGroupAlreadyExists',
    });
    await groups.delete(made.physicalId);
    expect(() => groups.get(made.physicalId)).toThrow(expect.objectContaining({ code: 'DBSubnetGroupNotFoundFault' }));
  });

  test.each([
    [['subnet-a', 'subnet-none'], 'InvalidSubnet', 'a subnet that is not there'],
    [['subnet-a', 'subnet-other'], 'InvalidParameterValue', 'two VPCs'],
    [['subnet-a', 'subnet-c'], 'DBSubnetGroupDoesNotCoverEnoughAZs', 'one zone'],
    [[], 'DBSubnetGroupDoesNotCoverEnoughAZs', 'no subnet'],
  ])('%j → %s: %s', async (SubnetIds, code) => {
    await expect(newGroups().create(request({ SubnetIds }))).rejects.toMatchObject({ code });
  });

  test('cannot be deleted while an instance lives in them', async () => {
    await expect(newGroups('db-1').delete('group')).rejects.toMatchObject({ code: 'InvalidDBSubnetGroupStateFault' });
  });
});
