import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { CommandIo } from '../../harness/cli/io.ts';
import { formatStatus, type LiveState, newLiveView } from '../../harness/cli/live-view.ts';
import { describeProgress } from '../../harness/cli/progress-lines.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { RoundTimes } from '../../harness/domain/round-times.ts';
import type { Sample } from '../../harness/domain/sample.ts';
import type { Progress } from '../../harness/run/progress.ts';
import { newReportedSample, type SampleParts } from '../support/reported-sample.ts';

interface Screen {
  readonly io: CommandIo;
  /** Everything written so far. */
  text(): string;
  /** The rows of a terminal that does what it was told, cursor left on the last. */
  rows(): string[];
}

function newScreen(parts: { readonly isTTY?: boolean; readonly columns?: number; readonly env?: NodeJS.ProcessEnv }): Screen {
  let written = '';
  const sink = (): Writable =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written += String(chunk);
        done();
      },
    });
  const stderr = Object.assign(sink(), { isTTY: parts.isTTY ?? false }, parts.columns === undefined ? {} : { columns: parts.columns });
  return {
    io: { stdout: sink(), stderr, env: parts.env ?? {} },
    text: () => written,
    rows: () => written.split('\n').map((row) => row.slice(row.lastIndexOf('\r') + 1).replaceAll('\x1b[2K', '')),
  };
}

function call(fnMs: number, parts: SampleParts = {}): Progress {
  const sample: Sample = newReportedSample({ fnTotal: fnMs * 1e6, ...parts });
  return { kind: 'observed', sample };
}

/** A view over 100 calls in 4 rounds, with a clock that the test moves. */
function newView(screen: Screen, expected: { readonly spent?: (seconds: number, rounds: number) => string } = {}) {
  let at = 1_000_000;
  const view = newLiveView(screen.io, { calls: 100, rounds: 4, ...expected }, () => at);
  return {
    ...view,
    /** Passes on what happens `ms` later. */
    later: (ms: number, progress: Progress) => {
      at += ms;
      view.onProgress(progress);
    },
  };
}

const deployed: Progress = { kind: 'deployed', seconds: 12.34, functions: 6 };

describe('a live view on a terminal', () => {
  it('redraws one status line, and lets events scroll above it', () => {
    const screen = newScreen({ isTTY: true, columns: 120 });
    const view = newView(screen);
    view.later(0, deployed);
    for (let i = 0; i < 10; i++) view.later(1000, call(2));
    view.later(0, { kind: 'arm-dropped', arm: 'default/s3', why: 'not reached in 3 rounds in a row' });
    expect(screen.rows()).toEqual([
      '✓ deployed 6 functions in 12.3 s',
      '! default/s3 is not asked any more: not reached in 3 rounds in a row',
      'round 1/4  calls 10/100 (10 %)  ETA 1:30  default/s3 2.00 ms',
    ]);
    view.stop();
    expect(screen.rows().at(-1)).toBe('');
    expect(screen.rows()).toHaveLength(3);
  });

  it('says what was spent since the deploy began, by the rounds that are done', () => {
    const screen = newScreen({ isTTY: true, columns: 150 });
    const view = newView(screen, { spent: (seconds, rounds) => `spent about $${seconds}.0${rounds} of $99` });
    view.later(30_000, deployed);
    view.later(0, { kind: 'round', number: 3, of: 4 });
    view.later(5000, call(2));
    expect(screen.rows().at(-1)).toBe('round 3/4  calls 1/100 (1 %)  ETA …  spent about $35.02 of $99  default/s3 2.00 ms');
  });

  it('redraws no more often than five times a second', () => {
    const screen = newScreen({ isTTY: true });
    const view = newView(screen);
    view.later(0, deployed);
    view.later(0, call(1));
    const once = screen.text();
    view.later(199, call(1));
    expect(screen.text()).toBe(once);
    view.later(1, call(1));
    expect(screen.text()).not.toBe(once);
  });

  it.each<[number | undefined, number, string]>([
    [40, 39, 'one column stays free, or the cursor would wrap'],
    [0, 99, 'a terminal that does not know its width'],
    [undefined, 99, 'nor does this'],
  ])('of %s columns cuts the status line to %i: %s', (columns, length) => {
    const screen = newScreen({ isTTY: true, ...(columns === undefined ? {} : { columns }) });
    const view = newView(screen);
    view.later(0, deployed);
    for (const scenario of ['a', 'b', 'c', 'd']) view.later(1000, call(1, { call: { scenario: `${scenario}-with-a-rather-long-name` } }));
    expect(screen.rows().at(-1)).toHaveLength(length);
  });
});

