import { expect, test } from 'vitest';
import type { ProbeEvent } from '../../harness/domain/probe-wire.ts';
import { parseEvent } from '../../infra/probe/event.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
const CALL = { version: 2, callId: 'r1-0', connection: 'new', keep: true, prove: false, phaseTimeoutMs: 3000 } as const;
const INTERNET: ProbeEvent = { ...CALL, target: { kind: 'internet', url: 'https://a.test/', echoUrl: 'https://b.test/' } };
const S3: ProbeEvent = {
  ...CALL,
  target: {
    kind: 's3',
    region: 'eu-west-1',
    bucket: 'b',
    key: 'k',
    proofKeys: { vpcEndpoint: 'v', interfaceEndpoint: 'i', sourceIp: 's', neither: 'n' },
  },
};
const RDS: ProbeEvent = {
  ...CALL,
  target: { kind: 'rds', host: 'db.test', port: 5432, database: 'd', user: 'u', password: 'geheim', caPem: PEM },
};

test('events of the wire pass unchanged', () => {
  expect(parseEvent(INTERNET, 'internet')).toEqual(INTERNET);
  expect(parseEvent(S3, 's3')).toEqual(S3);
  const addressed = onTarget(S3, { endpointName: 'vpce-1.s3.eu-west-1.vpce.amazonaws.com' });
  expect(parseEvent(addressed, 's3')).toEqual(addressed);
  expect(parseEvent(RDS, 'rds')).toEqual(RDS);
});

const without = (event: ProbeEvent, name: string) => Object.fromEntries(Object.entries(event).filter(([key]) => key !== name));
const onTarget = (event: ProbeEvent, change: object) => ({ ...event, target: { ...event.target, ...change } });

const ROWS: readonly (readonly [string, unknown, 'internet' | 's3' | 'rds', string])[] = [
  ['not an object', 'hello', 'internet', 'event must be an object'],
  ['null', null, 'internet', 'event must be an object, got null'],
  ['an array', [INTERNET], 'internet', 'event must be an object'],
  ['a later wire version', { ...INTERNET, version: 3 }, 'internet', 'version must be 2, got 3'],
  ['no version', without(INTERNET, 'version'), 'internet', 'version must be 2, got nothing'],
  ['another target than the handler serves', S3, 'internet', 'target.kind must be "internet", got "s3"'],
  ['no target', without(INTERNET, 'target'), 'internet', 'target must be an object, got nothing'],
  ['an unknown connection', { ...INTERNET, connection: 'old' }, 'internet', 'connection must be "new" or "reused", got "old"'],
  ['an empty call id', { ...INTERNET, callId: '' }, 'internet', 'callId must be a text that is not empty'],
  ['a flag as text', { ...INTERNET, keep: 'true' }, 'internet', 'keep must be true or false, got "true"'],
  ['a missing flag', without(INTERNET, 'prove'), 'internet', 'prove must be true or false, got nothing'],
  [
    'a bound below 100 ms',
    { ...INTERNET, phaseTimeoutMs: 99 },
    'internet',
    'phaseTimeoutMs must be a whole number from 100 to 30000, got 99',
  ],
  ['a bound above 30 s', { ...INTERNET, phaseTimeoutMs: 30_001 }, 'internet', 'phaseTimeoutMs'],
  ['a broken bound', { ...INTERNET, phaseTimeoutMs: 300.5 }, 'internet', 'phaseTimeoutMs'],
  ['plain http', onTarget(INTERNET, { url: 'http://a.test/' }), 'internet', 'target.url must be an https:// URL'],
  ['no URL at all', onTarget(INTERNET, { echoUrl: 'a.test' }), 'internet', 'target.echoUrl must be an https:// URL'],
  ['no bucket', onTarget(S3, { bucket: '' }), 's3', 'target.bucket must be a text'],
  ['an endpoint that is a URL', onTarget(S3, { endpointName: 'https://vpce.test' }), 's3', 'target.endpointName must be a DNS name'],
  ['no proof keys', onTarget(S3, { proofKeys: undefined }), 's3', 'target.proofKeys must be an object'],
  [
    'a proof key missing',
    onTarget(S3, { proofKeys: { vpcEndpoint: 'v', interfaceEndpoint: 'i', sourceIp: 's' } }),
    's3',
    'target.proofKeys.neither',
  ],
  ['port 0', onTarget(RDS, { port: 0 }), 'rds', 'target.port must be a whole number from 1 to 65535, got 0'],
  ['a CA that is no PEM', onTarget(RDS, { caPem: 'rds-ca' }), 'rds', 'target.caPem must be a certificate in PEM'],
];

test.each(ROWS)('%s is refused by name', (_reason, event, kind, message) => {
  expect(() => parseEvent(event, kind)).toThrow(message);
});

test('a wrong password is refused without being repeated', () => {
  expect(() => parseEvent(onTarget(RDS, { password: 12345678 }), 'rds')).toThrow(
    /^event field target\.password must be a text that is not empty$/,
  );
});
