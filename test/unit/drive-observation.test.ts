import { describe, expect, it } from 'vitest';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { InvokeOutcome } from '../../harness/domain/ports.ts';
import type { ProbeAnswer, ProbeResult } from '../../harness/domain/probe-wire.ts';
import type { Call, Sample } from '../../harness/domain/sample.ts';
import { type ArmState, FRESH_ARM, nextArmState } from '../../harness/drive/arm-state.ts';
import { type CallContext, observe } from '../../harness/drive/observation.ts';

const NONCE = 'a'.repeat(32);
const call: Call = {
  callId: 'r001-0000',
  scenario: 'vpc-nat',
  target: 's3',
  round: 1,
  position: 0,
  purpose: 'measure',
  startAsked: 'warm',
  connection: 'new',
};
const okResult: ProbeResult = {
  kind: 'ok',
  phases: { connect: 200, ttfb: 700 },
  totalNs: 900,
  localAddress: '10.0.1.17',
  remoteAddress: '198.51.100.1',
};
const answer: ProbeAnswer = {
  version: 2,
  callId: call.callId,
  nonce: NONCE,
  environmentId: 'env-1',
  first: false,
  requestId: 'request-1',
  result: okResult,
};
const inRound: ArmState = { environmentId: 'env-1', pathProven: true, abandoned: false };

interface Parts {
  readonly call?: Partial<Call>;
  readonly answer?: Partial<ProbeAnswer>;
  readonly reply?: InvokeOutcome;
  readonly state?: Partial<ArmState>;
  readonly context?: Partial<CallContext>;
}

function observed(parts: Parts): Sample {
  const payload = new TextEncoder().encode(JSON.stringify({ ...answer, ...parts.answer }));
  const reply: InvokeOutcome = parts.reply ?? { kind: 'answered', requestId: 'request-1', payload };
  const times = { timings: { total: nanoseconds(5000) }, startedAt: nanoseconds(10_000), endedAt: nanoseconds(15_000), instants: [] };
  const context: CallContext = {
    call: { ...call, ...parts.call },
    askedAt: '2026-01-01T00:00:00.000Z',
    timed: { value: reply, ...times },
    perturbed: false,
    nonce: NONCE,
    state: { ...inRound, ...parts.state },
    ...parts.context,
  };
  return observe(context).sample;
}

const cold: Partial<Call> = { purpose: 'cold', startAsked: 'cold' };
const first: Partial<ProbeAnswer> = { first: true, initGapNs: 1_000_000, moduleNs: 50_000_000 };
const failing = (cls: string, phase: string): Partial<ProbeAnswer> => ({
  result: { kind: 'error', class: cls, phase, message: 'no', phases: {}, elapsedNs: 5 } as ProbeResult,
});
const functionError: InvokeOutcome = {
  kind: 'answered',
  requestId: 'request-1',
  functionError: 'Unhandled',
  payload: new TextEncoder().encode('{"errorType":"x"}'),
};

