import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from '../../account/identity.ts';
import { refuseAccess } from '../../authorization/access-denied.ts';
import type { Authority } from '../../authorization/authority.ts';
import { Refusal } from '../../refusal.ts';
import { parseSignedRequest, splitTarget } from '../canonical.ts';
import type { S3Auth, S3Handler } from '../s3-handler.ts';
import type { S3Action } from './action.ts';
import { parseAddress } from './address.ts';
import { deleteObjects, getBucketLocation, headBucket, listMultipartUploads, listObjects, listVersions } from './bucket-operations.ts';
import { accessDenied, type S3Exchange, sendRefusal } from './exchange.ts';
import { deleteObject, getObject, putObject } from './object-operations.ts';
import { noSuchBucket, type ObjectStore } from './object-store.ts';
import { parseOperation } from './operation.ts';
import { isAllowed, type RequestOrigin, resourceArn } from './policy.ts';
import { parseBucketPolicy } from './policy-document.ts';

export interface S3HandlerOptions {
  readonly store: ObjectStore;
  readonly account: Account;
  /** Where a request came from; the front that accepted it knows. */
  readonly originOf: (request: IncomingMessage) => RequestOrigin;
  readonly now: () => Date;
  /** What the caller's own policies say. */
  readonly authority: Pick<Authority, 'judge'>;
}

/** The policy is read anew for each request: the other process may have put another one. */
function newPermission(options: S3HandlerOptions, bucket: string, auth: S3Auth, origin: RequestOrigin): S3Exchange['isAllowed'] {
  const text = options.store.findPolicy(bucket);
  const policy = text === undefined ? undefined : parseBucketPolicy(JSON.parse(text), bucket);
  const { principalArn } = auth.key;
  return (action, key) => {
    const resource = resourceArn(bucket, key);
    const own = options.authority.judge(principalArn, { action, resource, context: {} });
    return own === 'allowed' && isAllowed(policy, { action, resource, principalArn, ...origin });
  };
}

function openExchange(options: S3HandlerOptions, request: IncomingMessage, response: ServerResponse, auth: S3Auth): S3Exchange {
  const { headers } = parseSignedRequest(request);
  const address = parseAddress(request.url ?? '/', headers.get('host') ?? '');
  const operation = parseOperation(request.method ?? '', address, headers);
  const { store, account, now } = options;
  if (!store.findBucket(operation.bucket)) throw noSuchBucket(operation.bucket);
  const owner = headers.get('x-amz-expected-bucket-owner');
  if (owner !== undefined && owner !== account.accountId) throw new Refusal('AccessDenied', 403, 'Access Denied');
  const permitted = newPermission(options, operation.bucket, auth, options.originOf(request));
  const key = operation.key === '' ? undefined : operation.key;
  const require = (action: S3Action): void => {
    if (permitted(action, key)) return;
    const { principalArn } = auth.key;
    const asked = { action, resource: resourceArn(operation.bucket, key), context: {} };
    const own = options.authority.judge(principalArn, asked);
    throw own === 'allowed' ? accessDenied(principalArn, action, asked.resource) : refuseAccess('s3', principalArn, asked, own);
  };
  if (operation.action !== undefined) require(operation.action);
  const { accountId, region } = account;
  return { request, response, headers, operation, auth, store, accountId, region, now, isAllowed: permitted };
}

async function perform(exchange: S3Exchange): Promise<void> {
  switch (exchange.operation.kind) {
    case 'PutObject':
      return putObject(exchange);
    case 'GetObject':
    case 'HeadObject':
      return getObject(exchange);
    case 'DeleteObject':
      return deleteObject(exchange);
    case 'DeleteObjects':
      return deleteObjects(exchange);
    case 'ListObjectsV2':
      return listObjects(exchange);
    case 'ListObjectVersions':
      return listVersions(exchange);
    case 'ListMultipartUploads':
      return listMultipartUploads(exchange);
    case 'HeadBucket':
      return headBucket(exchange);
    case 'GetBucketLocation':
      return getBucketLocation(exchange);
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal, requestId: string): void {
  // What is left of the body must not hold up the connection's next request.
  request.resume();
  if (response.headersSent) response.destroy();
  else sendRefusal(response, refusal, splitTarget(request.url ?? '/').path, requestId);
}

/** S3's REST protocol on the store's buckets, path style and `bucket.s3.<region>.amazonaws.com`. Answers every request itself. */
export function newS3Handler(options: S3HandlerOptions): S3Handler {
  return {
    handle: async (request, response, auth) => {
      response.setHeader('x-amz-request-id', auth.requestId);
      response.setHeader('server', 'AmazonS3');
      try {
        await perform(openExchange(options, request, response, auth));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refuse(request, response, error, auth.requestId);
      }
    },
    refuse: (request, response, refusal, requestId) => {
      response.setHeader('x-amz-request-id', requestId);
      refuse(request, response, refusal, requestId);
    },
  };
}
