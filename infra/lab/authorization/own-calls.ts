import type { AskedRequest } from '../api/operation-name.ts';
import { idsIn, onThing, type Tags, tagContext } from './ec2-things.ts';
import type { HandlerPlace } from './handler-calls.ts';
import type { Asked } from './identity-policy.ts';

/** What the questions need of the account. */
export interface CallPlace extends HandlerPlace {
  /** Tags of a function; none for one that is not there. */
  readonly functionTags: (name: string) => Tags;
  /** What an association joins; nothing for one that is not there. */
  readonly associated: (associationId: string) => readonly string[];
}

/** Operations whose action has another name than they (Service Authorization Reference). */
const RENAMED: Readonly<Record<string, string>> = { 'lambda:Invoke': 'lambda:InvokeFunction' };

/**
 * What a call asks IAM, S3's excepted, which asks for each key itself: nothing for GetCallerIdentity, and nothing where the operation
 * cannot be told, which the service then refuses.
 */
export function ownCalls(place: CallPlace, service: string, operation: string | undefined, request: AskedRequest): readonly Asked[] {
  if (operation === undefined || service === 'sts') return [];
  const prefix = service === 'tagging' ? 'tag' : service;
  const plain = `${prefix}:${operation}`;
  const action = RENAMED[plain] ?? plain;
  return resourcesOf(place, service, operation, request).map(({ resource, context = {} }) => ({ action, resource, context }));
}

type Resource = Pick<Asked, 'resource'> & Partial<Pick<Asked, 'context'>>;

function resourcesOf(place: CallPlace, service: string, operation: string, request: AskedRequest): readonly Resource[] {
  const { region, accountId } = place.account;
  const arn = (rest: string): string => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  switch (service) {
    case 'ec2':
      return ec2Resources(place, operation, form(request));
    case 'cloudformation': {
      const stack = form(request)['StackName'];
      if (stack === undefined) return [{ resource: '*' }];
      return [{ resource: stack.startsWith('arn:') ? stack : arn(`stack/${stack}/*`) }];
    }
    case 'rds': {
      const id = form(request)['DBInstanceIdentifier'] ?? form(request)['DBSubnetGroupName'];
      if (id === undefined || operation.startsWith('Describe')) return [{ resource: '*' }];
      return [{ resource: arn(`${operation.includes('SubnetGroup') ? 'subgrp' : 'db'}:${id.toLowerCase()}`) }];
    }
    case 'iam': {
      const role = form(request)['RoleName'];
      return [{ resource: role === undefined ? '*' : `arn:aws:iam::${accountId}:role/${role}` }];
    }
    case 'lambda': {
      const name = /\/functions\/([^/]+)/.exec(request.path)?.[1];
      if (name === undefined) return [{ resource: '*' }];
      const bare = decodeURIComponent(name).split(':').at(-1) ?? '';
      return [{ resource: arn(`function:${bare}`), context: tagContext('resource', place.functionTags(bare)) }];
    }
    case 'logs':
      return [{ resource: logResource(arn, operation, request) }];
    case 'scheduler': {
      const name = /^\/schedules\/([^/]+)/.exec(request.path)?.[1];
      return [{ resource: name === undefined ? '*' : arn(`schedule/default/${decodeURIComponent(name)}`) }];
    }
    default:
      return [{ resource: '*' }];
  }
}

/** What is only looked at cannot be limited; anything else is asked for each thing that it names. */
function ec2Resources(
  { account, tagsOf, associated }: CallPlace,
  operation: string,
  parameters: Readonly<Record<string, string>>,
): readonly Resource[] {
  const { AssociationId: association } = parameters;
  const named = association === undefined ? idsIn(parameters) : associated(association);
  const ids = /^(Describe|Get)/.test(operation) ? [] : named;
  return ids.length === 0 ? [{ resource: '*' }] : ids.map((id) => onThing(account, '', id, tagsOf(id)));
}

function logResource(arn: (rest: string) => string, operation: string, { body }: AskedRequest): string {
  if (operation === 'DescribeLogGroups') return '*';
  try {
    const { logGroupName, logGroupIdentifier } = JSON.parse(body?.toString('utf8') ?? '') as Readonly<Record<string, unknown>>;
    const name = logGroupName ?? logGroupIdentifier;
    return typeof name === 'string' ? arn(`log-group:${name.split(':log-group:').at(-1)}:*`) : '*';
  } catch {
    return '*';
  }
}

function form({ body }: AskedRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(body?.toString('utf8') ?? ''));
}
