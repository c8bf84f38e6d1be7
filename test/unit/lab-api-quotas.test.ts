import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  ListServicesCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labQuotas, newQuotasService } from '../../infra/lab/api/quotas.ts';
import { ACCOUNT, errorOf, type FakeApi, startFakeApi } from '../support/lab-api.ts';

/** So that a service has two. */
const OWN = { serviceCode: 'vpc', serviceName: 'VPC', quotaCode: 'L-00000000', quotaName: 'of this test', value: 1 };

let api: FakeApi;
let client: ServiceQuotasClient;

beforeEach(async () => {
  api = await startFakeApi({ wire: { servicequotas: newQuotasService(ACCOUNT, [...labQuotas(20), OWN]) } });
  client = new ServiceQuotasClient(api.client);
});
afterEach(async () => {
  client.destroy();
  await api.close();
});

const QUOTAS = [
  { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE', value: 5, what: 'VPCs' },
  { ServiceCode: 'ec2', QuotaCode: 'L-0263D0A3', value: 5, what: 'elastic addresses' },
  { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384', value: 20, what: "calls at once, the lab's own" },
  { ServiceCode: 'rds', QuotaCode: 'L-7B6409FD', value: 40, what: 'DB instances' },
];
test.each(QUOTAS)('$what: $value', async ({ value, ...input }) => {
  const { Quota } = await client.send(new GetServiceQuotaCommand({ ServiceCode: input.ServiceCode, QuotaCode: input.QuotaCode }));
  expect(Quota).toMatchObject({ QuotaCode: input.QuotaCode, ServiceCode: input.ServiceCode, Value: value, GlobalQuota: false });
});

test('a quota of which the account has no value of its own has its default alone', async () => {
  const asked = { ServiceCode: 'vpc', QuotaCode: 'L-FE5A380F' };
  expect((await errorOf(client.send(new GetServiceQuotaCommand(asked)))).name).toBe('NoSuchResourceException');
  expect((await client.send(new GetAWSDefaultServiceQuotaCommand(asked))).Quota).toMatchObject({ QuotaCode: 'L-FE5A380F', Value: 5 });
});

test('a service’s quotas come in pages', async () => {
  const first = await client.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc', MaxResults: 1 }));
  const second = await client.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc', MaxResults: 1, NextToken: first.NextToken }));
  expect([first, second].map(({ Quotas }) => Quotas?.map(({ QuotaCode }) => QuotaCode))).toEqual([['L-F678F1CE'], ['L-00000000']]);
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
