import { resourceTimeMs } from '../faults/stack-faults.ts';
import { failureReason } from './failure-reason.ts';
import { requireRights } from './handler-rights.ts';
import { refuseInjectedDeletion } from './injected-faults.ts';
import { type DependencyGraph, restrictedTo, reversed } from './order.ts';
import { labResourceType } from './property-tables.ts';
import { type ResourceRecord, type StackParts, type StackRecord, setResourceStatus } from './record.ts';
import { walkGraph } from './walk.ts';

/** Why resources go. A rollback also takes what `RetainExceptOnCreate` would keep from a deletion. */
export type DeletionCause = 'rollback' | 'deletion';

/**
 * Removes what the stack has, each resource after all that needed it, independent ones at once. Resolves to the logical ids that could not be
 * deleted; what those need is left too, and the next attempt tries again. Never rejects.
 */
export async function deleteResources(parts: StackParts, record: StackRecord, cause: DeletionCause): Promise<readonly string[]> {
  const remaining = new Set([...record.resources].filter(([, resource]) => !isGone(resource)).map(([id]) => id));
  const declared: DependencyGraph = new Map([...record.template.resources].map(([id, { dependencies }]) => [id, dependencies] as const));
  const walk = walkGraph(
    reversed(restrictedTo(declared, remaining)),
    async (id) => {
      const resource = record.resources.get(id);
      return resource === undefined || (await deleteResource(parts, record, resource, cause));
    },
    'continue',
  );
  const { failed } = await walk.ended;
  return failed;
}

function isGone({ status }: ResourceRecord): boolean {
  return status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED';
}

async function deleteResource(parts: StackParts, record: StackRecord, resource: ResourceRecord, cause: DeletionCause): Promise<boolean> {
  // A creation that was cancelled may still make its thing.
  await resource.making;
  const { realised, declared } = resource;
  const type = labResourceType(declared.type);
  if (realised === undefined || type === undefined) {
    setResourceStatus(parts, record, resource, 'DELETE_COMPLETE');
    return true;
  }
  if (isRetained(resource, cause)) {
    setResourceStatus(parts, record, resource, 'DELETE_SKIPPED');
    return true;
  }
  setResourceStatus(parts, record, resource, 'DELETE_IN_PROGRESS');
  try {
    await parts.clock.wait(resourceTimeMs(parts.knobs().slowDeletion, declared));
    refuseInjectedDeletion(parts, resource);
    requireRights(parts, record, resource, 'delete');
    await parts.realisers[type].delete(realised.physicalId);
  } catch (error) {
    setResourceStatus(parts, record, resource, 'DELETE_FAILED', failureReason(error, declared.type));
    return false;
  }
  setResourceStatus(parts, record, resource, 'DELETE_COMPLETE');
  return true;
}

function isRetained({ declared: { deletionPolicy } }: ResourceRecord, cause: DeletionCause): boolean {
  return deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && cause === 'deletion');
}
