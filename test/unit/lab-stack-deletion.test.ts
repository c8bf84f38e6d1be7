import { describe, expect, it } from 'vitest';
import { newStackLab, stackRequest } from '../support/stack-lab.ts';
import { CONFLICT, DEPENDENCY, GATEWAY, NETWORK, subnetOf, VPC } from '../support/stack-templates.ts';

describe('a deletion', () => {
  it('removes in reverse order, and the name is free afterwards', async () => {
    const lab = newStackLab({ Left: { deleteMs: 20 }, Right: { deleteMs: 10 } });
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.engine.settled(id);
    lab.engine.delete('net');
    await lab.clock.advance(19);
    expect(lab.calls).not.toContain('delete Vpc');
    expect(() => lab.engine.create(stackRequest(NETWORK))).toThrow('Stack [net] already exists');
    await lab.clock.advance(1);
    expect(lab.calls.slice(-4)).toEqual(['gone Right', 'gone Left', 'delete Vpc', 'gone Vpc']);
    expect(lab.engine.describe(id)[0]).toMatchObject({ status: 'DELETE_COMPLETE', deletionTime: new Date(Date.UTC(2026, 0, 1)) });
    expect(() => lab.engine.resources('net')).toThrow('Stack with id net does not exist');
    const again = lab.engine.create(stackRequest(NETWORK));
    expect(again).not.toBe(id);
    expect(lab.engine.describe('net')[0]?.stackId).toBe(again);
  });

  it('of a stack that is not there, or gone, does nothing', async () => {
    const lab = newStackLab();
    lab.engine.delete('net');
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.engine.settled(id);
    lab.engine.delete(id);
    lab.engine.delete(id);
    await lab.engine.settled(id);
    const events = lab.engine.events(id).length;
    lab.engine.delete(id);
    lab.engine.delete('net');
    await lab.engine.settled(id);
    expect(lab.engine.events(id)).toHaveLength(events);
    expect(lab.calls.filter((call) => call === 'delete Vpc')).toHaveLength(1);
  });

  it('fails where a realiser refuses, keeps what that needs, and can be tried again', async () => {
    const lab = newStackLab({ Left: { deleteErrors: [DEPENDENCY] } });
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.engine.settled(id);
    lab.engine.delete('net');
    await lab.engine.settled(id);
    expect(lab.engine.describe('net')[0]).toMatchObject({
      status: 'DELETE_FAILED',
      statusReason: 'The following resource(s) failed to delete: [Left].',
    });
    expect(Object.fromEntries(lab.engine.resources('net').map(({ logicalId, status }) => [logicalId, status]))).toEqual({
      Vpc: 'CREATE_COMPLETE',
      Gateway: 'DELETE_COMPLETE',
      Left: 'DELETE_FAILED',
      Right: 'DELETE_COMPLETE',
    });
    expect(lab.reasons('net', 'Left').at(-1)).toContain('Error Code: DependencyViolation');
    lab.engine.delete('net');
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe('DELETE_COMPLETE');
    expect(lab.calls.slice(-4)).toEqual(['delete Left', 'gone Left', 'delete Vpc', 'gone Vpc']);
  });

  it('during the creation cancels it and removes what comes of it', async () => {
    const lab = newStackLab({ Left: { createMs: 50 }, Right: { createMs: 50 } });
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.clock.advance(10);
    lab.engine.delete('net');
    await lab.clock.advance(0);
    expect(lab.engine.describe('net')[0]).toMatchObject({ status: 'DELETE_IN_PROGRESS', statusReason: 'User Initiated' });
    expect(lab.reasons('net', 'Left')).toEqual(['Resource creation cancelled']);
    await lab.clock.advance(40);
    await lab.engine.settled(id);
    expect(lab.timeline(id).filter((line) => line.startsWith('net'))).toEqual([
      'net CREATE_IN_PROGRESS',
      'net DELETE_IN_PROGRESS',
      'net DELETE_COMPLETE',
    ]);
    expect(lab.calls.slice(-2)).toEqual(['delete Vpc', 'gone Vpc']);
  });

  it('is waited for by whoever began to wait during the creation, and does not carry the token of the creation', async () => {
    const lab = newStackLab({ Vpc: { createMs: 10, deleteMs: 10 } });
    const id = lab.engine.create(stackRequest({ Resources: { Vpc: VPC } }, { clientRequestToken: 't' }));
    const status = lab.engine.settled(id).then(() => lab.engine.describe(id)[0]?.status);
    lab.engine.delete(id);
    await lab.clock.advance(20);
    expect(await status).toBe('DELETE_COMPLETE');
    const tokens = lab.engine.events(id).map(({ status, clientRequestToken }) => `${status} ${clientRequestToken ?? '-'}`);
    expect(tokens).toContain('CREATE_IN_PROGRESS t');
    expect(tokens).toContain('DELETE_IN_PROGRESS -');
    expect(tokens).not.toContain('DELETE_IN_PROGRESS t');
  });

  it('starts nothing more once the creation is cancelled', async () => {
    const lab = newStackLab({ Vpc: { createMs: 50 } });
    const id = lab.engine.create(stackRequest(NETWORK));
    lab.engine.delete(id);
    await lab.clock.advance(100);
    await lab.engine.settled(id);
    expect(lab.calls.filter((call) => call.startsWith('create'))).toEqual(['create Vpc', 'create Gateway']);
    expect(lab.engine.describe(id)[0]?.status).toBe('DELETE_COMPLETE');
  });

  it('during the rollback takes over and deletes nothing twice', async () => {
    const lab = newStackLab({ Right: { createError: CONFLICT }, Vpc: { deleteMs: 20 } });
    const id = lab.engine.create(stackRequest(NETWORK));
    await lab.clock.advance(10);
    expect(lab.engine.describe(id)[0]?.status).toBe('ROLLBACK_IN_PROGRESS');
    lab.engine.delete(id);
    await lab.clock.advance(20);
    await lab.engine.settled(id);
    expect(lab.timeline(id).filter((line) => line.startsWith('net'))).toEqual([
      'net CREATE_IN_PROGRESS',
      'net ROLLBACK_IN_PROGRESS',
      'net DELETE_IN_PROGRESS',
      'net DELETE_COMPLETE',
    ]);
    expect(lab.calls.filter((call) => call === 'delete Vpc')).toHaveLength(1);
  });

  it.each([
    { policy: 'Retain', onFailure: false, isKept: true, because: 'it is kept always' },
    { policy: 'Retain', onFailure: true, isKept: true, because: 'a rollback keeps it too' },
    { policy: 'RetainExceptOnCreate', onFailure: false, isKept: true, because: 'a deletion keeps it' },
    { policy: 'RetainExceptOnCreate', onFailure: true, isKept: false, because: 'a rollback takes it' },
    { policy: 'Delete', onFailure: false, isKept: false, because: 'it is the rule' },
  ])('with DeletionPolicy $policy, failing $onFailure: $because', async ({ policy, onFailure, isKept }) => {
    const lab = newStackLab(onFailure ? { Left: { createMs: 5, createError: CONFLICT } } : {});
    const resources = { Vpc: VPC, Left: subnetOf('10.0.0.0/24'), Gateway: { ...GATEWAY, DeletionPolicy: policy } };
    const id = lab.engine.create(stackRequest({ Resources: resources }));
    await lab.clock.advance(5);
    await lab.engine.settled(id);
    if (!onFailure) lab.engine.delete(id);
    await lab.engine.settled(id);
    expect(lab.engine.describe(id)[0]?.status).toBe(onFailure ? 'ROLLBACK_COMPLETE' : 'DELETE_COMPLETE');
    expect(lab.calls.includes('delete Gateway')).toBe(!isKept);
    expect(lab.timeline(id).includes('Gateway DELETE_SKIPPED')).toBe(isKept);
  });
});

