import type { Account } from '../account/identity.ts';
import type { Authority } from '../authorization/authority.ts';
import type { Countdown } from '../faults/countdown.ts';
import type { LabKnobs } from '../faults/knobs.ts';
import type { ScaledClock } from '../faults/scaled-clock.ts';
import type { Realised, RealiseRequest, Realisers } from '../realise/realiser.ts';
import type { StackIds } from './ids.ts';
import type { ParameterValue } from './parameters.ts';
import type { CreateStackRequest, StackDescription, StackEvent } from './service.ts';
import type { Template, TemplateResource } from './template.ts';

/** What of the knobs acts on stacks. */
export type StackKnobs = Pick<LabKnobs, 'failResource' | 'failReason' | 'secondCause' | 'failDeletion' | 'slowCreation' | 'slowDeletion'>;

/** Everything the engine is given. */
export interface StackParts {
  readonly account: Account;
  readonly realisers: Realisers;
  readonly clock: ScaledClock;
  readonly ids: StackIds;
  /** Read anew at each resource, so that a knob can be turned while the lab runs. */
  readonly knobs: () => StackKnobs;
  /** How often each fault was met. */
  readonly countdown: Countdown;
  /** Asked before each resource handler works. */
  readonly authority: Pick<Authority, 'checkHandler'>;
}

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

export type ResourceStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED'
  | 'DELETE_SKIPPED';

/** A resource whose creation has begun. */
export interface ResourceRecord {
  readonly declared: TemplateResource;
  status: ResourceStatus;
  reason?: string;
  updatedAt: Date;
  /** Absent until it is made, and for what never was. */
  realised?: Realised;
  /** What it was made from; absent until its properties are known. */
  request?: RealiseRequest;
  /** Settles when its realiser has done, also when the stack waits no longer. Never rejects. */
  making: Promise<unknown>;
}

/** All that is known of one stack; kept after its deletion, for those who have its id. */
export interface StackRecord {
  readonly id: string;
  readonly request: CreateStackRequest;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly creationTime: Date;
  status: StackStatus;
  reason?: string;
  deletionTime?: Date;
  /** In whose name resource handlers work: who asked for the operation that runs. */
  principalArn?: string;
  /** CreateStack's token, until somebody asks for the deletion. */
  eventToken?: string;
  outputs: StackDescription['outputs'];
  /** Oldest first. */
  readonly events: StackEvent[];
  /** In the order in which their creation began. */
  readonly resources: Map<string, ResourceRecord>;
  /** The operation that runs and all before it. Never rejects. */
  work: Promise<void>;
  /** Ends the creation that runs; absent when none does. */
  cancelCreation?: () => void;
}

/** Moves the stack on and writes the event. */
export function setStackStatus(parts: StackParts, record: StackRecord, status: StackStatus, reason?: string): void {
  const now = parts.clock.now();
  record.status = status;
  if (status === 'DELETE_IN_PROGRESS') record.deletionTime = now;
  setReason(record, record, reason);
  const { name } = record.request;
  const subject = { logicalId: name, physicalId: record.id, resourceType: 'AWS::CloudFormation::Stack', status };
  addEvent(record, now, parts.ids.uuid(), subject, record.reason);
}

/** Moves a resource on and writes the event. */
export function setResourceStatus(
  parts: StackParts,
  record: StackRecord,
  resource: ResourceRecord,
  status: ResourceStatus,
  reason?: string,
): void {
  const now = parts.clock.now();
  resource.status = status;
  resource.updatedAt = now;
  setReason(resource, record, reason);
  const { logicalId, type } = resource.declared;
  const subject = { logicalId, physicalId: resource.realised?.physicalId ?? '', resourceType: type, status };
  addEvent(record, now, `${logicalId}-${status}-${parts.ids.uuid()}`, subject, resource.reason);
}

type Subject = Pick<StackEvent, 'logicalId' | 'physicalId' | 'resourceType' | 'status'>;

function addEvent(record: StackRecord, timestamp: Date, eventId: string, subject: Subject, reason: string | undefined): void {
  record.events.push({
    eventId,
    stackId: record.id,
    stackName: record.request.name,
    ...subject,
    timestamp,
    ...(reason !== undefined && { reason }),
    ...(record.eventToken !== undefined && { clientRequestToken: record.eventToken }),
  });
}

function setReason(subject: { reason?: string }, record: StackRecord, reason: string | undefined): void {
  if (reason === undefined) delete subject.reason;
  else subject.reason = withoutSecrets(record, reason);
}

/** A realiser may quote what it was given; a NoEcho value must not reach an event even so. */
function withoutSecrets(record: StackRecord, reason: string): string {
  const secrets = [...record.parameters.values()].filter(({ declaration, text }) => declaration.isSecret && text !== '');
  return secrets.reduce((cleaned, { text }) => cleaned.replaceAll(text, '****'), reason);
}
