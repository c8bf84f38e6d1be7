/** Milliseconds by logical id, by type, or by `*` for every resource; the nearest of the three counts. */
export type ResourceTimes = Readonly<Record<string, number>>;

/** What `times` says of a resource; 0 where it says nothing. */
export function resourceTimeMs(times: ResourceTimes, resource: { readonly logicalId: string; readonly type: string }): number {
  const name = [resource.logicalId, resource.type, '*'].find((candidate) => Object.hasOwn(times, candidate));
  return name === undefined ? 0 : (times[name] ?? 0);
}

/** A resource that cannot be deleted for the next `times` attempts, with the reason that CloudFormation would give. */
export interface DeletionFault {
  readonly times: number;
  readonly reason: string;
}

/**
 * How the events of a failed stack mislead whoever looks for its cause: by default the resources that are still being made read
 * "Resource creation cancelled" after the cause.
 */
export interface SecondCause {
  /** Where the cancelled ones stand: `before` also the true cause is written after them. */
  readonly cancelled: 'before' | 'after';
  /** One of the cancelled, by logical id, that fails last and with a reason of its own. */
  readonly resource?: string;
  /** That reason; needed with `resource`. */
  readonly reason?: string;
}
