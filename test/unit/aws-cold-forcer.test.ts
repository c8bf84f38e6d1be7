import { GetFunctionCommand, type GetFunctionCommandOutput, type UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { BenchError } from '../../harness/domain/exit-code.ts';
import { type ForceBounds, type FunctionControl, newColdForcer } from '../../infra/aws/cold-forcer.ts';
import { newManualClock } from '../support/manual-clock.ts';

const NONCE = 'f'.repeat(32);
const BOUNDS: ForceBounds = { pollMs: 10, deadlineMs: 1_000, updatesPerSecond: 12 };
const never = new AbortController().signal;

interface FakeFunction {
  revision: number;
  variables: Record<string, string>;
  /** Milliseconds of the clock at which the pending update is done. */
  doneAtMs: number | undefined;
  state: string;
  endStatus: 'Successful' | 'Failed';
}

/** A control plane as Lambda's: an update takes `updateMs`, meanwhile the old revision shows for `staleMs`. */
function newControl(clock: ReturnType<typeof newManualClock>, behaviour: { readonly updateMs: number; readonly staleMs?: number }) {
  const functions = new Map<string, FakeFunction>();
  const updates: { readonly name: string; readonly atMs: number; readonly input: UpdateFunctionConfigurationCommand['input'] }[] = [];
  const refusals = new Map<string, Error[]>();
  const get = (name: string): FakeFunction => {
    const found = functions.get(name) ?? {
      revision: 1,
      variables: { LNB_OTHER: 'kept' },
      doneAtMs: undefined,
      state: 'Active',
      endStatus: 'Successful',
    };
    functions.set(name, found);
    return found;
  };
  const described = (name: string): GetFunctionCommandOutput => {
    const it = get(name);
    const startedAtMs = it.doneAtMs === undefined ? undefined : it.doneAtMs - behaviour.updateMs;
    const isStale = startedAtMs !== undefined && clock.elapsedMs() < startedAtMs + (behaviour.staleMs ?? 0);
    const isBusy = it.doneAtMs !== undefined && clock.elapsedMs() < it.doneAtMs;
    return {
      $metadata: {},
      Configuration: {
        FunctionName: name,
        RevisionId: `r${isStale ? it.revision - 1 : it.revision}`,
        State: it.state as 'Active',
        LastUpdateStatus: isStale ? 'Successful' : isBusy ? 'InProgress' : it.endStatus,
        LastUpdateStatusReason: it.endStatus === 'Failed' ? 'no such subnet' : undefined,
        Environment: { Variables: isStale ? {} : it.variables },
      },
    };
  };
  const client = {
    async send(command: GetFunctionCommand | UpdateFunctionConfigurationCommand, options?: { abortSignal?: AbortSignal }) {
      options?.abortSignal?.throwIfAborted();
      const name = command.input.FunctionName ?? '';
      const refusal = refusals.get(`${command instanceof GetFunctionCommand ? 'get' : 'update'} ${name}`)?.shift();
      if (refusal !== undefined) throw refusal;
      if (command instanceof GetFunctionCommand) return described(name);
      const it = get(name);
      updates.push({ name, atMs: clock.elapsedMs(), input: command.input });
      it.revision++;
      it.variables = { ...command.input.Environment?.Variables };
      it.doneAtMs = clock.elapsedMs() + behaviour.updateMs;
      return { $metadata: {} };
    },
  };
  return { client: client as unknown as FunctionControl, get, updates, refusals };
}

const refusal = (name: string, status: number) =>
  Object.assign(new Error(`${name}, says the fake`), { name, $metadata: { httpStatusCode: status } });

describe('forcing cold', () => {
  it('updates all functions side by side, keeps their other variables, and tells when each was seen updated', async () => {
    const clock = newManualClock();
    const control = newControl(clock, { updateMs: 25 });
    const names = Array.from({ length: 8 }, (_, index) => `f${index}`);
    const forced = await newColdForcer(control.client, clock, BOUNDS).force(names, NONCE, never);
    expect(forced.map(({ functionName }) => functionName)).toEqual(names);
    expect(forced.map(({ successfulAt }) => successfulAt)).toEqual(Array(8).fill(30e6));
    expect(control.updates.map(({ input }) => input)).toEqual(
      names.map((FunctionName) => ({ FunctionName, Environment: { Variables: { LNB_OTHER: 'kept', LNB_NONCE: NONCE } } })),
    );
  });

  it('never sends more than twelve updates in one second, over rounds and functions', async () => {
    const clock = newManualClock();
    const control = newControl(clock, { updateMs: 1 });
    const forcer = newColdForcer(control.client, clock, { ...BOUNDS, deadlineMs: 10_000 });
    const names = Array.from({ length: 9 }, (_, index) => `f${index}`);
    for (const nonce of ['1', '2', '3', '4']) await forcer.force(names, nonce, never);
    expect(control.updates).toHaveLength(36);
    for (const { atMs } of control.updates) {
      expect(control.updates.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000).length).toBeLessThanOrEqual(12);
    }
  });

  it('does not believe a stale Successful of the revision before', async () => {
    const clock = newManualClock();
    const control = newControl(clock, { updateMs: 100, staleMs: 60 });
    const [forced] = await newColdForcer(control.client, clock, BOUNDS).force(['f'], NONCE, never);
    expect(forced?.successfulAt).toBe(100e6);
  });

  it('waits while another update is under way, then tries again', async () => {
    const clock = newManualClock();
    const control = newControl(clock, { updateMs: 5 });
    control.refusals.set('update f', [refusal('ResourceConflictException', 409), refusal('ResourceConflictException', 409)]);
    await newColdForcer(control.client, clock, BOUNDS).force(['f'], NONCE, never);
    expect(control.updates).toHaveLength(1);
    expect(clock.elapsedMs()).toBe(30);
  });

  it('tells when Lambda had taken each update in: its turn, and what was refused before, is no part of the update', async () => {
    const clock = newManualClock();
    const control = newControl(clock, { updateMs: 5 });
    control.refusals.set('update f', [refusal('ResourceConflictException', 409)]);
    const [forced] = await newColdForcer(control.client, clock, BOUNDS).force(['f'], NONCE, never);
    expect(forced?.acceptedAt).toBe((control.updates[0]?.atMs ?? Number.NaN) * 1e6);
    expect(forced?.acceptedAt).toBeGreaterThan(0);
  });
});

