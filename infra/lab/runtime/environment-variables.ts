import type { Deployment } from './wire.ts';

/** What an environment learns only when it starts. */
export interface EnvironmentPlace {
  /** `host:port` of the Runtime API, as seen from inside. */
  readonly runtimeApi: string;
  readonly metadataToken: string;
  readonly logStream: string;
  /** Descriptor of the log pipe. */
  readonly logFd: number;
  /** A folder of its own, writable. */
  readonly temporaryFolder: string;
}

/** Names that a function may not set; list of the Lambda developer guide, "reserved environment variables". */
const RESERVED = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_LAMBDA_METADATA_API',
  'AWS_LAMBDA_METADATA_TOKEN',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
] as const;

/** Which of the names are Lambda's own, sorted. */
export function reservedNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => (RESERVED as readonly string[]).includes(name)).sort();
}

/**
 * The whole environment of an execution environment: Lambda's variables and the function's own, nothing of the
 * process that starts it. Defaults such as `NODE_EXTRA_CA_CERTS`, `TZ` and `PATH` yield to the function's.
 */
export function environmentVariables(deployment: Deployment, place: EnvironmentPlace): Readonly<Record<string, string>> {
  const { credentials, logging } = deployment;
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: place.temporaryFolder,
    ...(deployment.publicCaFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: deployment.publicCaFile }),
    ...deployment.environment,
    AWS_REGION: deployment.region,
    AWS_DEFAULT_REGION: deployment.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${deployment.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: deployment.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployment.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: deployment.initializationType,
    AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_LAMBDA_LOG_FORMAT: logging.format,
    ...(logging.format === 'JSON' ? { AWS_LAMBDA_LOG_LEVEL: logging.applicationLogLevel } : {}),
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    AWS_LAMBDA_METADATA_API: place.runtimeApi,
    AWS_LAMBDA_METADATA_TOKEN: place.metadataToken,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    LAMBDA_TASK_ROOT: deployment.codeFolder,
    _HANDLER: deployment.handler,
    _LAMBDA_TELEMETRY_LOG_FD: String(place.logFd),
  };
}
