import { type CreationEnd, createResources } from './creation.ts';
import { deleteResources } from './deletion.ts';
import { evaluateText } from './evaluate.ts';
import { evaluationContext } from './realise-request.ts';
import { type StackParts, type StackRecord, setStackStatus } from './record.ts';

const MILLISECONDS_PER_MINUTE = 60_000;

/** Begins a stack's creation. What becomes of it is told by its status, its events and the end of `record.work`. */
export function beginCreation(parts: StackParts, record: StackRecord): void {
  setStackStatus(parts, record, 'CREATE_IN_PROGRESS', 'User Initiated');
  const creation = createResources(parts, record);
  let isTimedOut = false;
  const { timeoutMinutes } = record.request;
  const stopTimer =
    timeoutMinutes === undefined
      ? () => {}
      : parts.clock.after(timeoutMinutes * MILLISECONDS_PER_MINUTE, () => {
          isTimedOut = true;
          creation.cancel();
        });
  record.cancelCreation = creation.cancel;
  record.work = creation.ended.then(async (end) => {
    stopTimer();
    delete record.cancelCreation;
    // A deletion has taken over; it comes next.
    if (record.status !== 'CREATE_IN_PROGRESS') return;
    const failure = isTimedOut ? 'Stack creation time exceeded the specified timeout.' : creationFailure(parts, record, end);
    if (failure === undefined) setStackStatus(parts, record, 'CREATE_COMPLETE');
    else await fail(parts, record, failure);
  });
}

/** Begins a stack's deletion, after cancelling its creation or beside its rollback. Nothing to do when it is going or gone. */
export function beginDeletion(parts: StackParts, record: StackRecord): void {
  if (record.status === 'DELETE_IN_PROGRESS' || record.status === 'DELETE_COMPLETE') return;
  delete record.eventToken;
  setStackStatus(parts, record, 'DELETE_IN_PROGRESS', 'User Initiated');
  record.cancelCreation?.();
  record.work = record.work.then(() => removeStack(parts, record));
}

/** The reason why a creation failed; undefined when it did not. Evaluates the outputs, whose failure also counts. */
function creationFailure(parts: StackParts, record: StackRecord, end: CreationEnd): string | undefined {
  if (end.kind !== 'created') return `The following resource(s) failed to create: [${end.logicalIds.join(', ')}].`;
  try {
    const context = evaluationContext(parts, record);
    record.outputs = record.template.outputs.map(({ key, value, description }) => ({
      key,
      value: evaluateText(value, context, `the output ${key}`),
      ...(description !== undefined && { description }),
    }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function fail(parts: StackParts, record: StackRecord, failure: string): Promise<void> {
  switch (record.request.onFailure) {
    case 'ROLLBACK':
      setStackStatus(parts, record, 'ROLLBACK_IN_PROGRESS', `${failure} Rollback requested by user.`);
      return rollBack(parts, record);
    case 'DELETE':
      setStackStatus(parts, record, 'DELETE_IN_PROGRESS', `${failure} Delete requested by user.`);
      return removeStack(parts, record, 'rollback');
    case 'DO_NOTHING':
      setStackStatus(parts, record, 'CREATE_FAILED', failure);
      await Promise.all([...record.resources.values()].map(({ making }) => making));
  }
}

async function rollBack(parts: StackParts, record: StackRecord): Promise<void> {
  const left = await deleteResources(parts, record, 'rollback');
  // A deletion that was asked for meanwhile takes over.
  if (record.status !== 'ROLLBACK_IN_PROGRESS') return;
  if (left.length === 0) setStackStatus(parts, record, 'ROLLBACK_COMPLETE');
  else setStackStatus(parts, record, 'ROLLBACK_FAILED', notDeleted(left));
}

async function removeStack(parts: StackParts, record: StackRecord, cause: 'rollback' | 'deletion' = 'deletion'): Promise<void> {
  const left = await deleteResources(parts, record, cause);
  if (left.length === 0) setStackStatus(parts, record, 'DELETE_COMPLETE');
  else setStackStatus(parts, record, 'DELETE_FAILED', notDeleted(left));
}

function notDeleted(logicalIds: readonly string[]): string {
  return `The following resource(s) failed to delete: [${logicalIds.join(', ')}].`;
}
