import { createHash } from 'node:crypto';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';

/** A function's stored settings by dotted name (`EphemeralStorage.Size`), as text. */
export type FunctionSettings = Readonly<Record<string, string>>;

/** Members that say which function it is and how it is doing, not how it is set up. */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  'FunctionName',
  'FunctionArn',
  'LastModified',
  'RevisionId',
  'State',
  'StateReason',
  'StateReasonCode',
  'LastUpdateStatus',
  'LastUpdateStatusReason',
  'LastUpdateStatusReasonCode',
  /** A hash over the others, network included. */
  'ConfigSha256',
]);

/**
 * Everything that Lambda described, so that a setting this tool has never heard of is compared as well. Values of
 * environment variables become `sha256:<hex>`; the function's own name inside a value (its log group) reads `{name}`.
 */
export function flattenSettings(configuration: FunctionConfiguration, functionName: string): FunctionSettings {
  const settings: Record<string, string> = {};
  for (const [member, value] of Object.entries(configuration)) {
    if (NOT_SETTINGS.has(member)) continue;
    if (member === 'Environment') Object.assign(settings, hashedVariables(value as FunctionConfiguration['Environment']));
    else flattenInto(settings, member, value, functionName);
  }
  return Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hashedVariables(environment: FunctionConfiguration['Environment']): FunctionSettings {
  return Object.fromEntries(
    Object.entries(environment?.Variables ?? {}).map(([name, value]) => [
      `Environment.${name}`,
      `sha256:${createHash('sha256').update(value).digest('hex')}`,
    ]),
  );
}

function flattenInto(settings: Record<string, string>, path: string, value: unknown, functionName: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object') {
    settings[path] = String(value).replaceAll(functionName, '{name}');
    return;
  }
  const members = Object.entries(value);
  if (Array.isArray(value) && members.every(([, member]) => typeof member !== 'object')) {
    settings[path] = `[${[...value].map(String).sort().join(', ')}]`;
    return;
  }
  for (const [member, inner] of members) flattenInto(settings, `${path}.${member}`, inner, functionName);
}
