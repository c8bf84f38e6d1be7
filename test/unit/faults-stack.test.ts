import { describe, expect, test } from 'vitest';
import { AWS_LIKE } from '../../infra/lab/faults/aws-like.ts';
import type { LabKnobs } from '../../infra/lab/faults/knobs.ts';
import { newStackLab, type ResourceScript, settleTurn, stackRequest } from '../support/stack-lab.ts';

const vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
const gateway = { Type: 'AWS::EC2::InternetGateway' };
const THREE = { Resources: { Vpc: vpc, Left: gateway, Right: gateway } };
const slow: ResourceScript = { createMs: 10 };

async function runFailing(knobs: Partial<LabKnobs>) {
  const lab = newStackLab({ Left: slow, Right: slow }, { failResource: 'Vpc', slowCreation: { Vpc: 5 }, ...knobs });
  const id = lab.engine.create(stackRequest(THREE));
  await lab.clock.advance(1_000);
  await lab.engine.settled(id);
  const failures = lab.engine
    .events(id)
    .filter(({ status, logicalId }) => status === 'CREATE_FAILED' && logicalId !== 'net')
    .reverse();
  return { lab, id, failures: failures.map(({ logicalId, reason }) => `${logicalId}: ${reason}`) };
}

const REASON = 'The maximum number of VPCs has been reached. (Service: AmazonEC2; Status Code: 400; Error Code: VpcLimitExceeded)';
const CANCELLED = 'Resource creation cancelled';

describe('the causes that a failed stack shows', () => {
  test.each<{ knobs: Partial<LabKnobs>; failures: readonly string[]; why: string }>([
    {
      knobs: { failReason: REASON },
      failures: [`Vpc: ${REASON}`, `Left: ${CANCELLED}`, `Right: ${CANCELLED}`],
      why: 'the cause, then those that it cancelled',
    },
    {
      knobs: { failReason: REASON, secondCause: { cancelled: 'before' } },
      failures: [`Left: ${CANCELLED}`, `Right: ${CANCELLED}`, `Vpc: ${REASON}`],
      why: 'the cancelled ones before their cause',
    },
    {
      knobs: { failReason: REASON, secondCause: { cancelled: 'after', resource: 'Left', reason: 'Rate exceeded' } },
      failures: [`Vpc: ${REASON}`, `Right: ${CANCELLED}`, 'Left: Rate exceeded'],
      why: 'a later one with a reason of its own',
    },
  ])('$why', async ({ knobs, failures }) => {
    const run = await runFailing(knobs);
    expect(run.failures).toEqual(failures);
    expect(run.lab.engine.describe(run.id)[0]?.status).toBe('ROLLBACK_COMPLETE');
    // CloudFormation lists all of them, whichever came first.
    const [, why] = run.lab.reasons(run.id, 'net');
    for (const logicalId of ['Vpc', 'Left', 'Right']) expect(why).toContain(logicalId);
  });
});

describe('slow resources', () => {
  test.each([
    [{ Vpc: 40 }, 40, 'by logical id'],
    [{ 'AWS::EC2::VPC': 30 }, 30, 'by type'],
    [{ '*': 20, 'AWS::EC2::InternetGateway': 10 }, 20, 'all others'],
  ])('%j: %s ms, %s', async (slowCreation, milliseconds, _why) => {
    const lab = newStackLab({}, { slowCreation });
    const id = lab.engine.create(stackRequest(THREE));
    await lab.clock.advance(milliseconds - 1);
    expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_IN_PROGRESS');
    await lab.clock.advance(1);
    expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_COMPLETE');
  });

  test('deletions too', async () => {
    const lab = newStackLab({}, { slowDeletion: { Vpc: 50 } });
    const id = lab.engine.create(stackRequest(THREE));
    await lab.engine.settled(id);
    lab.engine.delete(id);
    await lab.clock.advance(49);
    expect(lab.engine.describe(id)[0]?.status).toBe('DELETE_IN_PROGRESS');
    await lab.clock.advance(1);
    expect(lab.engine.describe(id)[0]?.status).toBe('DELETE_COMPLETE');
  });
});

describe('deletions that fail', () => {
  const reason =
    'resource sg-0a1b has a dependent object (Service: Ec2, Status Code: 400, Request ID: 2f1c) (RequestToken: 7c, HandlerErrorCode: InvalidRequest)';

  test('as often as they are told to, then the stack goes', async () => {
    const lab = newStackLab({}, { failDeletion: { Vpc: { times: 2, reason } } });
    const id = lab.engine.create(stackRequest(THREE));
    await lab.engine.settled(id);
    for (const status of ['DELETE_FAILED', 'DELETE_FAILED', 'DELETE_COMPLETE']) {
      lab.engine.delete(id);
      await lab.engine.settled(id);
      expect(lab.engine.describe(id)[0]?.status).toBe(status);
    }
    expect(lab.reasons(id, 'Vpc').filter((told) => told === reason)).toHaveLength(2);
    expect(lab.calls.filter((call) => call === 'delete Vpc')).toHaveLength(1);
  });

  test('also spoil a rollback', async () => {
    const lab = newStackLab({}, { failResource: 'Right', slowCreation: { Right: 5 }, failDeletion: { Vpc: { times: 1, reason } } });
    const id = lab.engine.create(stackRequest(THREE));
    await lab.clock.advance(5);
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe('ROLLBACK_FAILED');
  });
});

describe('the scaled clock', () => {
  test('keeps order and proportion: what AWS does in minutes takes seconds', async () => {
    const nat = { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: 's', AllocationId: 'a' } };
    const lab = newStackLab({}, { ...AWS_LIKE, timeScale: 100 });
    const begun = lab.clock.now().getTime();
    const id = lab.engine.create(stackRequest({ Resources: { Nat: nat, Vpc: vpc } }));
    await lab.clock.advance(1_100);
    await settleTurn();
    const done = new Map(
      lab.engine
        .events(id)
        .flatMap(({ logicalId, status, timestamp }) =>
          status === 'CREATE_COMPLETE' ? [[logicalId, timestamp.getTime() - begun] as const] : [],
        ),
    );
    expect([...done].sort()).toEqual([
      ['Nat', 1_000],
      ['Vpc', 30],
      ['net', 1_000],
    ]);
  });

  test('a time limit is the client’s and stays on the client’s clock', async () => {
    const lab = newStackLab({}, { timeScale: 60, slowCreation: { Vpc: 7_200_000 } });
    const id = lab.engine.create(stackRequest(THREE, { timeoutMinutes: 1, onFailure: 'DO_NOTHING' }));
    await lab.clock.advance(59_999);
    expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_IN_PROGRESS');
    await lab.clock.advance(1);
    expect(lab.engine.describe(id)[0]).toMatchObject({ status: 'CREATE_FAILED', statusReason: expect.stringContaining('timeout') });
  });
});
