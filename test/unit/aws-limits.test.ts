import { describe, expect, it } from 'vitest';
import { AWS_FIND_BOUNDS } from '../../harness/collect/find-report.ts';
import { AWS_FORCE_BOUNDS, LAB_FORCE_BOUNDS } from '../../infra/aws/cold-forcer.ts';
import { AWS_DEPLOY_TIMES } from '../../infra/deploy/options.ts';

/** Three scenarios and a twin towards three targets: the most functions that a usual run has. */
const FUNCTIONS = 12;
const perSecond = (pollMs: number) => FUNCTIONS * (1_000 / pollMs);

describe('waiting times for AWS', () => {
  const rows = [
    { why: 'GetFunction is allowed 100 times a second', is: perSecond(AWS_FORCE_BOUNDS.pollMs), atMost: 100 },
    { why: 'and is asked by the deploy as well', is: perSecond(AWS_DEPLOY_TIMES.functionPollMs), atMost: 100 },
    { why: 'the control plane allows 15 updates a second to the whole account', is: AWS_FORCE_BOUNDS.updatesPerSecond, atMost: 12 },
    { why: 'in the lab too', is: LAB_FORCE_BOUNDS.updatesPerSecond, atMost: 12 },
    { why: 'CloudFormation throttles polling below five seconds', is: 5_000, atMost: AWS_DEPLOY_TIMES.stackPollMs },
    { why: 'a function in a VPC takes half a minute to update', is: 30_000, atMost: AWS_FORCE_BOUNDS.deadlineMs },
    { why: 'interfaces of functions outlive them by up to 45 minutes', is: 45 * 60_000, atMost: AWS_DEPLOY_TIMES.deleteMs },
    { why: 'log lines took nine seconds in public samples', is: 9_080, atMost: AWS_FIND_BOUNDS.streamMs },
    { why: 'FilterLogEvents is allowed five times a second', is: 1_000 / AWS_FIND_BOUNDS.pollMs, atMost: 5 },
  ];
  it.each(rows)('$why', ({ is, atMost }) => {
    expect(is).toBeLessThanOrEqual(atMost);
  });
});
