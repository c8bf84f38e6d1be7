import type { Account } from '../account/identity.ts';
import type { DatabaseInstanceView } from '../realise/db-instance.ts';
import type { Databases } from '../realise/db-realisers.ts';
import type { SubnetGroup } from '../realise/db-subnet-group.ts';
import { Refusal } from '../refusal.ts';
import { refuseUnknown } from './protocol/dialect.ts';
import { formatQueryAnswer, parseQueryParameters, type QueryDialect, type QueryParameters } from './protocol/query.ts';
import type { WireService } from './protocol/wire.ts';
import { NamedList, type XmlStructure } from './protocol/xml.ts';
import { ENGINE_VERSION, formatGroup, formatInstance, INSTANCE_CLASS } from './rds-format.ts';
import { pageByToken } from './token-page.ts';

const NAMESPACE = 'http://rds.amazonaws.com/doc/2014-10-31/';
const RDS_QUERY: QueryDialect = { listInfix: '.member.', missingCode: 'MissingParameter', unknownCode: 'InvalidParameterValue' };

/** What RDS works on. */
export interface RdsParts {
  readonly account: Account;
  readonly databases: Pick<Databases, 'realisers' | 'list' | 'listGroups'>;
  readonly zoneOf: (subnetId: string) => string | undefined;
  /** Told why a deletion failed that was already answered. */
  readonly onFault: (error: unknown) => void;
}

type Action = (parameters: QueryParameters, parts: RdsParts) => XmlStructure | undefined | Promise<XmlStructure | undefined>;

const ACTIONS: Readonly<Record<string, Action>> = {
  DescribeDBInstances: describeInstances,
  DeleteDBInstance: deleteInstance,
  DescribeDBSnapshots: describeSnapshots,
  DescribeDBSubnetGroups: describeGroups,
  DeleteDBSubnetGroup: deleteGroup,
  DescribeOrderableDBInstanceOptions: describeOrderable,
};

/**
 * RDS: DescribeDBInstances, DeleteDBInstance, DescribeDBSnapshots, DescribeDBSubnetGroups, DeleteDBSubnetGroup,
 * DescribeOrderableDBInstanceOptions. Any other action is `InvalidAction`, a parameter that is not realised is refused by name.
 */
export function newRdsService(parts: RdsParts): WireService {
  return async (call) => {
    const parameters = parseQueryParameters(call.body, RDS_QUERY);
    const action = Object.hasOwn(ACTIONS, parameters.action) ? ACTIONS[parameters.action] : undefined;
    if (action === undefined) throw refuseUnknown('query', `The lab does not realise the action ${parameters.action} of rds.`);
    return formatQueryAnswer(NAMESPACE, parameters.action, call.requestId, await action(parameters, parts));
  };
}

interface Paged<T> {
  readonly page: readonly T[];
  readonly Marker: string | undefined;
}

/** Reads `MaxRecords` (20 to 100) and `Marker`; call it before `finish`. */
function parsePaging(parameters: QueryParameters): <T>(items: readonly T[]) => Paged<T> {
  const count = Number(parameters.text('MaxRecords') ?? 100);
  const marker = parameters.text('Marker');
  if (!Number.isInteger(count) || count < 20 || count > 100)
    throw invalid(`Invalid value ${count} for MaxRecords. Must be between 20 and 100`);
  return (items) => {
    const { page, next } = pageByToken(items, marker, count, () => invalid('Invalid Marker'));
    return { page, Marker: next };
  };
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidParameterValue', 400, message);
}

function instanceOf({ databases }: RdsParts, identifier: string): DatabaseInstanceView {
  const found = databases.list().find((each) => each.identifier === identifier.toLowerCase());
  if (found === undefined) throw new Refusal('DBInstanceNotFound', 404, `DBInstance ${identifier} not found.`);
  return found;
}

function describeInstances(parameters: QueryParameters, parts: RdsParts): XmlStructure {
  const identifier = parameters.text('DBInstanceIdentifier');
  const paging = parsePaging(parameters);
  parameters.finish();
  const { page, Marker } = paging(identifier === undefined ? parts.databases.list() : [instanceOf(parts, identifier)]);
  return {
    DBInstances: new NamedList(
      'DBInstance',
      page.map((each) => formatInstance(each, groupOf(parts, each.subnetGroupName), parts)),
    ),
    Marker,
  };
}

