import type { Start } from '../../harness/domain/cell.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { Call, ReportedSample, ReportFigures } from '../../harness/domain/sample.ts';

/** What a test wants to differ from an ordinary measured warm call of `default` to S3. Times in nanoseconds. */
export interface SampleParts extends Partial<Omit<ReportedSample, 'call' | 'report' | 'client' | 'fn'>> {
  readonly call?: Partial<Call>;
  readonly report?: ReportFigures;
  readonly clientTotal?: number;
  readonly fnTotal?: number;
}

let counter = 0;

/** A sample with a call id of its own. Its start, unless stated, is the one that was asked for. */
export function newReportedSample(parts: SampleParts = {}): ReportedSample {
  const { call: callParts = {}, clientTotal, fnTotal, ...rest } = parts;
  const cold = callParts.purpose === 'cold';
  const call: Call = {
    callId: `call-${++counter}`,
    scenario: 'default',
    target: 's3',
    round: 1,
    position: 0,
    purpose: 'measure',
    startAsked: cold ? 'cold' : 'warm',
    connection: 'new',
    ...callParts,
  };
  const start: Start = call.startAsked;
  return {
    outcome: 'ok',
    ...((rest.outcome ?? 'ok') === 'ok' ? { start } : {}),
    askedAt: '2026-01-01T00:00:00.000Z',
    environmentId: `env-${call.round}`,
    requestId: `request-${counter}`,
    perturbed: false,
    report: {},
    reportSource: 'tail',
    ...(clientTotal === undefined ? {} : { client: { total: nanoseconds(clientTotal) } }),
    ...(fnTotal === undefined ? {} : { fn: { total: nanoseconds(fnTotal), phases: {} } }),
    ...rest,
    call,
  };
}
