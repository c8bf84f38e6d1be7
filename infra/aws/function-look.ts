import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import type { FunctionControl } from './cold-forcer.ts';
import { isNotFound, readServiceError } from './service-error.ts';

/** Whether Lambda has a function of this name or ARN. Throws what else it refuses. */
export async function hasFunction(client: FunctionControl, functionName: string): Promise<boolean> {
  try {
    await client.send(new GetFunctionCommand({ FunctionName: functionName }));
    return true;
  } catch (thrown) {
    if (isNotFound(readServiceError(thrown))) return false;
    throw thrown;
  }
}
