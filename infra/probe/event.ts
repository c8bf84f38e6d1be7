import { CONNECTIONS } from '../../harness/domain/cell.ts';
import {
  type InternetProbeTarget,
  PROBE_WIRE_VERSION,
  type ProbeEvent,
  type ProbeTarget,
  type RdsProbeTarget,
  type S3ProbeTarget,
} from '../../harness/domain/probe-wire.ts';

const MIN_PHASE_TIMEOUT_MS = 100;
const MAX_PHASE_TIMEOUT_MS = 30_000;

type Fields = Readonly<Record<string, unknown>>;
type TargetOf<Kind extends ProbeTarget['kind']> = Extract<ProbeTarget, { readonly kind: Kind }>;

/** An event whose target is of the handler's kind. */
export type EventFor<Kind extends ProbeTarget['kind']> = ProbeEvent & { readonly target: TargetOf<Kind> };

const TARGET_PARSERS: { readonly [Kind in ProbeTarget['kind']]: (target: Fields) => TargetOf<Kind> } = {
  internet: parseInternetTarget,
  s3: parseS3Target,
  rds: parseRdsTarget,
};

/** Reads what the driver sent, once. Throws `Error` naming the field, what it must be and what it was. */
export function parseEvent<Kind extends ProbeTarget['kind']>(raw: unknown, kind: Kind): EventFor<Kind> {
  const event = fieldsOf(raw, 'event');
  if (event['version'] !== PROBE_WIRE_VERSION) throw wrong('version', `${PROBE_WIRE_VERSION}`, event['version']);
  const target = fieldsOf(event['target'], 'target');
  if (target['kind'] !== kind) throw wrong('target.kind', `"${kind}"`, target['kind']);
  const connection = CONNECTIONS.find((known) => known === event['connection']);
  if (connection === undefined) throw wrong('connection', CONNECTIONS.map((known) => `"${known}"`).join(' or '), event['connection']);
  return {
    version: PROBE_WIRE_VERSION,
    callId: text(event, 'callId'),
    connection,
    keep: flag(event, 'keep'),
    prove: flag(event, 'prove'),
    phaseTimeoutMs: wholeNumber(event, 'phaseTimeoutMs', MIN_PHASE_TIMEOUT_MS, MAX_PHASE_TIMEOUT_MS),
    target: TARGET_PARSERS[kind](target),
  };
}

function parseInternetTarget(target: Fields): InternetProbeTarget {
  return { kind: 'internet', url: httpsUrl(target, 'url'), echoUrl: httpsUrl(target, 'echoUrl') };
}

function parseS3Target(target: Fields): S3ProbeTarget {
  const keys = fieldsOf(target['proofKeys'], 'target.proofKeys');
  return {
    kind: 's3',
    region: text(target, 'region', 'target.'),
    bucket: text(target, 'bucket', 'target.'),
    key: text(target, 'key', 'target.'),
    ...(target['endpointName'] === undefined ? {} : { endpointName: hostName(target, 'endpointName', 'target.') }),
    proofKeys: {
      vpcEndpoint: text(keys, 'vpcEndpoint', 'target.proofKeys.'),
      interfaceEndpoint: text(keys, 'interfaceEndpoint', 'target.proofKeys.'),
      sourceIp: text(keys, 'sourceIp', 'target.proofKeys.'),
      neither: text(keys, 'neither', 'target.proofKeys.'),
    },
  };
}

function parseRdsTarget(target: Fields): RdsProbeTarget {
  return {
    kind: 'rds',
    host: text(target, 'host', 'target.'),
    port: wholeNumber(target, 'port', 1, 65_535, 'target.'),
    database: text(target, 'database', 'target.'),
    user: text(target, 'user', 'target.'),
    password: secretText(target, 'password', 'target.'),
    caPem: pem(target, 'caPem', 'target.'),
  };
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object', value);
  return value as Fields;
}

function text(fields: Fields, name: string, path = ''): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw wrong(`${path}${name}`, 'a text that is not empty', value);
  return value;
}

/** As `text`, but what was sent is never repeated. */
function secretText(fields: Fields, name: string, path: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new Error(`event field ${path}${name} must be a text that is not empty`);
  return value;
}

function hostName(fields: Fields, name: string, path: string): string {
  const value = text(fields, name, path);
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value)) throw wrong(`${path}${name}`, 'a DNS name', value);
  return value;
}

function pem(fields: Fields, name: string, path: string): string {
  const value = text(fields, name, path);
  if (!value.includes('-----BEGIN CERTIFICATE-----')) throw wrong(`${path}${name}`, 'a certificate in PEM', value);
  return value;
}

function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') throw wrong(name, 'true or false', value);
  return value;
}

function wholeNumber(fields: Fields, name: string, low: number, high: number, path = ''): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw wrong(`${path}${name}`, `a whole number from ${low} to ${high}`, value);
  }
  return value;
}

function httpsUrl(fields: Fields, name: string): string {
  const value = text(fields, name, 'target.');
  if (!URL.canParse(value) || new URL(value).protocol !== 'https:') throw wrong(`target.${name}`, 'an https:// URL', value);
  return value;
}

function wrong(field: string, wanted: string, got: unknown): Error {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got)?.slice(0, 60);
  return new Error(`event field ${field} must be ${wanted}, got ${shown}`);
}
