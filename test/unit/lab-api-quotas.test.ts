import { GetServiceQuotaCommand, ListServiceQuotasCommand, ListServicesCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labQuotas, newQuotasService } from '../../infra/lab/api/quotas.ts';
import { ACCOUNT, errorOf, type FakeApi, startFakeApi } from '../support/lab-api.ts';

let api: FakeApi;
let client: ServiceQuotasClient;

beforeEach(async () => {
  api = await startFakeApi({ wire: { servicequotas: newQuotasService(ACCOUNT, labQuotas(20)) } });
  client = new ServiceQuotasClient(api.client);
});
afterEach(async () => {
  client.destroy();
  await api.close();
});

const QUOTAS = [
  { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE', value: 5, what: 'VPCs' },
  { ServiceCode: 'ec2', QuotaCode: 'L-0263D0A3', value: 5, what: 'elastic addresses' },
  { ServiceCode: 'vpc', QuotaCode: 'L-FE5A380F', value: 5, what: 'NAT gateways in a zone' },
  { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384', value: 20, what: "calls at once, the lab's own" },
  { ServiceCode: 'rds', QuotaCode: 'L-7B6409FD', value: 40, what: 'DB instances' },
];
test.each(QUOTAS)('$what: $value', async ({ value, ...input }) => {
  const { Quota } = await client.send(new GetServiceQuotaCommand({ ServiceCode: input.ServiceCode, QuotaCode: input.QuotaCode }));
  expect(Quota).toMatchObject({ QuotaCode: input.QuotaCode, ServiceCode: input.ServiceCode, Value: value, GlobalQuota: false });
});

test('a service’s quotas come in pages', async () => {
  const first = await client.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc', MaxResults: 1 }));
  const second = await client.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc', MaxResults: 1, NextToken: first.NextToken }));
  expect([first, second].map(({ Quotas }) => Quotas?.map(({ QuotaCode }) => QuotaCode))).toEqual([['L-F678F1CE'], ['L-FE5A380F']]);
  expect(second.NextToken).toBeUndefined();
});

test.each([
  ['an unknown code', () => client.send(new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-0' })), 'NoSuchResourceException'],
  ['an unknown service', () => client.send(new ListServiceQuotasCommand({ ServiceCode: 'no' })), 'NoSuchResourceException'],
  ['an operation that is not there', () => client.send(new ListServicesCommand({})), 'UnknownOperationException'],
  [
    'a context',
    () => client.send(new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE', ContextId: 'x' })),
    'IllegalArgumentException',
  ],
])('refused: %s', async (_why, ask, name) => {
  expect((await errorOf(ask())).name).toBe(name);
});
