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
