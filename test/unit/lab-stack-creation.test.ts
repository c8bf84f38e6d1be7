import { describe, expect, it } from 'vitest';
import { newStackLab, stackRequest } from '../support/stack-lab.ts';
import { CONFLICT, DEPENDENCY, GATEWAY, NETWORK, VPC } from '../support/stack-templates.ts';

describe('a creation that succeeds', () => {
  it('makes each resource after what it refers to, and independent ones at the same time', async () => {
    const lab = newStackLab({ Vpc: { createMs: 10 }, Left: { createMs: 30 }, Right: { createMs: 20 }, Gateway: { createMs: 5 } });
    const id = lab.engine.create(stackRequest(NETWORK));
    expect(lab.calls).toEqual(['create Vpc', 'create Gateway']);
    await lab.clock.advance(39);
    expect(lab.engine.describe('net')[0]?.status).toBe('CREATE_IN_PROGRESS');
    await lab.clock.advance(1);
    expect(lab.calls).toEqual([
      ...['create Vpc', 'create Gateway', 'made Gateway', 'made Vpc'],
      ...['create Left', 'create Right', 'made Right', 'made Left'],
    ]);
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_COMPLETE');
  });

  it('tells every step, with the physical id from the moment it is known', async () => {
    const lab = newStackLab();
    const id = lab.engine.create(stackRequest({ Resources: { Vpc: VPC } }, { clientRequestToken: 'token-1' }));
    await lab.engine.settled(id);
    const events = [...lab.engine.events('net')].reverse();
    expect(events.map(({ logicalId, physicalId, status, reason = '' }) => [logicalId, physicalId, status, reason])).toEqual([
      ['net', id, 'CREATE_IN_PROGRESS', 'User Initiated'],
      ['Vpc', '', 'CREATE_IN_PROGRESS', ''],
      ['Vpc', 'id-of-Vpc', 'CREATE_IN_PROGRESS', 'Resource creation Initiated'],
      ['Vpc', 'id-of-Vpc', 'CREATE_COMPLETE', ''],
      ['net', id, 'CREATE_COMPLETE', ''],
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
    expect(events.map(({ clientRequestToken }) => clientRequestToken)).toEqual(events.map(() => 'token-1'));
    expect(id).toMatch(/^arn:aws:cloudformation:us-east-1:123456789012:stack\/net\/[0-9a-f-]{36}$/);
  });

  it('gives a resource evaluated properties in their own form, its tags over those of the stack, and a name', async () => {
    const lab = newStackLab();
    const bucket = {
      Type: 'AWS::S3::Bucket',
      Properties: {
        PublicAccessBlockConfiguration: { BlockPublicAcls: 'true' },
        Tags: [{ Key: 'owner', Value: { 'Fn::Sub': `\${AWS::StackName}-\${Who}` } }],
      },
    };
    const template = { Parameters: { Who: { Type: 'String', Default: 'me' } }, Resources: { Proof: bucket } };
    const tags = [
      { key: 'run', value: 'r1' },
      { key: 'owner', value: 'stack' },
    ];
    const id = lab.engine.create(stackRequest(template, { name: 'lnb-Paid', tags }));
    await lab.engine.settled(id);
    const request = lab.requests.get('Proof');
    expect(request?.properties['PublicAccessBlockConfiguration']).toEqual({ BlockPublicAcls: true });
    expect(request?.tags).toEqual({
      run: 'r1',
      owner: 'lnb-Paid-me',
      'aws:cloudformation:stack-name': 'lnb-Paid',
      'aws:cloudformation:stack-id': id,
      'aws:cloudformation:logical-id': 'Proof',
    });
    expect(request?.generatedName).toBe('lnb-paid-proof-abcdefghij12');
    expect(request).toMatchObject({ stackId: id, stackName: 'lnb-Paid', logicalId: 'Proof' });
  });

  it('waits for DependsOn without a reference', async () => {
    const lab = newStackLab({ Gateway: { createMs: 10 } });
    lab.engine.create(stackRequest({ Resources: { Vpc: { ...VPC, DependsOn: 'Gateway' }, Gateway: GATEWAY } }));
    await lab.clock.advance(9);
    expect(lab.calls).toEqual(['create Gateway']);
    await lab.clock.advance(1);
    expect(lab.calls).toEqual(['create Gateway', 'made Gateway', 'create Vpc', 'made Vpc']);
  });

  it('evaluates the outputs at the end', async () => {
    const lab = newStackLab();
    const outputs = { Cidr: { Value: { 'Fn::GetAtt': 'Vpc.CidrBlock' }, Description: 'addresses' }, Id: { Value: { Ref: 'Vpc' } } };
    const id = lab.engine.create(stackRequest({ Resources: { Vpc: VPC }, Outputs: outputs }));
    expect(lab.engine.describe(id)[0]?.outputs).toEqual([]);
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.outputs).toEqual([
      { key: 'Cidr', value: 'Vpc/CidrBlock', description: 'addresses' },
      { key: 'Id', value: 'id-of-Vpc' },
    ]);
  });
});

describe('a creation that fails', () => {
  const failing = {
    Vpc: { createMs: 1 },
    Gateway: { createMs: 2, deleteMs: 5 },
    Right: { createMs: 9, createError: CONFLICT },
    Left: { createMs: 49 },
  };

  it('cancels what is being made, then removes in reverse order, also what was finished too late', async () => {
    const lab = newStackLab(failing);
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.clock.advance(10);
    expect(lab.engine.describe(id)[0]?.status).toBe('ROLLBACK_IN_PROGRESS');
    expect(lab.calls).not.toContain('delete Vpc');
    await lab.clock.advance(40);
    await lab.engine.settled(id);
    expect(lab.timeline('net')).toEqual([
      'net CREATE_IN_PROGRESS',
      ...['Vpc CREATE_IN_PROGRESS', 'Gateway CREATE_IN_PROGRESS', 'Vpc CREATE_IN_PROGRESS', 'Vpc CREATE_COMPLETE'],
      ...['Left CREATE_IN_PROGRESS', 'Right CREATE_IN_PROGRESS', 'Gateway CREATE_IN_PROGRESS', 'Gateway CREATE_COMPLETE'],
      ...['Right CREATE_FAILED', 'Left CREATE_FAILED', 'net ROLLBACK_IN_PROGRESS'],
      ...['Right DELETE_COMPLETE', 'Gateway DELETE_IN_PROGRESS', 'Gateway DELETE_COMPLETE'],
      ...['Left DELETE_IN_PROGRESS', 'Left DELETE_COMPLETE', 'Vpc DELETE_IN_PROGRESS', 'Vpc DELETE_COMPLETE'],
      'net ROLLBACK_COMPLETE',
    ]);
    expect(lab.calls.slice(-5)).toEqual(['made Left', 'delete Left', 'gone Left', 'delete Vpc', 'gone Vpc']);
  });

  it('says which resource failed and why, and tells the cancelled ones apart', async () => {
    const lab = newStackLab(failing);
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.clock.advance(100);
    expect(lab.reasons('net', 'Right')).toEqual([
      "Resource handler returned message: \"The CIDR '10.0.1.0/24' conflicts with another subnet " +
        '(Service: EC2; Status Code: 400; Error Code: InvalidSubnet.Conflict)" (HandlerErrorCode: AlreadyExists)',
    ]);
    expect(lab.reasons('net', 'Left')).toEqual(['Resource creation cancelled']);
    expect(lab.reasons('net', 'net')).toContain('The following resource(s) failed to create: [Right, Left]. Rollback requested by user.');
    expect(lab.engine.describe(id)[0]?.status).toBe('ROLLBACK_COMPLETE');
  });

  it('takes any throw for a failure', async () => {
    const lab = newStackLab({ Vpc: { createError: new TypeError('x is not a function') } });
    const id = lab.engine.create(stackRequest({ Resources: { Vpc: VPC } }));
    await lab.engine.settled(id);
    expect(lab.reasons(id, 'Vpc')).toEqual([
      'Resource handler returned message: "x is not a function" (HandlerErrorCode: InternalFailure)',
    ]);
  });

  it('with OnFailure DELETE leaves a record that only the id finds', async () => {
    const lab = newStackLab(failing);
    const id = lab.engine.create(stackRequest(NETWORK, { onFailure: 'DELETE' }));
    await lab.clock.advance(50);
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe('DELETE_COMPLETE');
    expect(lab.reasons(id, 'net')).toContain('The following resource(s) failed to create: [Right, Left]. Delete requested by user.');
    expect(() => lab.engine.describe('net')).toThrow('Stack with id net does not exist');
    expect(() => lab.engine.events('net')).toThrow('Stack [net] does not exist');
    expect(lab.engine.describe()).toEqual([]);
    expect(lab.engine.resources(id).map(({ status }) => status)).toEqual(Array(4).fill('DELETE_COMPLETE'));
    expect(lab.calls.filter((call) => call.startsWith('gone')).sort()).toEqual(['gone Gateway', 'gone Left', 'gone Vpc']);
  });

  it('with DO_NOTHING keeps what was made until the stack is deleted', async () => {
    const lab = newStackLab(failing);
    const id = lab.engine.create(stackRequest(NETWORK, { onFailure: 'DO_NOTHING' }));
    await lab.clock.advance(10);
    expect(lab.engine.describe(id)[0]).toMatchObject({
      status: 'CREATE_FAILED',
      statusReason: 'The following resource(s) failed to create: [Right, Left].',
    });
    await lab.clock.advance(40);
    await lab.engine.settled(id);
    expect(lab.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    lab.engine.delete(id);
    await lab.clock.advance(5);
    await lab.engine.settled(id);
    expect(lab.calls.filter((call) => call.startsWith('gone')).sort()).toEqual(['gone Gateway', 'gone Left', 'gone Vpc']);
  });

  it('says ROLLBACK_FAILED when a thing cannot be removed', async () => {
    const lab = newStackLab({ Right: { createError: CONFLICT }, Gateway: { deleteErrors: [DEPENDENCY] } });
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: 'The following resource(s) failed to delete: [Gateway].',
    });
  });

  it('fails when an output has no value', async () => {
    const lab = newStackLab();
    const outputs = { Zone: { Value: { 'Fn::Select': [7, { 'Fn::GetAZs': '' }] } } };
    const id = lab.engine.create(stackRequest({ Resources: { Vpc: VPC }, Outputs: outputs }));
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe('ROLLBACK_COMPLETE');
    expect(lab.reasons(id, 'net')).toContain(
      'Template error: Fn::Select cannot select nonexistent value at index 7 Rollback requested by user.',
    );
  });

  it.each([
    { onFailure: 'ROLLBACK', end: 'ROLLBACK_COMPLETE' },
    { onFailure: 'DELETE', end: 'DELETE_COMPLETE' },
  ] as const)('stops at the time limit and ends as $end', async ({ onFailure, end }) => {
    const lab = newStackLab({ Vpc: { createMs: 90_000 } });
    const id = lab.engine.create(stackRequest({ Resources: { Vpc: VPC } }, { timeoutMinutes: 1, onFailure }));
    await lab.clock.advance(59_999);
    expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_IN_PROGRESS');
    await lab.clock.advance(1);
    expect(lab.reasons(id, 'net').at(-1)).toMatch(
      /^Stack creation time exceeded the specified timeout\. (Rollback|Delete) requested by user\.$/,
    );
    expect(lab.reasons(id, 'Vpc')).toEqual(['Resource creation cancelled']);
    await lab.clock.advance(30_000);
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe(end);
    expect(lab.calls).toEqual(['create Vpc', 'made Vpc', 'delete Vpc', 'gone Vpc']);
  });

  it('has no time limit left once it is complete', async () => {
    const lab = newStackLab();
    const id = lab.engine.create(stackRequest({ Resources: { Vpc: VPC } }, { timeoutMinutes: 1 }));
    await lab.engine.settled(id);
    expect(lab.clock.pending()).toBe(0);
    await lab.clock.advance(120_000);
    expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_COMPLETE');
  });
});

describe('the knob failResource', () => {
  it('fails the named resource before it is made, in each stack that has it', async () => {
    const knobs = { failResource: 'Left' };
    const lab = newStackLab({}, knobs);
    for (const name of ['one', 'two']) {
      const id = lab.engine.create(stackRequest(NETWORK, { name }));
      await lab.engine.settled(id);
      expect(lab.engine.describe(id)[0]?.status).toBe('ROLLBACK_COMPLETE');
      expect(lab.reasons(id, 'Left')[0]).toContain('The lab was told to fail Left (knob failResource)');
    }
    expect(lab.calls).not.toContain('create Left');
  });

  it('leaves other stacks alone', async () => {
    const lab = newStackLab({}, { failResource: 'Elsewhere' });
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe('CREATE_COMPLETE');
  });
});