describe.each([
  ['a pipe', { isTTY: false }],
  ['CI', { isTTY: true, env: { CI: 'true' } }],
] as const)('a live view in %s', (_, parts) => {
  it('writes whole lines, no escape and no carriage return', () => {
    const screen = newScreen(parts);
    const view = newView(screen);
    view.later(0, deployed);
    for (let i = 0; i < 50; i++) view.later(2000, call(3));
    view.later(0, { kind: 'round', number: 1, of: 4 });
    view.stop();
    expect(screen.text()).not.toMatch(/\p{Cc}(?<!\n)/u);
    expect(screen.text().endsWith('\n')).toBe(true);
  });

  it('has a heartbeat every thirty seconds, and figures with the first round', () => {
    const screen = newScreen(parts);
    const view = newView(screen);
    view.later(0, deployed);
    view.later(0, call(3));
    for (let i = 0; i < 59; i++) view.later(1000, call(3));
    view.later(0, { kind: 'round', number: 1, of: 4 });
    view.later(0, { kind: 'round', number: 2, of: 4 });
    view.later(1000, call(3));
    expect(screen.rows()).toEqual([
      '✓ deployed 6 functions in 12.3 s',
      'round 1/4  calls 1/100 (1 %)  ETA …  default/s3 3.00 ms',
      'round 1/4  calls 31/100 (31 %)  ETA 1:07  default/s3 3.00 ms',
      'round 1/4 done: default/s3 3.00 ms',
      'round 2/4  calls 61/100 (61 %)  ETA 0:38  default/s3 3.00 ms',
      '',
    ]);
  });
});

describe('what a live view counts', () => {
  it.each<[SampleParts, number, string]>([
    [{}, 0, 'answered'],
    [{ outcome: 'failed' }, 1, 'failed'],
    [{ outcome: 'throttled' }, 1, 'refused'],
    [{ outcome: 'blocked', call: { purpose: 'blocked' } }, 0, 'blocked, as an attempt at a blocked target may be'],
    [{ outcome: 'blocked', call: { purpose: 'cold' } }, 1, 'blocked where it should not be'],
  ])('%j as %i failed: %s', (parts, failed) => {
    const screen = newScreen({ isTTY: true });
    const view = newView(screen);
    view.later(0, deployed);
    view.later(1000, call(1, parts));
    expect(screen.rows().at(-1)?.includes('failed')).toBe(failed > 0);
  });

  it('takes medians of measured calls on new connections, over the last hundred', () => {
    const screen = newScreen({ isTTY: true });
    const view = newView(screen);
    view.later(0, deployed);
    for (let i = 0; i < 60; i++) view.later(1000, call(1));
    for (let i = 0; i < 101; i++) view.later(1000, call(9));
    view.later(1000, call(500, { call: { connection: 'reused' } }));
    view.later(1000, call(500, { call: { purpose: 'open' } }));
    expect(screen.rows().at(-1)).toContain('default/s3 9.00 ms');
  });
});

