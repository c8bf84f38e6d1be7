import { expect, test } from 'vitest';
import { Secret } from '../../harness/domain/secret.ts';
import {
  fnParameters,
  netOutputNames,
  paidOutputNames,
  paidParameters,
  readNetOutputs,
  readPaidOutputs,
} from '../../infra/template/outputs.ts';
import { contextOf, stacksOf, TEMPLATE_CASES } from '../support/template-cases.ts';

const described = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, name === 'DatabasePort' ? '5432' : `<${name}>`]));

test.each(TEMPLATE_CASES)('$name: outputs of net become exactly the parameters of paid and fn, under their own names', (templateCase) => {
  const { needs } = contextOf(templateCase);
  const [, ...later] = stacksOf(templateCase);
  const net = readNetOutputs(needs, described(netOutputNames(needs)));
  const fn = fnParameters(needs, net, 'abc.zip');
  const paid = paidParameters(needs, net, new Secret('geheim-geheim'));
  for (const stack of later) {
    const values = stack.stackName.endsWith('-fn') ? fn : paid;
    expect(Object.keys(values)).toEqual(stack.parameterNames);
    for (const [name, value] of Object.entries(values)) {
      const made = { CodeKey: 'abc.zip', DatabasePassword: 'geheim-geheim' }[name];
      expect(value).toBe(made ?? `<${name}>`);
    }
  }
});

test('what paid made is typed: address of the NAT, host and port of the database', () => {
  const all = TEMPLATE_CASES.find(({ name }) => name === 'all');
  if (!all) throw new Error('no such case');
  const { needs } = contextOf(all);
  expect(readPaidOutputs(needs, described(paidOutputNames(needs)))).toEqual({
    natAddress: '<NatAddress>',
    natGatewayId: '<NatGatewayId>',
    database: { host: '<DatabaseHost>', port: 5432 },
  });
  expect(() => readPaidOutputs(needs, { ...described(paidOutputNames(needs)), DatabasePort: 'x' })).toThrow('DatabasePort is no port');
  expect(() => readPaidOutputs(needs, {})).toThrow('stack paid: missing outputs NatAddress, NatGatewayId, DatabaseHost, DatabasePort');
  expect(() => readNetOutputs(needs, { BucketName: 'b' })).toThrow('stack net: missing outputs FunctionRoleArn, VpcId');
});

test.each([
  ['Z1HUB23UULQXV:*.vpce-0a1b-c2d3.s3.eu-west-1.vpce.amazonaws.com', 'vpce-0a1b-c2d3.s3.eu-west-1.vpce.amazonaws.com', 'of the region'],
  [
    'Z1:*.vpce-0a1b-c2d3-eu-west-1a.s3.eu-west-1.vpce.amazonaws.com',
    'vpce-0a1b-c2d3-eu-west-1a.s3.eu-west-1.vpce.amazonaws.com',
    'of a zone',
  ],
  ['*.vpce-0a1b-c2d3.s3.eu-west-1.vpce.amazonaws.com', undefined, 'no hosted zone'],
  ['Z1:vpce-0a1b-c2d3.ec2.eu-west-1.vpce.amazonaws.com', undefined, 'of another service'],
  ['Z1:*.vpce-0a1b.s3.eu-west-1.vpce.amazonaws.com.evil.test', undefined, 'a name outside of AWS'],
])('the DNS entry %s of an S3 interface endpoint gives the name %s (%s)', (entry, name, _reason) => {
  const templateCase = TEMPLATE_CASES.find((candidate) => candidate.name === 'vpc-endpoints-interface');
  if (!templateCase) throw new Error('no such case');
  const { needs } = contextOf(templateCase);
  const read = () => readPaidOutputs(needs, { ...described(paidOutputNames(needs)), S3InterfaceEndpointDns: entry });
  if (name === undefined) expect(read).toThrow('S3InterfaceEndpointDns is no DNS entry of S3');
  else expect(read().s3EndpointName).toBe(name);
});
