import { describe, expect, it } from 'vitest';
import { observeReachability, type ReachabilityVerdict } from '../../harness/analyse/reachability.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { ReportedSample } from '../../harness/domain/sample.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { newReportedSample, type SampleParts } from '../support/reported-sample.ts';

const plan = newPlan(
  { backend: 'lab', scenarios: [], targets: ['internet', 's3', 'rds'], rounds: 2, warm: 1, seed: 'seed', reference: true },
  SCENARIOS,
);

/** The row of one arm whose calls went like this. */
function rowOf(scenario: string, target: 's3' | 'rds', calls: readonly SampleParts[]) {
  const samples: ReportedSample[] = calls.map((parts) => newReportedSample({ ...parts, call: { scenario, target, ...parts.call } }));
  return observeReachability(plan, samples, []).find((row) => row.scenario === scenario && row.target === target);
}

const ok: SampleParts = { outcome: 'ok' };
const blocked: SampleParts = { outcome: 'blocked', errorClass: 'timeout', errorPhase: 'connect' };
const failedIn = (errorPhase: string): SampleParts => ({ outcome: 'failed', errorClass: 'denied', errorPhase });

describe('observeReachability', () => {
  it.each<['s3' | 'rds', readonly SampleParts[], ReachabilityVerdict, string, string]>([
    ['s3', [], 'not observed', '0/0+0', 'nothing was asked'],
    ['s3', [ok, ok], 'reached', '2/2+0', 'as expected'],
    ['s3', [ok, blocked], 'reached', '1/2+0', 'once is reached: a failure now and then is counted'],
    ['s3', [blocked], 'UNEXPECTEDLY BLOCKED', '0/1+0', 'never'],
    ['s3', [failedIn('ttfb')], 'reached', '1/1+0', 'it answered, with no: the way is open'],
    ['s3', [failedIn('tls')], 'not observed', '0/0+1', 'somebody answered who could not prove himself'],
    ['s3', [failedIn('invoke')], 'not observed', '0/0+1', 'the function failed'],
    [
      's3',
      [{ outcome: 'throttled' }, { outcome: 'lost' }, { outcome: 'conn-stale' }],
      'not observed',
      '0/0+3',
      'none of these tells anything',
    ],
    ['s3', [blocked, { outcome: 'stale_env' }], 'UNEXPECTEDLY BLOCKED', '0/1+1', 'a repeated call is no attempt'],
    ['rds', [], 'not observed', '0/0+0', 'nothing was asked'],
    ['rds', [blocked, blocked], 'blocked as expected', '0/2+0', 'as expected'],
    ['rds', [blocked, ok], 'UNEXPECTEDLY REACHABLE', '1/2+0', 'once is too often'],
    ['rds', [blocked, failedIn('auth')], 'UNEXPECTEDLY REACHABLE', '1/2+0', 'refused by a database that proved who it is'],
    ['rds', [blocked, failedIn('query')], 'UNEXPECTEDLY REACHABLE', '1/2+0', 'later still'],
    ['rds', [failedIn('invoke')], 'not observed', '0/0+1', 'a function that crashes proves no isolation'],
  ])('default to %s, %j: %s (%s): %s', (target, calls, verdict, counts) => {
    const row = rowOf('default', target, calls);
    expect(row?.verdict).toBe(verdict);
    expect(`${row?.reached}/${row?.attempts}+${row?.untold}`).toBe(counts);
  });

  it('names the commonest way of failing and the median time until it', () => {
    const timed = (ms: number): SampleParts => ({ ...blocked, report: { duration: nanoseconds(ms * 1e6) } });
    const refused: SampleParts = { outcome: 'blocked', errorClass: 'refused', errorPhase: 'connect' };
    expect(rowOf('default', 'rds', [refused, timed(30), timed(10), timed(20), blocked])).toMatchObject({
      signature: 'timeout in connect',
      untilFailure: 20e6,
    });
  });

  it.each<[SampleParts[], string | undefined, string]>([
    [[failedIn('invoke')], 'denied in invoke', 'of calls that tell nothing, when there are no others'],
    [[{ outcome: 'lost' }], 'lost', 'a call of which nothing is known'],
    [[ok, failedIn('invoke')], undefined, 'not of calls that tell nothing beside an answer'],
    [[], undefined, 'nothing failed'],
  ])('gives %j the signature %s: %s', (calls, signature) => {
    const row = rowOf('default', 's3', calls);
    expect(row?.signature).toBe(signature);
    expect(row?.untilFailure).toBeUndefined();
  });

  it('says of a wrong path what was expected and what was seen', () => {
    const samples = [newReportedSample({ provenPath: 'nat-gateway' })];
    const wrongPaths = [{ arm: 'default/s3', expected: 'aws-network', seen: 'nat-gateway (readable proof objects: aws:SourceIp)' }];
    const rows = observeReachability(plan, samples, wrongPaths);
    expect(rows.filter(({ verdict }) => verdict === 'WRONG PATH')).toMatchObject([
      {
        scenario: 'default',
        target: 's3',
        path: 'nat-gateway',
        wrongPath: { expected: 'aws-network', seen: 'nat-gateway (readable proof objects: aws:SourceIp)' },
      },
    ]);
  });

  it('has a row for every arm of the plan, in its order', () => {
    expect(observeReachability(plan, [], []).map(({ scenario, target }) => ({ scenario, target }))).toEqual(
      plan.arms.map(({ scenario, target }) => ({ scenario, target })),
    );
  });
});
