import type { Refusal } from '../../refusal.ts';
import type { WireAnswer } from './wire.ts';

const CONTENT_TYPE = { 'content-type': 'application/x-amz-json-1.1' };

/** The operation that `x-amz-target` names after its last dot, or undefined. */
export function parseTarget(target: string | string[] | undefined): string | undefined {
  return typeof target === 'string' ? target.slice(target.lastIndexOf('.') + 1) : undefined;
}

/** A successful awsJson1_1 answer. */
export function formatJsonAnswer(result: object): WireAnswer {
  return { status: 200, headers: CONTENT_TYPE, body: JSON.stringify(result) };
}

/** A refusal as awsJson1_1 words it. */
export function formatJsonError(refusal: Refusal): WireAnswer {
  return {
    status: refusal.status,
    headers: CONTENT_TYPE,
    body: JSON.stringify({ __type: refusal.code, message: refusal.message, ...refusal.detail }),
  };
}
