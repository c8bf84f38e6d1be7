import { Refusal } from '../refusal.ts';
import { reservedNames } from './environment-variables.ts';
import type { ConfigurationChange, FunctionConfiguration } from './service.ts';
import type { DeployedLogging } from './wire.ts';

/** Bytes that all variables of a function may have together (Lambda quotas). */
const ENVIRONMENT_BYTES = 4096;

/** Throws Lambda's `InvalidParameterValueException` for reserved or malformed names and for more than 4 KB. */
export function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  const names = Object.keys(environment);
  const cannot = 'Lambda was unable to configure your environment variables because the environment variables you have provided';
  const reserved = reservedNames(names);
  if (reserved.length > 0) {
    const which = `Reserved keys used in this request: ${reserved.join(', ')}`;
    refuse(`${cannot} contains reserved keys that are currently not supported for modification. ${which}`);
  }
  const malformed = names.find((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (malformed !== undefined) refuse(`The environment variable name ${malformed} does not satisfy the pattern [a-zA-Z]([a-zA-Z0-9_])+`);
  const text = JSON.stringify(environment);
  if (Buffer.byteLength(text) > ENVIRONMENT_BYTES) refuse(`${cannot} exceeded the 4KB limit. String measured: ${text}`);
}

/** Lambda's ranges: timeout 1 … 900 s, memory 128 … 10 240 MB. Throws `InvalidParameterValueException`. */
export function checkRanges(timeoutSeconds: number, memorySizeMb: number): void {
  if (timeoutSeconds < 1 || timeoutSeconds > 900) refuse(`Timeout must be between 1 and 900 seconds, not ${timeoutSeconds}.`);
  if (memorySizeMb < 128 || memorySizeMb > 10_240) {
    refuse(`'MemorySize' value failed to satisfy constraint: Member must be between 128 and 10240, not ${memorySizeMb}`);
  }
}

/** Text has no levels on AWS; JSON defaults to INFO for both. */
export function deployedLogging(logging: FunctionConfiguration['logging']): DeployedLogging {
  const { format, group, systemLogLevel = 'INFO', applicationLogLevel = 'INFO' } = logging;
  return { format, group, systemLogLevel, applicationLogLevel };
}

/** The next revision of a configuration, while it is being put into effect. The network has been resolved by the caller. */
export function changeConfiguration(
  configuration: FunctionConfiguration,
  change: ConfigurationChange,
  vpcConfig: FunctionConfiguration['vpcConfig'],
): Omit<FunctionConfiguration, 'revisionId' | 'lastModified'> {
  const { vpcConfig: _before, ...rest } = configuration;
  return {
    ...rest,
    environment: change.environment ?? configuration.environment,
    description: change.description ?? configuration.description,
    timeoutSeconds: change.timeoutSeconds ?? configuration.timeoutSeconds,
    memorySizeMb: change.memorySizeMb ?? configuration.memorySizeMb,
    ...(vpcConfig === undefined ? {} : { vpcConfig }),
    lastUpdateStatus: 'InProgress',
  };
}

function refuse(message: string): never {
  throw new Refusal('InvalidParameterValueException', 400, message);
}
