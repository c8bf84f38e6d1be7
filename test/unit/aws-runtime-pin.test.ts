import type { PutRuntimeManagementConfigCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { pinRuntime, type RuntimeControl, runtimeVersionOf } from '../../infra/aws/runtime-pin.ts';
import { serviceError } from '../support/fake-stacks.ts';
import { newManualClock } from '../support/manual-clock.ts';

const ARN = 'arn:aws:lambda:eu-central-1::runtime:775d';
const NAMES = Array.from({ length: 14 }, (_, i) => `f${i}`);
const conflict = () => serviceError('ResourceConflictException', 409, 'an update is in progress');

/** Lambda that refuses `f1` with the errors given, one a call. */
function newPlace(refusals: readonly Error[] = []) {
  const clock = newManualClock();
  const pinned: { readonly input: PutRuntimeManagementConfigCommand['input']; readonly atMs: number }[] = [];
  const left = [...refusals];
  const send = async ({ input }: PutRuntimeManagementConfigCommand) => {
    const refusal = input.FunctionName === 'f1' ? left.shift() : undefined;
    if (refusal !== undefined) throw refusal;
    pinned.push({ input, atMs: clock.elapsedMs() });
    return { $metadata: {} };
  };
  const bounds = { pollMs: 10, deadlineMs: 1_500 };
  const pin = () =>
    pinRuntime({ send } as unknown as RuntimeControl, clock, NAMES, { versionArn: ARN, bounds, signal: new AbortController().signal });
  return { pin, pinned };
}

describe('the runtime version', () => {
  it('is the one that Lambda names, if it does', () => {
    expect(runtimeVersionOf({ 'RuntimeVersionConfig.RuntimeVersionArn': ARN })).toBe(ARN);
    expect(runtimeVersionOf({})).toBeUndefined();
    expect(runtimeVersionOf(undefined)).toBeUndefined();
  });

  it('is set by hand on every function, twelve a second at most', async () => {
    const place = newPlace();
    await place.pin();
    expect(place.pinned.map(({ input }) => input)).toEqual(
      NAMES.map((FunctionName) => ({ FunctionName, UpdateRuntimeOn: 'Manual', RuntimeVersionArn: ARN })),
    );
    expect(place.pinned.filter(({ atMs }) => atMs < 1_000)).toHaveLength(12);
  });

  it('waits for an update that is under way', async () => {
    const place = newPlace([conflict(), conflict()]);
    await place.pin();
    expect(place.pinned).toHaveLength(NAMES.length);
  });

  it.each([
    { why: 'a right that is missing', refusals: [serviceError('AccessDeniedException', 403, 'not authorized')] },
    { why: 'an update that never ends', refusals: Array.from({ length: 500 }, conflict) },
  ])('is a refusal by name with $why', async ({ refusals }) => {
    await expect(newPlace(refusals).pin()).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('f1') });
  });
});
