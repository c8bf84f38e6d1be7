import { Refusal } from '../refusal.ts';
import type { CodeStore, StoredCode } from '../runtime/code-store.ts';
import { checkEnvironment, checkRanges } from '../runtime/configuration.ts';
import { newVpcConfig } from '../runtime/function-network.ts';
import type { Functions, NewFunction } from '../runtime/functions.ts';
import { RUNTIMES, runtimeVersionArn } from '../runtime/runtime-version.ts';
import type { FunctionConfiguration } from '../runtime/service.ts';
import type { NetworkFabric } from './fabric.ts';
import { type PropertyReader, readProperties } from './property-reader.ts';
import type { RealiseRequest, Realiser } from './realiser.ts';

const TYPE = 'AWS::Lambda::Function';
const PLAIN = [
  'FunctionName',
  'Handler',
  'Runtime',
  'Role',
  'Description',
  'Timeout',
  'MemorySize',
  'Architectures',
  'PackageType',
] as const;
const GROUPS = ['Code', 'Environment', 'VpcConfig', 'LoggingConfig', 'EphemeralStorage', 'TracingConfig'] as const;
const SYSTEM_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;
const APPLICATION_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** What a function's resource is made with. */
export interface FunctionRealiserOptions {
  readonly region: string;
  readonly functions: Functions;
  readonly code: CodeStore;
  readonly fabric: Pick<NetworkFabric, 'vpcOf'>;
  /** Throws S3's `Refusal`. */
  readonly readObject: (bucket: string, key: string) => Promise<Uint8Array>;
  /** Whether a role's policies allow an action. */
  readonly roleAllows: (roleArn: string, action: string) => boolean;
}

/** Makes functions from a zip in S3. `Ref` is the name, `Arn` an attribute. Throws Lambda's refusals; unknown properties by name. */
export function newFunctionRealiser(options: FunctionRealiserOptions): Realiser {
  return {
    async create(request) {
      const { read, groups } = readFunction(request);
      const vpcConfig = checkVpc(options, groups.VpcConfig, read.required('Role'));
      const settings = { ...readSettings(options.region, request, read, groups), ...(vpcConfig === undefined ? {} : { vpcConfig }) };
      const code = await fetchCode(options, groups.Code);
      const configuration: NewFunction['configuration'] = { ...settings, codeSize: code.size, codeSha256: code.sha256 };
      const made = await options.functions.create({ configuration, codeFolder: code.folder });
      return { physicalId: made.functionName, attributes: { Arn: made.functionArn } };
    },
    delete: (functionName) => options.functions.delete(functionName),
  };
}

type Groups = Readonly<Record<(typeof GROUPS)[number], Readonly<Record<string, unknown>>>>;

function readFunction({ properties }: RealiseRequest): { readonly read: PropertyReader; readonly groups: Groups } {
  const { Tags: _inherited, ...own } = properties;
  const plain = Object.fromEntries(Object.entries(own).filter(([name]) => !(GROUPS as readonly string[]).includes(name)));
  const read = readProperties(TYPE, plain, PLAIN);
  read.fixed('PackageType', 'Zip');
  const groups = Object.fromEntries(GROUPS.map((name) => [name, readGroup(name, own[name])])) as Groups;
  return { read, groups };
}

function readGroup(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new Refusal('ValidationError', 400, `${TYPE}: the property ${name} must be an object`);
}

function readSettings(
  region: string,
  request: RealiseRequest,
  read: PropertyReader,
  groups: Groups,
): Omit<NewFunction['configuration'], 'codeSize' | 'codeSha256' | 'vpcConfig'> {
  const functionName = read.text('FunctionName') ?? shortName(request.generatedName);
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(functionName)) invalid(`${functionName} is no name of a function`);
  const timeoutSeconds = read.integer('Timeout') ?? 3;
  const memorySizeMb = read.integer('MemorySize') ?? 128;
  checkRanges(timeoutSeconds, memorySizeMb);
  readProperties(`${TYPE} TracingConfig`, groups.TracingConfig, ['Mode']).fixed('Mode', 'PassThrough');
  return {
    functionName,
    runtime: oneOf('Runtime', read.required('Runtime'), RUNTIMES),
    role: read.required('Role'),
    handler: checkHandler(read.required('Handler')),
    description: read.text('Description') ?? '',
    timeoutSeconds,
    memorySizeMb,
    ephemeralStorageMb: readProperties(`${TYPE} EphemeralStorage`, groups.EphemeralStorage, ['Size']).integer('Size') ?? 512,
    architecture: readArchitecture(read.texts('Architectures')),
    environment: readEnvironment(groups.Environment),
    logging: readLogging(groups.LoggingConfig, functionName),
    runtimeVersionArn: runtimeVersionArn(region, process.versions.node),
    tags: request.tags,
  };
}