describe('observe', () => {
  it.each<[Parts, Partial<Sample>, string]>([
    [{}, { outcome: 'ok', start: 'warm' }, 'an ordinary warm call'],
    [{ call: cold, answer: first }, { outcome: 'ok', start: 'cold' }, 'an ordinary cold call'],
    [{ call: cold, answer: { ...first, initGapNs: 100_000_001 } }, { outcome: 'ok', start: 'preinit' }, 'initialised ahead'],
    [{ call: cold, answer: { ...first, initGapNs: 100_000_000 } }, { outcome: 'ok', start: 'cold' }, 'just not ahead'],
    [{ call: cold, answer: { nonce: 'b'.repeat(32) } }, { outcome: 'stale_env', start: 'warm' }, 'the old environment: asked again'],
    [{ call: cold }, { outcome: 'ok', discardReason: 'not-cold' }, 'a live environment with the new nonce'],
    [{ answer: { nonce: 'b'.repeat(32) } }, { outcome: 'ok', discardReason: 'stale-environment' }, 'the old configuration in a warm call'],
    [{ answer: first }, { outcome: 'ok', start: 'cold', discardReason: 'environment-recycled' }, 'a cold call nobody asked for'],
    [{ answer: { environmentId: 'env-2' } }, { discardReason: 'other-environment' }, 'another environment answered'],
    [{ state: { pathProven: false } }, { outcome: 'ok', discardReason: 'path-unproven' }, 'no proof in this environment'],
    [{ call: { purpose: 'open' } }, { outcome: 'ok', discardReason: 'warm-up' }, 'opens the connection to be kept'],
    [{ call: { purpose: 'settle', connection: 'reused' } }, { outcome: 'ok', discardReason: 'warm-up' }, 'the second discarded call'],
    [{ call: { purpose: 'blocked' } }, { outcome: 'ok', discardReason: 'reachability' }, 'reached what should be blocked'],
    [{ answer: failing('timeout', 'connect') }, { outcome: 'blocked', errorClass: 'timeout', errorPhase: 'connect' }, 'no way there'],
    [{ answer: failing('unreachable', 'connect') }, { outcome: 'blocked' }, 'no route'],
    [{ answer: failing('refused', 'connect') }, { outcome: 'blocked' }, 'nobody listens, or a firewall says so'],
    [{ answer: failing('dns', 'dns') }, { outcome: 'blocked' }, 'no such name'],
    [{ answer: failing('timeout', 'tls') }, { outcome: 'blocked' }, 'connected, but nobody proved who he is'],
    [{ answer: failing('timeout', 'ttfb') }, { outcome: 'failed' }, 'proved who it is, then said nothing'],
    [{ answer: failing('tls', 'tls') }, { outcome: 'failed', errorClass: 'tls' }, 'a wrong certificate is no blocked path'],
    [{ answer: failing('reset', 'connect') }, { outcome: 'failed' }, 'nor is a reset'],
    [
      { answer: failing('denied', 'auth') },
      { outcome: 'failed', errorClass: 'denied', errorPhase: 'auth' },
      'refused by the database itself',
    ],
    [{ call: { connection: 'reused' }, answer: failing('conn-stale', 'ttfb') }, { outcome: 'conn-stale' }, 'the kept connection had died'],
    [{ reply: functionError }, { outcome: 'failed', errorClass: 'function-error', errorPhase: 'invoke' }, 'the function crashed'],
    [{ answer: { callId: 'another' } }, { outcome: 'failed', errorClass: 'malformed-answer' }, 'the answer to another call'],
    [{ reply: { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' } }, { outcome: 'throttled' }, '429'],
    [
      { reply: { kind: 'failed', errorName: 'ECONNRESET', message: 'socket hang up' } },
      { outcome: 'failed', errorClass: 'ECONNRESET', errorPhase: 'invoke', errorMessage: 'socket hang up' },
      'Lambda was not reached',
    ],
  ])('%j is seen as %j: %s', (parts, expected) => {
    const sample = observed(parts);
    expect(sample).toMatchObject(expected);
    if (expected.outcome === 'ok' && expected.discardReason === undefined) expect(sample.discardReason).toBeUndefined();
    // A refusal before any environment is no call, so it has no time.
    expect(sample.client).toEqual(expected.outcome === 'throttled' ? undefined : { total: 5000 });
  });

  it.each([
    [[0x22, 0xc3], 'a character cut in half at the end'],
    [[0x22, 0xff, 0x22], 'a byte that begins no character'],
    [[0xef, 0xbb], 'half a byte order mark'],
  ])('takes %j for a malformed answer, and reads the next one as if nothing had been: %s', (bytes) => {
    const reply: InvokeOutcome = { kind: 'answered', requestId: 'request-1', payload: Uint8Array.from(bytes) };
    expect(observed({ reply })).toMatchObject({ outcome: 'failed', errorClass: 'malformed-answer' });
    expect(observed({})).toMatchObject({ outcome: 'ok', fn: { total: 900 } });
  });

  it('has exactly the phases that occurred', () => {
    expect(observed({}).fn).toEqual({ total: 900, phases: { connect: 200, ttfb: 700 } });
    expect(observed({ answer: failing('timeout', 'connect') }).fn).toBeUndefined();
  });

  it('has an age for cold calls alone, and an idle gap for reused connections alone', () => {
    const context = { successfulAt: nanoseconds(4_000) };
    const state = { keptUsedAt: nanoseconds(9_000) };
    expect(observed({ call: cold, answer: first, context, state })).toMatchObject({ age: 6_000 });
    expect(observed({ call: cold, answer: first, context, state }).idleGap).toBeUndefined();
    expect(observed({ call: { connection: 'reused' }, context, state })).toMatchObject({ idleGap: 1_000 });
    expect(observed({ call: { connection: 'reused' }, context, state }).age).toBeUndefined();
    expect(observed({ call: { connection: 'reused' } }).idleGap).toBeUndefined();
  });

  it('keeps foreign words short', () => {
    const long = 'x'.repeat(1024 * 1024);
    const payload = new TextEncoder().encode(long);
    for (const reply of [
      { kind: 'failed', errorName: long, message: long, requestId: long },
      { kind: 'throttled', reason: long },
      { kind: 'answered', requestId: long, functionError: long, payload },
      { kind: 'answered', requestId: long, payload },
    ] satisfies InvokeOutcome[]) {
      expect(JSON.stringify(observed({ reply })).length).toBeLessThan(2000);
    }
  });
});

const at = nanoseconds(99);
const sampleOf = (parts: Omit<Partial<Sample>, 'call'> & { readonly call?: Partial<Call> }): Sample => ({
  outcome: 'ok',
  askedAt: '',
  perturbed: false,
  ...parts,
  call: { ...call, ...parts.call },
});

describe('nextArmState', () => {
  it.each<[Parameters<typeof sampleOf>[0], boolean, Partial<ArmState>, string]>([
    [{ call: cold, environmentId: 'env-1' }, false, { environmentId: 'env-1' }, 'the cold call names the environment of the round'],
    [{ environmentId: 'env-2' }, false, { environmentId: 'env-0' }, 'no later call does'],
    [{ call: { purpose: 'open' } }, true, { keptUsedAt: at, pathProven: true }, 'opens the kept connection, proves the path'],
    [{ call: { purpose: 'settle', connection: 'reused' } }, false, { keptUsedAt: at }, 'uses it'],
    [{ call: { connection: 'reused' }, outcome: 'conn-stale' }, false, { keptUsedAt: 1 as never, abandoned: false }, 'did not use it'],
    [{ call: { connection: 'new' } }, false, { keptUsedAt: 1 as never }, 'another connection'],
    [{ call: cold, outcome: 'blocked' }, false, { abandoned: true }, 'not reached: no further calls in this round'],
    [{ call: cold, outcome: 'stale_env' }, false, { abandoned: true }, 'never became cold'],
    [{ call: { purpose: 'open' }, outcome: 'failed' }, false, { abandoned: true }, 'no connection, no proof'],
    [{ outcome: 'failed' }, false, { abandoned: false }, 'one failed call is one failed call'],
  ])('after %j, path proven: %s, is %j: %s', (parts, proven, expected) => {
    const before: ArmState = { environmentId: 'env-0', keptUsedAt: nanoseconds(1), pathProven: false, abandoned: false };
    expect(nextArmState(before, sampleOf(parts), at, proven)).toMatchObject(expected);
  });

  it('forgets neither proof nor abandonment', () => {
    const proven = nextArmState(FRESH_ARM, sampleOf({ call: { purpose: 'open' } }), at, true);
    expect(nextArmState(proven, sampleOf({}), at, false).pathProven).toBe(true);
    const lost = nextArmState(FRESH_ARM, sampleOf({ call: cold, outcome: 'blocked' }), at, false);
    expect(nextArmState(lost, sampleOf({}), at, false).abandoned).toBe(true);
  });
});
