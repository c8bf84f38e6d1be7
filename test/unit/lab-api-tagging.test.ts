import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  GetTagKeysCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newTaggingService } from '../../infra/lab/api/tagging.ts';
import { ec2Realisers } from '../../infra/lab/realise/ec2.ts';
import { taggedResources } from '../../infra/lab/tagged-resources.ts';
import { newFakeNetwork } from '../support/fake-network.ts';
import { ACCOUNT, errorOf, type FakeApi, FUNCTION, startFakeApi } from '../support/lab-api.ts';

const RUN = { 'lnb:run': 'abc', Name: 'x' };
const PLACE = `${ACCOUNT.region}:${ACCOUNT.accountId}`;
const STACK = `arn:aws:cloudformation:${PLACE}:stack/lnb-abc-net/1`;

let api: FakeApi;
let client: ResourceGroupsTaggingAPIClient;

beforeEach(async () => {
  const network = newFakeNetwork();
  const realisers = ec2Realisers(network.fabric);
  const names = { logicalId: 'X', stackId: 's', stackName: 's', generatedName: 's-X' };
  await realisers['AWS::EC2::VPC'].create({ ...names, properties: { CidrBlock: '10.0.0.0/16' }, tags: RUN });
  await realisers['AWS::EC2::EIP'].create({ ...names, properties: {}, tags: { ...RUN, 'lnb:run': 'other' } });
  const resources = taggedResources.bind(undefined, {
    account: ACCOUNT,
    context: network.fabric.context,
    store: { listBuckets: () => [{ name: 'a-bucket', createdAt: '', properties: {}, tags: RUN }] },
    databases: {
      list: () => [],
      listGroups: () => [{ name: 'g', arn: `arn:aws:rds:${PLACE}:subgrp:g`, description: '', vpcId: '', subnetIds: [], tags: RUN }],
    },
    runtime: {
      functions: { list: () => [{ ...FUNCTION, tags: RUN }] },
      logs: { groups: () => [{ name: '/aws/lambda/f', createdMs: 0, storedBytes: 0, tags: {} }] },
    } as never,
    stacks: { describe: () => [{ stackId: STACK, tags: [{ key: 'lnb:run', value: 'abc' }] }] as never },
  });
  api = await startFakeApi({ wire: { tagging: newTaggingService(resources) } });
  client = new ResourceGroupsTaggingAPIClient(api.client);
});
afterEach(async () => {
  client.destroy();
  await api.close();
});

async function arns(input: GetResourcesCommandInput): Promise<readonly string[]> {
  const { ResourceTagMappingList = [] } = await client.send(new GetResourcesCommand(input));
  return ResourceTagMappingList.map(({ ResourceARN = '' }) => ResourceARN.split(':').slice(5).join(':'));
}

describe('GetResources', () => {
  test('shows whatever has a tag', async () => {
    expect(await arns({})).toEqual([
      expect.stringMatching(/^vpc\/vpc-/),
      expect.stringMatching(/^elastic-ip\/eipalloc-/),
      'a-bucket',
      'function:vpc-nat-internet',
      'subgrp:g',
      'stack/lnb-abc-net/1',
    ]);
  });

  const FILTERS = [
    { TagFilters: [{ Key: 'lnb:run', Values: ['abc'] }], count: 5, why: 'one value' },
    { TagFilters: [{ Key: 'lnb:run', Values: ['other', 'none'] }], count: 1, why: 'one of two values' },
    { TagFilters: [{ Key: 'lnb:run' }], count: 6, why: 'the key alone' },
    { TagFilters: [{ Key: 'lnb:run', Values: ['abc'] }, { Key: 'Name' }], count: 4, why: 'both filters hold' },
    { TagFilters: [{ Key: 'none' }], count: 0, why: 'nobody has it' },
  ];
  test.each(FILTERS)('$why: $count', async ({ TagFilters, count }) => {
    expect(await arns({ TagFilters })).toHaveLength(count);
  });

  const TYPES = [
    { types: ['ec2'], count: 2, why: 'a service' },
    { types: ['ec2:vpc', 'lambda:function'], count: 2, why: 'two kinds' },
    { types: ['rds:db'], count: 0, why: 'a kind that is not there' },
  ];
  test.each(TYPES)('$why: $count', async ({ types, count }) => {
    expect(await arns({ ResourceTypeFilters: types })).toHaveLength(count);
  });

  test('comes in pages; the last one has an empty token', async () => {
    const first = await client.send(new GetResourcesCommand({ ResourcesPerPage: 4 }));
    const second = await client.send(new GetResourcesCommand({ ResourcesPerPage: 4, PaginationToken: first.PaginationToken }));
    expect([first, second].map(({ ResourceTagMappingList }) => ResourceTagMappingList?.length)).toEqual([4, 2]);
    expect(second.PaginationToken).toBe('');
  });

  test('refuses a token that is none of its own, and what it does not realise', async () => {
    expect((await errorOf(arns({ PaginationToken: 'x' }))).name).toBe('PaginationTokenExpiredException');
    expect((await errorOf(arns({ ExcludeCompliantResources: true }))).message).toContain('ExcludeCompliantResources');
    expect((await errorOf(client.send(new GetTagKeysCommand({})))).name).toBe('UnknownOperationException');
  });
});
