import type { IncomingHttpHeaders } from 'node:http';
import { parseTarget } from './protocol/json.ts';
import { parseAddress } from './s3/address.ts';
import { operationKindOf } from './s3/operation.ts';

/** What of a request says which operation it asks for. */
export interface AskedRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Absent while it is not read. */
  readonly body?: Buffer;
}

/** Operation → method and path as the service model has them; `{…}` stands for one part of a path. */
type RestOperations = Readonly<Record<string, readonly [method: string, path: string]>>;

const LAMBDA: RestOperations = {
  GetFunction: ['GET', '/2015-03-31/functions/{FunctionName}'],
  DeleteFunction: ['DELETE', '/2015-03-31/functions/{FunctionName}'],
  GetFunctionConfiguration: ['GET', '/2015-03-31/functions/{FunctionName}/configuration'],
  UpdateFunctionConfiguration: ['PUT', '/2015-03-31/functions/{FunctionName}/configuration'],
  Invoke: ['POST', '/2015-03-31/functions/{FunctionName}/invocations'],
  ListFunctions: ['GET', '/2015-03-31/functions/'],
  GetAccountSettings: ['GET', '/2016-08-19/account-settings/'],
  GetRuntimeManagementConfig: ['GET', '/2021-07-20/functions/{FunctionName}/runtime-management-config'],
  PutRuntimeManagementConfig: ['PUT', '/2021-07-20/functions/{FunctionName}/runtime-management-config'],
};

const SCHEDULER: RestOperations = {
  CreateSchedule: ['POST', '/schedules/{Name}'],
  GetSchedule: ['GET', '/schedules/{Name}'],
  UpdateSchedule: ['PUT', '/schedules/{Name}'],
  DeleteSchedule: ['DELETE', '/schedules/{Name}'],
  ListSchedules: ['GET', '/schedules'],
};

/** Services whose operations are told by method and path. */
export const REST_OPERATIONS: Readonly<Record<string, RestOperations>> = { lambda: LAMBDA, scheduler: SCHEDULER };

/** Services whose protocol names the operation in the body: a form with `Action`. */
const QUERY_SERVICES = ['cloudformation', 'ec2', 'iam', 'rds', 'sts'];

/** The operation that a request asks of a service; undefined where it cannot be told, or not yet. */
export function operationNameOf(service: string, request: AskedRequest): string | undefined {
  if (Object.hasOwn(REST_OPERATIONS, service)) return restOperation(REST_OPERATIONS[service] ?? {}, request);
  if (service === 's3') return s3Operation(request);
  if (!QUERY_SERVICES.includes(service)) return parseTarget(request.headers['x-amz-target']);
  return new URLSearchParams(request.body?.toString('utf8') ?? '').get('Action') ?? undefined;
}

function restOperation(operations: RestOperations, { method, path }: AskedRequest): string | undefined {
  const asked = path.split('/').filter((part) => part !== '');
  const found = Object.entries(operations).find(([, [wanted, template]]) => {
    const parts = template.split('/').filter((part) => part !== '');
    return (
      wanted === method && parts.length === asked.length && parts.every((part, index) => part.startsWith('{') || part === asked[index])
    );
  });
  return found?.[0];
}

function s3Operation({ method, path, query, headers }: AskedRequest): string | undefined {
  try {
    return operationKindOf(method, parseAddress(`${path}?${query}`, headers.host ?? ''));
  } catch {
    // No address, no operation: the service itself says what is wrong with it.
    return undefined;
  }
}

/** What a request asks for before anybody looks at who signed it. */
const VERSIONS: Readonly<Record<string, string>> = {
  '2010-05-08': 'iam',
  '2010-05-15': 'cloudformation',
  '2011-06-15': 'sts',
  '2014-10-31': 'rds',
  '2016-11-15': 'ec2',
};

/** Prefixes of `x-amz-target`. */
const TARGETS: Readonly<Record<string, string>> = {
  Logs_20140328: 'logs',
  ServiceQuotasV20190624: 'servicequotas',
  ResourceGroupsTaggingAPI_20170126: 'tagging',
};

/**
 * The service that a request's own form is addressed to: on AWS its host name says so. Undefined where the form fits no service that
 * the lab has.
 */
export function addressedService({ path, headers, body }: AskedRequest): string | undefined {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return lookUp(TARGETS, target.slice(0, Math.max(0, target.lastIndexOf('.'))));
  if (/^\/20\d\d-\d\d-\d\d\//.test(path)) return 'lambda';
  if (/^\/schedules(\/|$)/.test(path)) return 'scheduler';
  return lookUp(VERSIONS, new URLSearchParams(body?.toString('utf8') ?? '').get('Version') ?? '');
}

function lookUp(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
