import { Refusal } from '../refusal.ts';
import { EvaluationError } from './evaluate.ts';
import { PropertyError } from './property-check.ts';

/** A fault whose status reason was given word for word. */
export class InjectedReason extends Error {}

/**
 * The status reason of a resource whose realiser (or whose properties) said no. A `Refusal` is told as a resource handler tells what its
 * service answered, with the service's error code; anything else a realiser throws is an internal failure of its handler.
 */
export function failureReason(error: unknown, resourceType: string): string {
  if (error instanceof EvaluationError || error instanceof PropertyError || error instanceof InjectedReason) return error.message;
  if (error instanceof Refusal) {
    const answer = `${error.message} (Service: ${serviceOf(resourceType)}; Status Code: ${error.status}; Error Code: ${error.code})`;
    return `Resource handler returned message: "${answer}" (HandlerErrorCode: ${handlerErrorCode(error)})`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `Resource handler returned message: "${message}" (HandlerErrorCode: InternalFailure)`;
}

/** `AWS::EC2::VPC` → `EC2`. */
function serviceOf(resourceType: string): string {
  return resourceType.split('::')[1] ?? resourceType;
}

/** CloudFormation's few handler codes, from the names that services give their errors. */
function handlerErrorCode({ code, status }: Refusal): string {
  if (status >= 500) return 'ServiceInternalError';
  if (/^(AccessDenied|UnauthorizedOperation)/.test(code)) return 'AccessDenied';
  if (/AlreadyExists|Conflict|AlreadyOwnedByYou/.test(code)) return 'AlreadyExists';
  if (/NotFound|NoSuch/.test(code)) return 'NotFound';
  return 'InvalidRequest';
}