/** CloudFormation's names may be longer than Lambda's; the random end stays. */
function shortName(generatedName: string): string {
  return generatedName.length <= 64 ? generatedName : `${generatedName.slice(0, 51)}${generatedName.slice(-13)}`;
}

function checkHandler(handler: string): string {
  return /^[^\s]{1,128}$/.test(handler) ? handler : invalid(`${handler} is no handler`);
}

function readArchitecture(texts: readonly string[]): 'arm64' | 'x86_64' {
  const [architecture = 'x86_64', ...others] = texts;
  if (others.length > 0) invalid('Architectures can have one value only');
  return oneOf('Architectures', architecture, ['arm64', 'x86_64'] as const);
}

function readEnvironment(group: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const { Variables: value, ...rest } = group;
  readProperties(`${TYPE} Environment`, rest, []);
  const variables = readGroup('Environment.Variables', value);
  const read = readProperties(`${TYPE} Environment.Variables`, variables, Object.keys(variables));
  const environment = Object.fromEntries(Object.keys(variables).map((name) => [name, read.text(name) ?? '']));
  checkEnvironment(environment);
  return environment;
}

function readLogging(group: Readonly<Record<string, unknown>>, functionName: string): FunctionConfiguration['logging'] {
  const read = readProperties(`${TYPE} LoggingConfig`, group, ['LogFormat', 'LogGroup', 'SystemLogLevel', 'ApplicationLogLevel']);
  const format = oneOf('LogFormat', read.text('LogFormat') ?? 'Text', ['Text', 'JSON'] as const);
  const logging = { format, group: read.text('LogGroup') ?? `/aws/lambda/${functionName}` };
  const system = read.text('SystemLogLevel');
  const application = read.text('ApplicationLogLevel');
  if (format === 'Text') {
    if (system === undefined && application === undefined) return logging;
    return invalid('Log levels can only be set when LogFormat is JSON');
  }
  return {
    ...logging,
    systemLogLevel: oneOf('SystemLogLevel', system ?? 'INFO', SYSTEM_LEVELS),
    applicationLogLevel: oneOf('ApplicationLogLevel', application ?? 'INFO', APPLICATION_LEVELS),
  };
}

function checkVpc(
  options: FunctionRealiserOptions,
  group: Readonly<Record<string, unknown>>,
  role: string,
): FunctionConfiguration['vpcConfig'] {
  const read = readProperties(`${TYPE} VpcConfig`, group, ['SubnetIds', 'SecurityGroupIds', 'Ipv6AllowedForDualStack']);
  read.fixed('Ipv6AllowedForDualStack', 'false');
  const vpcConfig = newVpcConfig(options.fabric, { subnetIds: read.texts('SubnetIds'), securityGroupIds: read.texts('SecurityGroupIds') });
  if (vpcConfig !== undefined && !options.roleAllows(role, 'ec2:CreateNetworkInterface')) {
    invalid('The provided execution role does not have permissions to call CreateNetworkInterface on EC2');
  }
  return vpcConfig;
}

async function fetchCode(options: FunctionRealiserOptions, group: Readonly<Record<string, unknown>>): Promise<StoredCode> {
  const read = readProperties(`${TYPE} Code`, group, ['S3Bucket', 'S3Key']);
  const [bucket, key] = [read.required('S3Bucket'), read.required('S3Key')];
  const zip = await options.readObject(bucket, key).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    return invalid(`Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`);
  });
  return options.code.store(zip);
}

function oneOf<Choice extends string>(name: string, value: string, choices: readonly Choice[]): Choice {
  return choices.find((choice) => choice === value) ?? invalid(`Value ${value} at '${name}' must be one of ${choices.join(', ')}`);
}

function invalid(message: string): never {
  throw new Refusal('InvalidParameterValueException', 400, message);
}
