import { expect, test } from 'vitest';
import { AWS_LIKE } from '../../infra/lab/faults/aws-like.ts';
import { DEFAULT_KNOBS } from '../../infra/lab/faults/knobs.ts';
import { parseKnobs } from '../../infra/lab/faults/parse-knobs.ts';

const change = (given: unknown) => parseKnobs(DEFAULT_KNOBS, JSON.stringify(given));
const cut = { service: 'lambda', operation: 'Invoke', times: 2, effect: { kind: 'cut', when: 'after-effect' } };

test.each([
  ['every kind of call fault', { callFaults: [cut, { ...cut, effect: { kind: 'throttle', reason: 'CallerRateLimitExceeded' } }] }],
  ['a server error', { callFaults: [{ ...cut, effect: { kind: 'server-error', status: 503 } }] }],
  ['a refusal of one’s own', { callFaults: [{ ...cut, effect: { kind: 'refuse', code: 'AccessDenied', status: 403, message: 'no' } }] }],
  ['deletions that fail', { failDeletion: { Group: { times: 3, reason: 'it has a dependent object' } } }],
  ['a misleading second cause', { secondCause: { cancelled: 'before', resource: 'Nat', reason: 'something else' } }],
  ['times by logical id, by type and for all', { slowCreation: { '*': 1, 'AWS::EC2::VPC': 2, Vpc: 3 } }],
  ['a moment', { credentialsExpireAt: '2026-11-25T18:00:00Z' }],
  ['an initialisation type', { initializationType: 'snap-start' }],
])('taken as given: %s', (_what, given) => {
  expect(change(given)).toEqual({ ...DEFAULT_KNOBS, ...given });
});

test.each([
  [{ callFaults: {} }, 'callFaults must be a list', 'no list'],
  [
    { callFaults: [{ ...cut, service: 'cloudfromation' }] },
    'callFaults[0].service must be one of',
    'a misspelt service would never be met',
  ],
  [{ callFaults: [{ ...cut, operation: 'describe' }] }, 'callFaults[0].operation', 'no operation’s name'],
  [{ callFaults: [{ ...cut, times: 0 }] }, 'callFaults[0].times', 'a fault that never holds'],
  [{ callFaults: [{ ...cut, times: 1.5 }] }, 'callFaults[0].times must be a whole number', 'half an occasion'],
  [{ callFaults: [{ ...cut, more: 1 }] }, 'callFaults[0] has no more', 'a member that nobody reads'],
  [{ callFaults: [{ ...cut, effect: { kind: 'cut', when: 'later' } }] }, 'callFaults[0].effect.when must be one of', 'no such moment'],
  [
    { callFaults: [{ ...cut, effect: { kind: 'server-error', status: 502 } }] },
    'effect.status must be one of 500, 503',
    'not a service’s own',
  ],
  [
    { callFaults: [{ ...cut, effect: { kind: 'server-error', status: 503, reason: 'x' } }] },
    'effect has no reason',
    'a member of another kind',
  ],
  [
    { callFaults: [{ ...cut, service: 'logs', effect: { kind: 'throttle', reason: 'CallerRateLimitExceeded' } }] },
    'reason is for lambda only',
    'other services give none',
  ],
  [{ callFaults: [{ ...cut, service: 's3' }] }, 'cannot be after-effect for s3', 'S3 answers while it works'],
  [{ failDeletion: { Group: { times: 1 } } }, 'failDeletion.Group.reason', 'no reason'],
  [{ secondCause: { cancelled: 'before', resource: 'Nat' } }, 'secondCause.reason', 'a resource without its reason'],
  [{ slowCreation: { Vpc: -1 } }, 'slowCreation.Vpc', 'negative'],
  [{ credentialsExpireAt: 'soon' }, 'credentialsExpireAt must be a moment', 'no moment'],
  [{ timeScale: 0 }, 'timeScale', 'time would stand still'],
  [{ preset: 'aws' }, 'preset must be one of aws-like', 'no such preset'],
  [{ updateMs: null }, 'updateMs', 'a knob that is always there cannot be taken back'],
])('%j is refused, naming “%s”: %s', (given, says, _why) => {
  expect(() => change(given)).toThrow(expect.objectContaining({ code: 'InvalidKnob', message: expect.stringContaining(says) }));
});

test('null takes an optional knob back', () => {
  const set = change({ failResource: 'Vpc', failReason: 'why', vpcUpdateMs: 5, vpcPendingMs: 5, secondCause: { cancelled: 'before' } });
  const back = { failResource: null, failReason: null, vpcUpdateMs: null, vpcPendingMs: null, secondCause: null };
  expect(parseKnobs(set, JSON.stringify(back))).toEqual(DEFAULT_KNOBS);
});

test('a preset sets its knobs, and what stands beside it overrides it', () => {
  expect(change({ preset: 'aws-like', timeScale: 100, updateMs: 7 })).toEqual({
    ...DEFAULT_KNOBS,
    ...AWS_LIKE,
    timeScale: 100,
    updateMs: 7,
  });
});

test('faults that a change does not name go on as the same, so that their count goes on', () => {
  const set = change({ callFaults: [cut] });
  expect(parseKnobs(set, '{"updateMs":1}').callFaults[0]).toBe(set.callFaults[0]);
  expect(parseKnobs(set, JSON.stringify({ callFaults: [cut] })).callFaults[0]).not.toBe(set.callFaults[0]);
});
