import { Refusal } from '../refusal.ts';
import type { ConfigurationChange, FunctionConfiguration } from '../runtime/service.ts';
import { type Members, parseMembers } from './protocol/members.ts';

const INVALID = 'InvalidParameterValueException';

/** A function's configuration in Lambda's JSON. */
export function formatConfiguration(configuration: FunctionConfiguration): object {
  const { vpcConfig, logging } = configuration;
  return {
    FunctionName: configuration.functionName,
    FunctionArn: configuration.functionArn,
    Runtime: configuration.runtime,
    Role: configuration.role,
    Handler: configuration.handler,
    CodeSize: configuration.codeSize,
    Description: configuration.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memorySizeMb,
    LastModified: configuration.lastModified,
    CodeSha256: configuration.codeSha256,
    Version: '$LATEST',
    ...(vpcConfig === undefined
      ? {}
      : { VpcConfig: { SubnetIds: vpcConfig.subnetIds, SecurityGroupIds: vpcConfig.securityGroupIds, VpcId: vpcConfig.vpcId } }),
    Environment: { Variables: configuration.environment },
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: configuration.revisionId,
    State: configuration.state,
    ...(configuration.state === 'Pending' ? { StateReason: 'The function is being created.', StateReasonCode: 'Creating' } : {}),
    LastUpdateStatus: configuration.lastUpdateStatus,
    PackageType: 'Zip',
    Architectures: [configuration.architecture],
    EphemeralStorage: { Size: configuration.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    RuntimeVersionConfig: { RuntimeVersionArn: configuration.runtimeVersionArn },
    LoggingConfig: {
      LogFormat: logging.format,
      LogGroup: logging.group,
      ApplicationLogLevel: logging.applicationLogLevel,
      SystemLogLevel: logging.systemLogLevel,
    },
  };
}

/** Parses the body of UpdateFunctionConfiguration. Limits are Lambda's quotas; members not realised are refused by name. */
export function parseConfigurationChange(body: Buffer): ConfigurationChange {
  const members = parseMembers(body, 'UpdateFunctionConfiguration', INVALID);
  const environment = parseEnvironment(members.object('Environment'));
  const description = members.text('Description');
  const timeoutSeconds = members.integer('Timeout', 1, 900);
  const memorySizeMb = members.integer('MemorySize', 128, 10_240);
  const vpcConfig = parseVpcConfig(members.object('VpcConfig'));
  const revisionId = members.text('RevisionId');
  members.finish();
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(description === undefined ? {} : { description }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(memorySizeMb === undefined ? {} : { memorySizeMb }),
    ...(vpcConfig === undefined ? {} : { vpcConfig }),
    ...(revisionId === undefined ? {} : { revisionId }),
  };
}

function parseEnvironment(members: Members | undefined): ConfigurationChange['environment'] {
  if (members === undefined) return undefined;
  const variables = members.textMap('Variables') ?? {};
  members.finish();
  return variables;
}

function parseVpcConfig(members: Members | undefined): ConfigurationChange['vpcConfig'] {
  if (members === undefined) return undefined;
  const subnetIds = members.texts('SubnetIds');
  const securityGroupIds = members.texts('SecurityGroupIds');
  members.finish();
  if (subnetIds === undefined || securityGroupIds === undefined) {
    throw new Refusal(INVALID, 400, 'The lab takes VpcConfig only with both SubnetIds and SecurityGroupIds.');
  }
  return { subnetIds, securityGroupIds };
}
