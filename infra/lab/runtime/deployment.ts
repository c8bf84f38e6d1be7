import { randomUUID } from 'node:crypto';
import { deployedLogging } from './configuration.ts';
import { networkOf } from './function-network.ts';
import type { FunctionRecord, FunctionsOptions, RuntimePort } from './functions.ts';
import { runtimeVersion } from './runtime-version.ts';
import type { Invocation } from './service.ts';
import type { Deployment } from './wire.ts';

/** Calls a function once, with a request id of its own. */
export async function invoke(runtime: RuntimePort, functionName: string, payload: Uint8Array): Promise<Invocation> {
  const requestId = randomUUID();
  const answer = await runtime.invoke({ functionName, requestId, payload: Buffer.from(payload).toString('utf8') });
  return {
    requestId,
    payload: Buffer.from(answer.payload),
    tail: Buffer.from(answer.tailBase64, 'base64'),
    ...(answer.functionError === undefined ? {} : { functionError: answer.functionError }),
  };
}

/** A function as the runtime process runs it from now on. */
export function newDeployment(options: FunctionsOptions, record: FunctionRecord): Deployment {
  const { configuration, codeFolder, generation } = record;
  return {
    functionName: configuration.functionName,
    functionArn: configuration.functionArn,
    region: options.account.region,
    generation,
    runtime: configuration.runtime,
    runtimeVersion: runtimeVersion(process.versions.node),
    runtimeVersionArn: configuration.runtimeVersionArn,
    handler: configuration.handler,
    codeFolder,
    timeoutSeconds: configuration.timeoutSeconds,
    memorySizeMb: configuration.memorySizeMb,
    environment: configuration.environment,
    credentials: options.credentialsOf(configuration.role),
    logging: deployedLogging(configuration.logging),
    network: networkOf(configuration.vpcConfig),
    initializationType: options.knobs().initializationType,
    ...(options.publicCaFile === undefined ? {} : { publicCaFile: options.publicCaFile }),
  };
}
