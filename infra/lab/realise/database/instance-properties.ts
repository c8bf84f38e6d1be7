import { Refusal } from '../../refusal.ts';
import { readProperties } from '../property-reader.ts';
import { SUPERUSER } from './cluster-template.ts';

const TYPE = 'AWS::RDS::DBInstance';
const REALISED = [
  ...['DBInstanceIdentifier', 'DBName', 'MasterUsername', 'MasterUserPassword', 'Port'],
  ...['DBSubnetGroupName', 'VPCSecurityGroups', 'AvailabilityZone', 'Engine', 'EngineVersion'],
] as const;
/** Have no counterpart in the lab and do not touch a path: kept and described back. */
const STORED = [
  ...['DBInstanceClass', 'AllocatedStorage', 'StorageType', 'StorageEncrypted', 'CACertificateIdentifier'],
  ...['AutoMinorVersionUpgrade', 'CopyTagsToSnapshot', 'DeleteAutomatedBackups', 'Tags'],
] as const;
/** One value is what the lab does; any other is refused. */
const FIXED = { MultiAZ: 'false', PubliclyAccessible: 'false', DeletionProtection: 'false', BackupRetentionPeriod: '0' } as const;

/** Port range that RDS allows. */
const PORTS = { lowest: 1150, highest: 65535, usual: 5432 } as const;

/** A DB instance as the template asks for it. */
export interface InstanceProperties {
  /** Lower case, as RDS stores it. */
  readonly identifier: string;
  readonly subnetGroupName: string;
  readonly securityGroupIds: readonly string[];
  /** Absent: the first subnet of the group. */
  readonly zone?: string;
  readonly port: number;
  readonly masterUser: string;
  readonly masterPassword: string;
  readonly database?: string;
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidParameterValue', 400, message);
}

function checkName(what: string, name: string, pattern: RegExp): string {
  if (!pattern.test(name)) throw invalid(`The parameter ${what} is not valid: ${name}`);
  return name;
}

/** RDS's rule for PostgreSQL; the message never carries the password. */
function checkPassword(password: string): string {
  const reason =
    password.length < 8
      ? 'it is shorter than 8 characters'
      : password.length > 128
        ? 'it is longer than 128 characters'
        : /^[\x21-\x7e]+$/.test(password) && !/[/"@]/.test(password)
          ? undefined
          : "only printable ASCII characters besides '/', '@', '\"', ' ' may be used";
  if (reason !== undefined) throw invalid(`The parameter MasterUserPassword is not a valid password because ${reason}.`);
  return password;
}

/**
 * Parses and checks the properties of a DB instance. `major` is the PostgreSQL that would run: another EngineVersion is refused, not ignored.
 * Throws a `Refusal` that names the property.
 */
export function parseInstanceProperties(
  properties: Readonly<Record<string, unknown>>,
  generatedName: string,
  major: string,
): InstanceProperties {
  const read = readProperties(TYPE, properties, [...REALISED, ...STORED, ...Object.keys(FIXED)]);
  for (const [name, only] of Object.entries(FIXED)) read.fixed(name, only);
  read.required('DBInstanceClass');
  read.required('AllocatedStorage');
  if (read.required('Engine') !== 'postgres')
    throw invalid(`Invalid DB engine: ${read.required('Engine')}; only postgres is supported here`);
  const version = read.text('EngineVersion') ?? major;
  if (version.split('.', 1)[0] !== major) {
    throw new Refusal('InvalidParameterCombination', 400, `Cannot find version ${version} for postgres; version ${major} is what is here`);
  }
  const port = read.integer('Port') ?? PORTS.usual;
  if (port < PORTS.lowest || port > PORTS.highest)
    throw invalid(`The port must be between ${PORTS.lowest} and ${PORTS.highest}, not ${port}`);
  const masterUser = checkName('MasterUsername', read.required('MasterUsername'), /^[A-Za-z][A-Za-z0-9_]{0,62}$/);
  if (masterUser.toLowerCase() === SUPERUSER)
    throw invalid(`MasterUsername ${masterUser} cannot be used as it is a reserved word used by the engine`);
  const database = read.text('DBName');
  const zone = read.text('AvailabilityZone');
  const identifier = (read.text('DBInstanceIdentifier') ?? generatedName).toLowerCase();
  return {
    identifier: checkName('DBInstanceIdentifier', identifier, /^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/),
    subnetGroupName: read.required('DBSubnetGroupName'),
    securityGroupIds: read.texts('VPCSecurityGroups'),
    ...(zone === undefined ? {} : { zone }),
    port,
    masterUser,
    masterPassword: checkPassword(read.required('MasterUserPassword')),
    ...(database === undefined ? {} : { database: checkName('DBName', database, /^[A-Za-z_][A-Za-z0-9_]{0,62}$/) }),
  };
}
