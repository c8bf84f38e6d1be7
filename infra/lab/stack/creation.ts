import { resourceTimeMs } from '../faults/stack-faults.ts';
import { failureReason } from './failure-reason.ts';
import { requireRights } from './handler-rights.ts';
import { cancelledReason, cancelsFirst, failInjected, isToFail } from './injected-faults.ts';
import { readyResource } from './realise-request.ts';
import { type ResourceRecord, type StackParts, type StackRecord, setResourceStatus } from './record.ts';
import type { TemplateResource } from './template.ts';
import { type Walk, walkGraph } from './walk.ts';

/** How the creation of a stack's resources ended. */
export type CreationEnd = { readonly kind: 'created' } | { readonly kind: 'failed' | 'cancelled'; readonly logicalIds: readonly string[] };

export interface Creation {
  /** Resolves when nothing more will be started; what then still runs is marked cancelled. Never rejects. */
  readonly ended: Promise<CreationEnd>;
  cancel(): void;
}

/** Makes the template's resources, each as soon as what it needs is there. The first failure cancels those that are being made. */
export function createResources(parts: StackParts, record: StackRecord): Creation {
  const { resources } = record.template;
  const graph = new Map([...resources].map(([id, resource]) => [id, resource.dependencies] as const));
  const visit = (id: string): Promise<boolean> => beginResource(parts, record, declared(resources, id));
  const walk = walkGraph(graph, visit, 'stop');
  let isCancelled = false;
  const cancel = (): void => {
    isCancelled = true;
    walk.stop();
  };
  return { ended: creationEnd(parts, record, walk, () => isCancelled), cancel };
}

function declared(resources: ReadonlyMap<string, TemplateResource>, id: string): TemplateResource {
  const resource = resources.get(id);
  if (resource === undefined) throw new Error(`the template has no resource ${id}`);
  return resource;
}

async function creationEnd(parts: StackParts, record: StackRecord, walk: Walk, isCancelled: () => boolean): Promise<CreationEnd> {
  const { failed, running } = await walk.ended;
  const interrupted = running.flatMap((id) => record.resources.get(id) ?? []);
  cancelResources(parts, record, interrupted);
  // One that has succeeded in the very turn of the stop is made, not cancelled.
  const cancelled = interrupted.filter(({ status }) => status === 'CREATE_FAILED');
  const logicalIds = [...failed, ...cancelled.map(({ declared }) => declared.logicalId)];
  if (isCancelled()) return { kind: 'cancelled', logicalIds };
  return failed.length === 0 ? { kind: 'created' } : { kind: 'failed', logicalIds };
}

/** What is still being made reads cancelled from now on; one with a reason of its own comes last. */
function cancelResources(parts: StackParts, record: StackRecord, resources: readonly ResourceRecord[]): void {
  const reasoned = resources.filter(isWanted).map((resource) => ({ resource, ...cancelledReason(parts, resource) }));
  for (const { resource, reason } of reasoned.sort((a, b) => Number(a.isLast) - Number(b.isLast))) {
    setResourceStatus(parts, record, resource, 'CREATE_FAILED', reason);
  }
}

function beginResource(parts: StackParts, record: StackRecord, resource: TemplateResource): Promise<boolean> {
  const entry: ResourceRecord = {
    declared: resource,
    status: 'CREATE_IN_PROGRESS',
    updatedAt: parts.clock.now(),
    making: Promise.resolve(),
  };
  record.resources.set(resource.logicalId, entry);
  setResourceStatus(parts, record, entry, 'CREATE_IN_PROGRESS');
  const making = makeResource(parts, record, entry);
  entry.making = making;
  return making;
}

/** Whether it was made while the stack still wanted it. A cancelled one keeps what it is known by, for its deletion. */
async function makeResource(parts: StackParts, record: StackRecord, entry: ResourceRecord): Promise<boolean> {
  try {
    const { realiser, request } = readyResource(parts, record, entry.declared);
    entry.request = request;
    requireRights(parts, record, entry, 'create');
    const slow = parts.clock.wait(resourceTimeMs(parts.knobs().slowCreation, entry.declared));
    if (isToFail(parts, entry)) await failInjected(parts, entry, slow);
    const [realised] = await Promise.all([realiser.create(request), slow]);
    entry.realised = realised;
  } catch (error) {
    if (isWanted(entry)) failResource(parts, record, entry, failureReason(error, entry.declared.type));
    return false;
  }
  if (!isWanted(entry)) return false;
  // A realiser tells the physical id when it has done, so both events carry the same moment.
  setResourceStatus(parts, record, entry, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
  setResourceStatus(parts, record, entry, 'CREATE_COMPLETE');
  return true;
}

function failResource(parts: StackParts, record: StackRecord, entry: ResourceRecord, reason: string): void {
  if (cancelsFirst(parts)) {
    const others = [...record.resources.values()].filter((other) => other !== entry);
    cancelResources(parts, record, others);
  }
  setResourceStatus(parts, record, entry, 'CREATE_FAILED', reason);
}

function isWanted(entry: ResourceRecord): boolean {
  return entry.status === 'CREATE_IN_PROGRESS';
}
