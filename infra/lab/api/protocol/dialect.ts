import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../../refusal.ts';
import type { AuthDialect } from '../auth-refusal.ts';
import { formatEc2Error } from './ec2-query.ts';
import { formatJsonError } from './json.ts';
import { formatQueryError } from './query.ts';
import { formatRestJsonError } from './rest-json.ts';
import type { WireAnswer } from './wire.ts';

/** The wire protocol in which a refusal must be worded. S3's own is spoken by its handler. */
export type Dialect = Exclude<AuthDialect, 's3'>;

const OF_SERVICE: Readonly<Record<string, Dialect>> = {
  cloudformation: 'query',
  sts: 'query',
  iam: 'query',
  rds: 'query',
  ec2: 'ec2',
  logs: 'json',
  servicequotas: 'json',
  tagging: 'json',
  scheduler: 'rest-json',
  lambda: 'rest-json',
};

/** The dialect of a service, or where that is unknown (or nothing was signed) the one that the request's shape suggests. */
export function dialectOf(service: string | undefined, headers: IncomingHttpHeaders, path: string): Dialect {
  const known = service === undefined ? undefined : OF_SERVICE[service];
  if (known !== undefined) return known;
  if (headers['x-amz-target'] !== undefined) return 'json';
  return /^\/20\d\d-\d\d-\d\d\//.test(path) ? 'rest-json' : 'query';
}

/** Words a refusal. */
export function formatRefusal(refusal: Refusal, dialect: Dialect, requestId: string): WireAnswer {
  switch (dialect) {
    case 'query':
      return formatQueryError(refusal, requestId);
    case 'ec2':
      return formatEc2Error(refusal, requestId);
    case 'json':
      return formatJsonError(refusal);
    case 'rest-json':
      return formatRestJsonError(refusal);
  }
}

/** The "no such operation" of a dialect. */
export function refuseUnknown(dialect: Dialect, message: string): Refusal {
  const query = dialect === 'query' || dialect === 'ec2';
  return new Refusal(query ? 'InvalidAction' : 'UnknownOperationException', dialect === 'rest-json' ? 404 : 400, message);
}

/** The "our fault" of a dialect. */
export function refuseInternal(dialect: Dialect): Refusal {
  return new Refusal(dialect === 'rest-json' ? 'ServiceException' : 'InternalFailure', 500, 'The lab failed: see its log.');
}

/** How a body beyond what the server reads is refused. */
export function refuseTooLarge(dialect: Dialect, limitBytes: number): Refusal {
  const code = dialect === 'rest-json' ? 'RequestTooLargeException' : 'RequestEntityTooLarge';
  return new Refusal(code, 413, `Request must be smaller than ${limitBytes} bytes.`);
}