describe('names and tokens', () => {
  it('gives the same stack to the same token and refuses the token for another name', async () => {
    const lab = newStackLab();
    const first = lab.engine.create(stackRequest(NETWORK, { clientRequestToken: 't' }));
    expect(lab.engine.create(stackRequest(NETWORK, { clientRequestToken: 't' }))).toBe(first);
    expect(() => lab.engine.create(stackRequest(NETWORK, { name: 'other', clientRequestToken: 't' }))).toThrow(
      expect.objectContaining({ code: 'TokenAlreadyExistsException', status: 400 }),
    );
    expect(() => lab.engine.create(stackRequest(NETWORK, { clientRequestToken: 'u' }))).toThrow(
      expect.objectContaining({ code: 'AlreadyExistsException', message: 'Stack [net] already exists' }),
    );
    await lab.engine.settled(first);
    expect(lab.calls.filter((call) => call === 'create Vpc')).toHaveLength(1);
  });

  it('lists what is not deleted, newest first', async () => {
    const lab = newStackLab();
    const ids = ['a', 'b', 'c'].map((name) => lab.engine.create(stackRequest(NETWORK, { name })));
    await Promise.all(ids.map((id) => lab.engine.settled(id)));
    lab.engine.delete('b');
    await Promise.all(ids.map((id) => lab.engine.settled(id)));
    expect(lab.engine.describe().map(({ name }) => name)).toEqual(['c', 'a']);
  });
});