describe('what cannot be forced', () => {
  const rows: readonly {
    readonly why: string;
    readonly arrange: (control: ReturnType<typeof newControl>) => void;
    readonly says: RegExp;
    readonly because: RegExp;
  }[] = [
    {
      why: 'not allowed',
      arrange: ({ refusals }) => refusals.set('get f', [refusal('AccessDeniedException', 403)]),
      says: /f cold: GetFunction was refused/,
      because: /AccessDeniedException/,
    },
    {
      why: 'no such function',
      arrange: ({ refusals }) => refusals.set('update f', [refusal('ResourceNotFoundException', 404)]),
      says: /UpdateFunctionConfiguration was refused/,
      because: /ResourceNotFoundException/,
    },
    {
      why: 'the update fails',
      arrange: ({ get }) => {
        get('f').endStatus = 'Failed';
      },
      says: /the update failed/,
      because: /no such subnet/,
    },
    {
      why: 'the function went idle',
      arrange: ({ get }) => {
        get('f').state = 'Inactive';
      },
      says: /its state is Inactive/,
      because: /no reason/,
    },
  ];
  it.each(rows)('$why: fails at once, with the function’s name, and stops the others', async ({ arrange, says, because }) => {
    const clock = newManualClock();
    const control = newControl(clock, { updateMs: 40 });
    arrange(control);
    const forcing = newColdForcer(control.client, clock, BOUNDS).force(['f', 'g'], NONCE, never);
    const error = await forcing.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(BenchError);
    expect(error).toMatchObject({ message: expect.stringMatching(says), why: expect.stringMatching(because), exitCode: 4 });
    expect(clock.elapsedMs()).toBeLessThanOrEqual(50);
  });

  it('ends at its own deadline', async () => {
    const clock = newManualClock();
    const control = newControl(clock, { updateMs: 10_000 });
    const forcing = newColdForcer(control.client, clock, BOUNDS).force(['f'], NONCE, never);
    await expect(forcing).rejects.toMatchObject({
      message: expect.stringContaining('not updated in time'),
      why: expect.stringContaining('InProgress'),
    });
    expect(clock.elapsedMs()).toBeLessThanOrEqual(BOUNDS.deadlineMs);
  });

  it('ends with the signal’s reason', async () => {
    const clock = newManualClock();
    const stop = new AbortController();
    const control = newControl(clock, { updateMs: 10_000 });
    const forcing = newColdForcer(control.client, clock, BOUNDS).force(['f'], NONCE, stop.signal);
    setImmediate(() => stop.abort(new Error('interrupted')));
    await expect(forcing).rejects.toThrow('interrupted');
  });
});
