import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../../refusal.ts';
import type { S3Auth } from '../s3-handler.ts';
import type { S3Action } from './action.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3Operation } from './operation.ts';
import { element, formatDocument, S3_NAMESPACE, type XmlElement } from './xml.ts';

/** One recognised and permitted request, with what its operation works on. */
export interface S3Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly operation: S3Operation;
  readonly auth: S3Auth;
  readonly store: ObjectStore;
  readonly accountId: string;
  readonly region: string;
  readonly now: () => Date;
  /** What the bucket's policy says of the caller; without a key: of the bucket. */
  readonly isAllowed: (action: S3Action, key?: string) => boolean;
}

/** S3's answer where an explicit Deny applies. */
export function accessDenied(principalArn: string, action: S3Action, resource: string): Refusal {
  const message = `User: ${principalArn} is not authorized to perform: ${action} on resource: "${resource}" with an explicit deny in a resource-based policy`;
  return new Refusal('AccessDenied', 403, message);
}

/** Ends the response without a body. */
export function sendEmpty(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': '0' }).end();
}

/** Ends the response with a document of S3's namespace. */
export function sendDocument(response: ServerResponse, root: XmlElement): void {
  const body = Buffer.from(formatDocument(root, S3_NAMESPACE));
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': String(body.length) }).end(body);
}

/** Ends the response with S3's error document; without a body for HEAD, as HTTP wants it. `resource` is the request's path. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, resource: string, requestId: string): void {
  const { Range: range, ...detail } = refusal.detail;
  const root = element('Error', [
    element('Code', refusal.code),
    element('Message', refusal.message),
    element('Resource', resource),
    ...Object.entries(detail).map(([name, value]) => element(name, value)),
    element('RequestId', requestId),
  ]);
  const body = Buffer.from(formatDocument(root));
  const headers = { 'content-type': 'application/xml', ...(range === undefined ? {} : { 'content-range': range }) };
  const hasBody = response.req.method !== 'HEAD';
  response.writeHead(refusal.status, { ...headers, 'content-length': String(hasBody ? body.length : 0) }).end(hasBody ? body : undefined);
}
