import { BenchError, EXIT_CODES } from '../../harness/domain/exit-code.ts';
import { readServiceError } from '../aws/service-error.ts';

/** Commands that show whether the place lets this user in at all. */
const LOOK = ['aws sts get-caller-identity', 'npm run bench -- doctor'];

/**
 * An error of a deploy's step, for a person. What was thrown is not kept as its cause: an SDK error carries its exchange
 * with the service along. A `BenchError` stays as it is; anything that is no service's refusal too.
 */
export function refusedStep(what: string, thrown: unknown): unknown {
  if (thrown instanceof BenchError || !isFromService(thrown)) return thrown;
  const error = readServiceError(thrown);
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what,
    why: `${error.name}: ${error.message}`,
    tryCommands: LOOK,
    leftBehind: 'nothing',
  });
}

/** True for what an SDK client throws: a refusal, no way to the service, no credentials. */
export function isFromService(thrown: unknown): boolean {
  return thrown instanceof Error && ('$metadata' in thrown || 'code' in thrown || thrown.name.endsWith('ProviderError'));
}
