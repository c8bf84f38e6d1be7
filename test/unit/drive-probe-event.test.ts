import { expect, test } from 'vitest';
import type { DeployedTargets } from '../../harness/domain/deployment.ts';
import type { Call } from '../../harness/domain/sample.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { newProbeEventEncoder } from '../../harness/drive/probe-event.ts';

const proofKeys = { vpcEndpoint: 'v', interfaceEndpoint: 'i', sourceIp: 's', neither: 'n' };
const database = { host: 'db.test', port: 5432, database: 'd', user: 'u', password: new Secret('ge"heim'), caPem: 'PEM\n' };
const targets: DeployedTargets = {
  ...{ internetUrl: 'https://a.test/', echoUrl: 'https://b.test/', region: 'eu-west-1', bucket: 'b', key: 'k', proofKeys },
  ...{ s3EndpointNames: { 'vpc-endpoints': 'vpce-1.s3.test' }, rds: database },
};
const call: Call = {
  ...{ callId: 'r001-0000', scenario: 'default', target: 's3', round: 1, position: 0 },
  ...{ purpose: 'measure', startAsked: 'warm', connection: 'reused' },
};
const s3 = { kind: 's3', region: 'eu-west-1', bucket: 'b', key: 'k', proofKeys };
const rds = { ...database, kind: 'rds', password: 'ge"heim' };

const ROWS: readonly (readonly [string, Partial<Call>, object])[] = [
  ['a warm call keeps and proves nothing', {}, { connection: 'reused', keep: false, prove: false, target: s3 }],
  [
    'an opening call keeps its connection and proves its path',
    { purpose: 'open', connection: 'new' },
    { connection: 'new', keep: true, prove: true, target: s3 },
  ],
  [
    'the same target of another scenario goes through its own endpoint',
    { scenario: 'vpc-endpoints' },
    { target: { ...s3, endpointName: 'vpce-1.s3.test' } },
  ],
  [
    'another target of the same scenario',
    { target: 'internet' },
    { target: { kind: 'internet', url: 'https://a.test/', echoUrl: 'https://b.test/' } },
  ],
  ['the password leaves here', { target: 'rds' }, { target: rds }],
];

test.each(ROWS)('%s, the second time too', (_reason, change, expected) => {
  const encode = newProbeEventEncoder(targets, 3000);
  for (const callId of ['r001-0000', 'r001-0001']) {
    const event: unknown = JSON.parse(new TextDecoder().decode(encode({ ...call, ...change, callId })));
    expect(event).toEqual(expect.objectContaining({ version: 2, callId, phaseTimeoutMs: 3000, ...expected }));
  }
});

test('one encoder keeps the arms apart', () => {
  const encode = newProbeEventEncoder(targets, 3000);
  const targetOf = (change: Partial<Call>): unknown => JSON.parse(new TextDecoder().decode(encode({ ...call, ...change }))).target;
  expect([targetOf({}), targetOf({ target: 'rds' }), targetOf({ scenario: 'vpc-endpoints' }), targetOf({})]).toEqual([
    ...[s3, rds],
    ...[{ ...s3, endpointName: 'vpce-1.s3.test' }, s3],
  ]);
});

test('a database that was not deployed is an error', () => {
  const { rds: _, ...without } = targets;
  expect(() => newProbeEventEncoder(without, 3000)({ ...call, target: 'rds' })).toThrow('no database was deployed');
});
