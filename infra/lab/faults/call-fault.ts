/** Services of the lab's API by the name that signs for them; a call fault names one of them. */
export const FAULT_SERVICES = [
  'cloudformation',
  'ec2',
  'iam',
  'lambda',
  'logs',
  'rds',
  's3',
  'scheduler',
  'servicequotas',
  'sts',
  'tagging',
] as const;
export type FaultService = (typeof FAULT_SERVICES)[number];

/** `Reason` of Lambda's `TooManyRequestsException` (Lambda's service model, ThrottleReason). */
export const THROTTLE_REASONS = [
  'CallerRateLimitExceeded',
  'ConcurrentInvocationLimitExceeded',
  'FunctionInvocationRateLimitExceeded',
  'ReservedFunctionConcurrentInvocationLimitExceeded',
] as const;
export type ThrottleReason = (typeof THROTTLE_REASONS)[number];

/** Answers of a service that has a fault of its own. */
export const SERVER_ERROR_STATUSES = [500, 503] as const;

/**
 * When a connection is cut. `before-body` resets it while the body may still be on its way (query protocols name the operation in
 * the body, so there it is read as far as that takes); `after-effect` lets the call take effect and loses the answer.
 */
export const CUT_MOMENTS = ['before-body', 'after-body', 'after-effect'] as const;
export type CutMoment = (typeof CUT_MOMENTS)[number];

/** What becomes of a call instead of its answer. */
export type CallFaultEffect =
  /** The service's own words for "too fast"; `reason` is Lambda's alone. */
  | { readonly kind: 'throttle'; readonly reason?: ThrottleReason }
  | { readonly kind: 'server-error'; readonly status: (typeof SERVER_ERROR_STATUSES)[number] }
  /** Any other refusal, e.g. `AccessDenied`. */
  | { readonly kind: 'refuse'; readonly code: string; readonly status: number; readonly message: string }
  | { readonly kind: 'cut'; readonly when: CutMoment };

/** The next `times` calls of exactly this operation of this service, with a valid signature (`before-body` looks at none), fare as `effect` says. */
export interface CallFault {
  readonly service: FaultService;
  /** As the service model spells it, e.g. `DescribeStacks`. */
  readonly operation: string;
  readonly times: number;
  readonly effect: CallFaultEffect;
}