/** Answered while the instance is `deleting`; it is described until it is gone. The lab takes no snapshots. */
function deleteInstance(parameters: QueryParameters, parts: RdsParts): XmlStructure {
  const identifier = parameters.required('DBInstanceIdentifier');
  const skip = parameters.text('SkipFinalSnapshot') === 'true';
  const snapshot = parameters.text('FinalDBSnapshotIdentifier');
  parameters.text('DeleteAutomatedBackups');
  parameters.finish();
  const { state, identifier: known } = instanceOf(parts, identifier);
  if (state === 'deleting') throw new Refusal('InvalidDBInstanceState', 400, `Instance ${known} is already being deleted.`);
  if (!skip && snapshot === undefined) {
    throw new Refusal('InvalidParameterCombination', 400, 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
  }
  if (skip && snapshot !== undefined) {
    throw new Refusal(
      'InvalidParameterCombination',
      400,
      'FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.',
    );
  }
  if (snapshot !== undefined) throw invalid('The lab takes no snapshots: set SkipFinalSnapshot.');
  parts.databases.realisers['AWS::RDS::DBInstance'].delete(known).catch(parts.onFault);
  const going = instanceOf(parts, known);
  return { DBInstance: formatInstance(going, groupOf(parts, going.subnetGroupName), parts) };
}

/** There are none. */
function describeSnapshots(parameters: QueryParameters): XmlStructure {
  for (const name of ['DBInstanceIdentifier', 'SnapshotType', 'MaxRecords', 'Marker']) parameters.text(name);
  parameters.finish();
  return { DBSnapshots: new NamedList('DBSnapshot', []) };
}

function groupOf({ databases }: RdsParts, name: string): SubnetGroup {
  const found = databases.listGroups().find((each) => each.name === name.toLowerCase());
  if (found === undefined) throw new Refusal('DBSubnetGroupNotFoundFault', 404, `DB subnet group '${name}' does not exist.`);
  return found;
}

function describeGroups(parameters: QueryParameters, parts: RdsParts): XmlStructure {
  const name = parameters.text('DBSubnetGroupName');
  const paging = parsePaging(parameters);
  parameters.finish();
  const { page, Marker } = paging(name === undefined ? parts.databases.listGroups() : [groupOf(parts, name)]);
  return {
    DBSubnetGroups: new NamedList(
      'DBSubnetGroup',
      page.map((each) => formatGroup(each, parts)),
    ),
    Marker,
  };
}

async function deleteGroup(parameters: QueryParameters, parts: RdsParts): Promise<undefined> {
  const name = parameters.required('DBSubnetGroupName');
  parameters.finish();
  await parts.databases.realisers['AWS::RDS::DBSubnetGroup'].delete(groupOf(parts, name).name);
}

/** The one class that the lab's templates ask for, in every zone; nothing for any other engine, version or class. */
function describeOrderable(parameters: QueryParameters, { account }: RdsParts): XmlStructure {
  const engine = parameters.required('Engine');
  const version = parameters.text('EngineVersion') ?? ENGINE_VERSION;
  const instanceClass = parameters.text('DBInstanceClass') ?? INSTANCE_CLASS;
  const vpc = parameters.text('Vpc') ?? 'true';
  const paging = parsePaging(parameters);
  parameters.finish();
  const hasVersion = version === ENGINE_VERSION || ENGINE_VERSION.startsWith(`${version}.`);
  const option = {
    Engine: 'postgres',
    EngineVersion: ENGINE_VERSION,
    DBInstanceClass: INSTANCE_CLASS,
    LicenseModel: 'postgresql-license',
    Vpc: true,
    MultiAZCapable: false,
    StorageType: 'gp3',
    AvailabilityZones: new NamedList(
      'AvailabilityZone',
      account.zones.map((Name) => ({ Name })),
    ),
  };
  const offered = engine === 'postgres' && hasVersion && instanceClass === INSTANCE_CLASS && vpc === 'true';
  const { page, Marker } = paging(offered ? [option] : []);
  return { OrderableDBInstanceOptions: new NamedList('OrderableDBInstanceOption', page), Marker };
}
