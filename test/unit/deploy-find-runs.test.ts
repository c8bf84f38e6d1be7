import { describe, expect, it } from 'vitest';
import { findRuns, isExpired, ownerOf } from '../../infra/deploy/find-runs.ts';
import { serviceError } from '../support/fake-stacks.ts';

const RUN = 'abcdefghij';
const TAGS = { 'lnb:tool': 'lambda-network-bench/0.1.0', 'lnb:run': RUN, 'lnb:expires': '2026-11-23T21:00:00.000Z' };
const asList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** An account with these stacks and tagged things; either service may refuse. */
function account(stacks: readonly object[] | Error, things: readonly object[] | Error) {
  const answer = (given: readonly object[] | Error, name: string) => ({
    send: async (command: { readonly input: { readonly NextToken?: string; readonly PaginationToken?: string } }) => {
      if (given instanceof Error) throw given;
      // One thing a page: what comes later must not be forgotten.
      const page = Number(command.input.NextToken ?? command.input.PaginationToken ?? 0);
      const next = page + 1 < given.length ? String(page + 1) : undefined;
      return { [name]: given.slice(page, page + 1), NextToken: next, PaginationToken: next ?? '' };
    },
  });
  return { cloudFormation: answer(stacks, 'Stacks'), tagging: answer(things, 'ResourceTagMappingList') } as never;
}

describe('whose a thing is', () => {
  it.each([
    { why: 'a stack of the run', id: `lnb-${RUN}-paid`, tags: TAGS, owner: RUN },
    {
      why: 'a thing without a name of its own, by the tag Name',
      id: 'arn:aws:ec2:r:1:vpc/vpc-1',
      tags: { ...TAGS, Name: `lnb-${RUN}-vpc` },
      owner: RUN,
    },
    { why: 'somebody else’s with our prefix', id: 'lnb-production-net', tags: {}, owner: undefined },
    {
      why: 'one with our prefix and a run tag, but of another tool',
      id: `lnb-${RUN}-net`,
      tags: { ...TAGS, 'lnb:tool': 'other' },
      owner: undefined,
    },
    { why: 'one that carries our tags, copied, and another name', id: 'arn:aws:s3:::payroll', tags: TAGS, owner: undefined },
    { why: 'one whose run is none', id: 'lnb-*-net', tags: { ...TAGS, 'lnb:run': '*' }, owner: undefined },
  ])('$why', ({ id, tags, owner }) => expect(ownerOf({ id, tags })).toBe(owner));
});

describe('finding runs', () => {
  it('takes stacks and other things together, page by page, and passes over what is deleted or not ours', async () => {
    const stacks = [
      { StackName: `lnb-${RUN}-net`, StackStatus: 'CREATE_COMPLETE', Tags: asList({ ...TAGS, 'lnb:kept': 'true' }) },
      { StackName: 'lnb-zzzzzzzzzz-net', StackStatus: 'CREATE_COMPLETE', Tags: [] },
      { StackName: `lnb-${RUN}-fn`, StackStatus: 'DELETE_COMPLETE', Tags: asList(TAGS) },
    ];
    const bucket = { ResourceARN: `arn:aws:s3:::lnb-${RUN}-net-bucket-1`, Tags: asList(TAGS) };
    const orphan = {
      ResourceARN: 'arn:aws:rds:r:1:db:lnb-bbbbbbbbbb',
      Tags: asList({ ...TAGS, 'lnb:run': 'bbbbbbbbbb', 'lnb:expires': 'never' }),
    };
    expect(await findRuns(account(stacks, [bucket, orphan]))).toEqual([
      { runId: RUN, things: [bucket.ResourceARN, `lnb-${RUN}-net`], expiresAt: TAGS['lnb:expires'], kept: true },
      { runId: 'bbbbbbbbbb', things: [orphan.ResourceARN], expiresAt: 'never', kept: false },
    ]);
  });

  it('does without a service that the server has not, but not without both', async () => {
    const unknown = serviceError('UnknownOperationException', 404, 'no such service');
    const stacks = [{ StackName: `lnb-${RUN}-net`, StackStatus: 'CREATE_COMPLETE', Tags: asList(TAGS) }];
    expect(await findRuns(account(stacks, unknown))).toHaveLength(1);
    await expect(findRuns(account(unknown, unknown))).rejects.toThrow('no such service');
  });

  it('claims nothing where it may not look', async () => {
    await expect(findRuns(account([], serviceError('AccessDeniedException', 400, 'tag:GetResources')))).rejects.toThrow('tag:GetResources');
  });
});

describe('a run’s end', () => {
  const now = new Date('2026-11-23T21:00:00Z');
  it.each([
    { why: 'now', expiresAt: '2026-11-23T21:00:00.000Z', over: true },
    { why: 'in a second', expiresAt: '2026-11-23T21:00:01.000Z', over: false },
    { why: 'never', expiresAt: 'never', over: false },
    { why: 'not told', over: false },
    { why: 'not to be read', expiresAt: 'soon', over: false },
  ])('$why', ({ expiresAt, over }) => expect(isExpired(expiresAt === undefined ? {} : { expiresAt }, now)).toBe(over));
});
