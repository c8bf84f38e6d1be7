import { formatArm } from '../../harness/domain/arm.ts';
import { NONCE_VARIABLE } from '../../harness/domain/probe-wire.ts';
import type { Target } from '../../harness/domain/target.ts';
import { type Properties, type Resource, ref, type StackTemplate, stringParameters, type TemplateContext } from './model.ts';
import { functionName, logGroupName, stackName } from './names.ts';
import type { FunctionNeed } from './needs.ts';
import { FN_PARAMETERS, fnParameterNames, functionSubnetIdName, NET_OUTPUTS } from './outputs.ts';
import { resourceTags } from './tags.ts';

/** Runtimes that the probe's bundle runs on and that Lambda still takes for new functions. */
export const RUNTIMES = ['nodejs22.x', 'nodejs24.x'] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** Settings that all functions of a run share. */
export interface FunctionOptions {
  readonly runtime: Runtime;
  readonly architecture: 'arm64' | 'x86_64';
  readonly logFormat: 'Text' | 'JSON';
}

/** Used where the command line says nothing. */
export const DEFAULT_FUNCTION_OPTIONS: FunctionOptions = { runtime: 'nodejs22.x', architecture: 'arm64', logFormat: 'JSON' };

/** MB that give exactly one vCPU (Lambda developer guide, "memory"). */
const MEMORY_MB = 1769;
const TIMEOUT_SECONDS = 30;
const LOG_RETENTION_DAYS = 7;
/** As wide as every later nonce, so that the environment's size never changes. */
const FIRST_NONCE = '0'.repeat(32);

const HANDLERS: Readonly<Record<Target, string>> = { internet: 'internet.handler', s3: 's3.handler', rds: 'rds.handler' };

/**
 * The stack of the functions, one an arm, and of their log groups. Between scenarios only name and `VpcConfig` differ.
 * Throws `RangeError` when two arms would get one name, as `x~twin` and a scenario called `x-twin` would.
 */
export function fnTemplate(context: TemplateContext, options: FunctionOptions = DEFAULT_FUNCTION_OPTIONS): StackTemplate {
  const parameterNames = fnParameterNames(context.needs);
  demandDistinct(context.needs.functions);
  return {
    stackName: stackName(context.runId, 'fn'),
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `lambda-network-bench run ${context.runId}: the matched functions`,
      ...stringParameters(parameterNames),
      Resources: Object.fromEntries(context.needs.functions.flatMap((need) => functionWithLogGroup(context, options, need))),
    },
    parameterNames,
    outputNames: [],
    capabilities: [],
  };
}

/** `VpcNatTwinRds` for `vpc-nat~twin/rds`: logical ids take letters and digits only. */
export function armLogicalId(need: Pick<FunctionNeed, 'scenario' | 'target'>): string {
  return `${need.scenario}-${need.target}`
    .split(/[^a-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

function demandDistinct(needs: readonly FunctionNeed[]): void {
  const seen = new Map<string, string>();
  for (const need of needs) {
    const id = armLogicalId(need);
    const other = seen.get(id);
    if (other !== undefined) throw new RangeError(`the arms ${other} and ${formatArm(need)} would get the same name in the template`);
    seen.set(id, formatArm(need));
  }
}

function functionWithLogGroup(context: TemplateContext, options: FunctionOptions, need: FunctionNeed): [string, Resource][] {
  const id = armLogicalId(need);
  const name = functionName(context.runId, need);
  const tags = resourceTags(context, { scenario: need.scenario });
  return [
    [
      `LogGroup${id}`,
      {
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
        Properties: { LogGroupName: logGroupName(name), RetentionInDays: LOG_RETENTION_DAYS, Tags: tags },
      },
    ],
    [
      `Function${id}`,
      {
        Type: 'AWS::Lambda::Function',
        // The group must be there before the first line, or Lambda makes one that no stack owns.
        DependsOn: [`LogGroup${id}`],
        Properties: { FunctionName: name, ...matched(options), Handler: HANDLERS[need.target], ...vpcConfig(need), Tags: tags },
      },
    ],
  ];
}

/** What is equal in every function of the run. */
function matched(options: FunctionOptions): Properties {
  return {
    Code: { S3Bucket: ref(NET_OUTPUTS.bucketName), S3Key: ref(FN_PARAMETERS.codeKey) },
    Runtime: options.runtime,
    Architectures: [options.architecture],
    MemorySize: MEMORY_MB,
    Timeout: TIMEOUT_SECONDS,
    Role: ref(NET_OUTPUTS.functionRoleArn),
    Environment: { Variables: { [NONCE_VARIABLE]: FIRST_NONCE } },
    // DEBUG is the level at which the platform's init lines appear; the probe itself logs nothing.
    LoggingConfig:
      options.logFormat === 'JSON' ? { LogFormat: 'JSON', SystemLogLevel: 'DEBUG', ApplicationLogLevel: 'FATAL' } : { LogFormat: 'Text' },
  };
}

function vpcConfig(need: FunctionNeed): Properties {
  if (need.profile === undefined) return {};
  return {
    VpcConfig: { SubnetIds: [ref(functionSubnetIdName(need.profile))], SecurityGroupIds: [ref(NET_OUTPUTS.functionSecurityGroupId)] },
  };
}