describe('formatStatus', () => {
  const state: LiveState = { round: 2, rounds: 16, observed: 50, planned: 200, failed: 0, elapsedMs: 30_000, latest: '' };
  it.each<[Partial<LiveState>, string, string]>([
    [{}, 'round 2/16  calls 50/200 (25 %)  ETA 1:30', 'a quarter in half a minute'],
    [{ observed: 4 }, 'calls 4/200 (2 %)  ETA …', 'too early to say'],
    [{ observed: 220 }, 'calls 220/200 (100 %)  ETA 0:00', 'repeated calls were not planned'],
    [{ planned: 0, observed: 0 }, 'calls 0/0 (0 %)  ETA …', 'nothing planned'],
    [{ failed: 3 }, 'ETA 1:30  failed 3', 'with failures'],
  ])('of %j has "%s": %s', (parts, text) => {
    expect(formatStatus({ ...state, ...parts })).toContain(text);
  });
});

/** Seconds of some rounds. */
function spans(total: number, slowestUpdate: number, settle: number, calls: number, pacing: number): RoundTimes {
  const ns = (seconds: number) => nanoseconds(seconds * 1e9);
  return { total: ns(total), slowestUpdate: ns(slowestUpdate), settle: ns(settle), calls: ns(calls), pacing: ns(pacing) };
}

describe('describeProgress', () => {
  const event = (status: string, parts: { reason?: string; resource?: string } = {}): Progress => ({
    kind: 'deploying',
    event: { stack: 'lnb-net', status, ...parts },
  });
  it.each<[Progress, readonly string[], string]>([
    [{ kind: 'started', runId: 'abcdefgh12', location: 'results/abcdefgh12' }, ['run abcdefgh12  results in results/abcdefgh12'], 'begin'],
    [event('CREATE_COMPLETE'), ['  lnb-net  CREATE_COMPLETE'], 'a stack is there'],
    [event('CREATE_COMPLETE', { resource: 'Vpc' }), [], 'a resource is not news'],
    [event('CREATE_IN_PROGRESS'), [], 'nor is that it goes on'],
    [event('ROLLBACK_IN_PROGRESS', { reason: 'no more EIPs' }), ['  lnb-net  ROLLBACK_IN_PROGRESS: no more EIPs'], 'going wrong'],
    [
      event('CREATE_FAILED', { reason: '\u001b[2Jgone\nline' }),
      ['  lnb-net  CREATE_FAILED: ?[2Jgone?line'],
      "another's words stay on one line",
    ],
    [
      { kind: 'rounds-timed', rounds: 4, times: spans(30.1, 12, 8, 1.25, 5) },
      ['✓ 4 rounds in 30.10 s = 1.15 × 26.25 s (slowest updates 12.00 s + settling 8.00 s + planned calls 1.25 s + pacing 5.00 s)'],
      'what the rounds took beside what no driver can save',
    ],
    [{ kind: 'rounds-timed', rounds: 1, times: spans(0.5, 0, 0, 0, 0) }, ['✓ 1 round in 0.50 s'], 'nothing to divide by'],
    [{ kind: 'collecting', open: 3 }, ['collecting 3 late REPORTs'], 'waiting for logs'],
    [{ kind: 'removing' }, ['removing what was deployed'], 'teardown begins'],
    [{ kind: 'removing', event: { stack: 'lnb-net', status: 'DELETE_COMPLETE' } }, ['  lnb-net  DELETE_COMPLETE'], 'a stack is gone'],
    [{ kind: 'removing', event: { stack: 'lnb-net', resource: 'Vpc', status: 'DELETE_COMPLETE' } }, [], 'its parts are too many to tell'],
    [
      { kind: 'removing', event: { stack: 'lnb-r', status: 'NOTE', reason: 'waiting\r' } },
      ['  lnb-r  waiting?'],
      'a sentence, made visible',
    ],
    [{ kind: 'removed', leftovers: [] }, [], 'nothing is left'],
    [
      {
        kind: 'removed',
        leftovers: [
          { kind: 'stack', id: 'arn:1', why: 'DELETE_FAILED' },
          { kind: 'bucket', id: 'b\r', why: 'not empty' },
        ],
      },
      ['✗ left: stack arn:1: DELETE_FAILED', '✗ left: bucket b?: not empty'],
      'each thing that is left',
    ],
  ])('says of %j %j: %s', (progress, lines) => {
    expect(describeProgress(progress)).toEqual(lines);
  });
});
