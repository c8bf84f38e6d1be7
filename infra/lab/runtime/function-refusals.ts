import { Refusal } from '../refusal.ts';
import { checkEnvironment, checkRanges } from './configuration.ts';
import type { ConfigurationChange, FunctionConfiguration, RuntimeManagement } from './service.ts';

/** Lambda's word for a caller's fault. */
export const USER = { Type: 'User' } as const;

/** 409: not in this state. */
export function conflict(message: string): Refusal {
  return new Refusal('ResourceConflictException', 409, message, USER);
}

/** The function's state does not allow it. */
export function notNow(configuration: FunctionConfiguration): Refusal {
  const state = `The function is currently in the following state: ${configuration.state}`;
  return conflict(`The operation cannot be performed at this time. ${state}`);
}

/** The account has no more calls left at once. */
export function throttled(): Refusal {
  return new Refusal('TooManyRequestsException', 429, 'Rate Exceeded.', { ...USER, Reason: 'ConcurrentInvocationLimitExceeded' });
}

/** Throws unless the version that is to be pinned is the one that there is. */
export function checkManagement({ runtimeVersionArn: only }: FunctionConfiguration, { runtimeVersionArn }: RuntimeManagement): void {
  if (runtimeVersionArn === undefined || runtimeVersionArn === only) return;
  throw new Refusal('InvalidParameterValueException', 400, `The lab has the runtime version ${only} only, not ${runtimeVersionArn}.`, USER);
}

/** Throws what UpdateFunctionConfiguration refuses of this change now. */
export function checkUpdatable(configuration: FunctionConfiguration, change: ConfigurationChange): void {
  if (configuration.state !== 'Active') throw notNow(configuration);
  if (configuration.lastUpdateStatus === 'InProgress') {
    const what = `An update is in progress for resource: ${configuration.functionArn}`;
    throw conflict(`The operation cannot be performed at this time. ${what}`);
  }
  if (change.revisionId !== undefined && change.revisionId !== configuration.revisionId) {
    const how = 'Call the GetFunction/GetAlias API to retrieve the latest Revision Id';
    throw new Refusal('PreconditionFailedException', 412, `The Revision Id provided does not match the latest Revision Id. ${how}`, USER);
  }
  if (change.environment !== undefined) checkEnvironment(change.environment);
  checkRanges(change.timeoutSeconds ?? configuration.timeoutSeconds, change.memorySizeMb ?? configuration.memorySizeMb);
}
