import type { ResourceRecord, StackParts, StackRecord } from './record.ts';

/** Throws `AccessDenied` when who asked for the stack's operation may not do what this resource's handler does. */
export function requireRights(parts: StackParts, record: StackRecord, resource: ResourceRecord, handler: 'create' | 'delete'): void {
  const { request, realised, declared } = resource;
  if (record.principalArn === undefined || request === undefined) return;
  const made = realised === undefined ? {} : { physicalId: realised.physicalId };
  parts.authority.checkHandler(record.principalArn, handler, { type: declared.type, request, ...made });
}
