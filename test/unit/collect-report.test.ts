import { describe, expect, it } from 'vitest';
import { billingIdentity } from '../../harness/analyse/billing.ts';
import { type FindBounds, findReport, type ReportQuery } from '../../harness/collect/find-report.ts';
import { joinTail } from '../../harness/collect/join.ts';
import { parsePlatformLine, parsePlatformLines } from '../../harness/collect/platform-line.ts';
import { figuresOf } from '../../harness/collect/report-figures.ts';
import { decodeTail, TAIL_BYTES } from '../../harness/collect/tail.ts';
import { nanoseconds } from '../../harness/domain/nanoseconds.ts';
import type { LogEvent, LogReader } from '../../harness/domain/ports.ts';
import { newManualClock } from '../support/manual-clock.ts';
import { TEXT_VECTORS } from '../support/platform-vectors.ts';

const ID = '76269889-7d50-4d6d-a3f1-9b4f5322f47c';
const OTHER = '00000000-0000-4000-8000-000000000001';
const REPORT = TEXT_VECTORS.find(({ id }) => id === 'A1')?.line ?? '';
const FIGURES = { duration: 14.97e6, billed: 15e6, memoryMb: 128, maxMemoryMb: 67 };
const ARN = 'arn:aws:lambda:us-east-1::runtime:abc';
const INIT_START = `INIT_START Runtime Version: nodejs:22.v29\tRuntime Version ARN: ${ARN}\n`;

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

describe('decodeTail', () => {
  it('keeps a short log whole', () => {
    expect(decodeTail(base64(`START\n${REPORT}`))).toEqual({ text: `START\n${REPORT}`, frontCut: false });
  });

  it('drops the first line of a full one, which may be half a line', () => {
    const spoof = `REPORT RequestId: ${ID}\tDuration: 0.01 ms\tBilled Duration: 1 ms\t`;
    const rest = `\n${'x'.repeat(TAIL_BYTES - spoof.length - 2)}\n`;
    const tail = decodeTail(base64(spoof + rest));
    expect(tail?.frontCut).toBe(true);
    expect(tail?.text).not.toContain('REPORT');
  });

  it('survives a character that was cut in half', () => {
    const bytes = Buffer.concat([Buffer.from([0xa9, 0x20]), Buffer.from(`\n${REPORT}`)]);
    expect(decodeTail(bytes.toString('base64'))?.text).toContain('REPORT');
  });

  it('refuses what is not base64', () => {
    expect(decodeTail('§§§')).toBeUndefined();
  });
});

describe('figuresOf', () => {
  it('takes the environment from the lines before the REPORT', () => {
    const json = [
      `{"type":"platform.initStart","record":{"initializationType":"on-demand","runtimeVersionArn":"${ARN}"}}`,
      `{"type":"platform.start","record":{"requestId":"${ID}"}}`,
      `{"type":"platform.report","record":{"requestId":"${ID}","metrics":{"durationMs":1.5}}}`,
      '{"type":"platform.initStart","record":{"initializationType":"later","runtimeVersionArn":"later"}}',
    ];
    expect(figuresOf(json.map(parsePlatformLine), ID)).toEqual({
      figures: { duration: 1.5e6, initType: 'on-demand', runtimeVersionArn: ARN },
      complete: true,
    });
  });

  it('knows no init type from text, and does not make one up', () => {
    expect(figuresOf(parsePlatformLines(`${INIT_START}${REPORT}`), ID)?.figures).toEqual({ ...FIGURES, runtimeVersionArn: ARN });
  });

  it('does not take the REPORT of another request', () => {
    expect(figuresOf(parsePlatformLines(REPORT), OTHER)).toBeUndefined();
  });

  it('does not let a later request print a REPORT for this one', () => {
    const later = `START RequestId: ${OTHER} Version: $LATEST\n${REPORT.replace('14.97', '0.01')}`;
    expect(figuresOf(parsePlatformLines(`${REPORT}${later}`), ID)?.figures).toEqual(FIGURES);
  });
});

describe('joinTail', () => {
  const rows = [
    { why: 'no Tail at all', tail: undefined, expected: { kind: 'absent', why: 'no Tail came' } },
    { why: 'not base64', tail: '§', expected: { kind: 'absent', why: 'Tail is not base64' } },
    { why: 'pushed out by chatter', tail: base64('hello\n'), expected: { kind: 'absent', why: 'no REPORT of this request in Tail' } },
    { why: 'whole', tail: base64(REPORT), expected: { kind: 'found', figures: FIGURES, complete: true } },
    {
      why: 'ended between two fields: cannot be told from a whole one',
      tail: base64(REPORT.slice(0, REPORT.indexOf('Memory'))),
      expected: { kind: 'found', complete: true },
    },
    {
      why: 'cut inside a figure',
      tail: base64(REPORT.slice(0, REPORT.indexOf(' MB'))),
      expected: { kind: 'found', figures: { duration: 14.97e6, billed: 15e6 }, complete: false },
    },
  ];
  it.each(rows)('$why', ({ tail, expected }) => {
    expect(joinTail(tail, ID)).toMatchObject(expected);
  });
});

/** Answers with the n-th list at the n-th read, then with the last one. */
function scripted(answers: readonly (readonly LogEvent[] | Error)[], calls: string[], name: string): () => Promise<readonly LogEvent[]> {
  let read = 0;
  return async () => {
    calls.push(name);
    const answer = answers[Math.min(read++, answers.length - 1)] ?? [];
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

function logsOf(stream: readonly (readonly LogEvent[] | Error)[], filter: readonly (readonly LogEvent[] | Error)[]) {
  const calls: string[] = [];
  const readStream = scripted(stream, calls, 'stream');
  const findRequest = scripted(filter, calls, 'filter');
  const logs: LogReader = { readStream: () => readStream(), findRequest: () => findRequest() };
  return { logs, calls };
}

describe('findReport', () => {
  const bounds: FindBounds = { pollMs: 50, maxPollMs: 400, streamMs: 1_000, filterMs: 2_000 };
  const query: ReportQuery = { requestId: ID, logGroup: '/aws/lambda/f', logStream: 's', sinceMs: 0 };
  const found: readonly LogEvent[] = [
    { timestampMs: 2, message: REPORT },
    { timestampMs: 1, message: INIT_START },
  ];
  const denied = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
  const cutTail = base64(REPORT.slice(0, REPORT.indexOf(' MB')));

  const rows = [
    { why: 'Tail suffices: nobody is asked', logTail: base64(REPORT), stream: [[]], filter: [[]], source: 'tail', calls: 0, elapsedMs: 0 },
    { why: 'the stream has it at the third look', stream: [[], [], found], filter: [[]], source: 'stream', calls: 3, elapsedMs: 150 },
    { why: 'a cut Tail sends to the stream', logTail: cutTail, stream: [found], filter: [[]], source: 'stream', calls: 1, elapsedMs: 0 },
    { why: 'the stream stays empty, the search finds it', stream: [[]], filter: [[], found], source: 'filter', calls: 8, elapsedMs: 1_050 },
    {
      why: 'the function named no stream',
      logStream: undefined,
      stream: [found],
      filter: [found],
      source: 'filter',
      calls: 1,
      elapsedMs: 0,
    },
    { why: 'the stream may not be read', stream: [denied], filter: [found], source: 'filter', calls: 2, elapsedMs: 0 },
  ];
  it.each(rows)('$why', async ({ stream, filter, source, calls, elapsedMs, ...rest }) => {
    const clock = newManualClock();
    const fake = logsOf(stream, filter);
    const { logStream, ...others } = { ...query, ...rest } as ReportQuery & { readonly why: string };
    const asked = logStream === undefined ? others : { ...others, logStream };
    const report = await findReport(asked, { logs: fake.logs, clock }, bounds);
    expect(report.source).toBe(source);
    expect(report.figures).toMatchObject(FIGURES);
    expect(fake.calls).toHaveLength(calls);
    expect(clock.elapsedMs()).toBe(elapsedMs);
  });

  it('ends in the given time, and says what it tried', async () => {
    const clock = newManualClock();
    const report = await findReport({ ...query, logTail: cutTail }, { logs: logsOf([[]], [[]]).logs, clock }, bounds);
    expect(report).toEqual({
      figures: { duration: 14.97e6, billed: 15e6 },
      source: 'missing',
      why: 'the REPORT in Tail was cut; stream: no REPORT within 1000 ms; filter: no REPORT within 2000 ms',
    });
    expect(clock.elapsedMs()).toBe(3_000);
    expect(Math.max(...clock.sleeps)).toBe(bounds.maxPollMs);
  });

  it('carries no figure when nothing was seen, and repeats the reader’s words', async () => {
    const report = await findReport(query, { logs: logsOf([denied], [denied]).logs, clock: newManualClock() }, bounds);
    expect(report.figures).toEqual({});
    expect(report.why).toBe('no Tail came; stream: AccessDeniedException: not allowed; filter: AccessDeniedException: not allowed');
  });

  it('ends at once when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(findReport(query, { logs: logsOf([[]], [[]]).logs, clock: newManualClock() }, bounds, stop.signal)).rejects.toThrow(
      'enough',
    );
  });
});

describe('billingIdentity', () => {
  const rows = [
    { id: 'A1', why: 'warm', expected: { kind: 'holds', rule: 'duration' } },
    { id: 'A2', why: 'init billed', expected: { kind: 'holds', rule: 'init-billed' } },
    { id: 'A4', why: 'init still free', expected: { kind: 'holds', rule: 'init-free' } },
    { id: 'A5', why: 'steps of 100 ms', expected: { kind: 'breaks', expected: 1489e6, billed: 1300e6 } },
    { id: 'B1', why: 'timeout with init', expected: { kind: 'holds', rule: 'init-billed' } },
    { id: 'B8', why: 'an init that is not stated', expected: { kind: 'hidden-init', surplus: 938e6 } },
    { id: 'C1', why: 'SnapStart', expected: { kind: 'holds', rule: 'restore-billed' } },
    { id: 'C2', why: 'SnapStart', expected: { kind: 'holds', rule: 'restore-billed' } },
    { id: 'D3', why: 'less billed than ran', expected: { kind: 'breaks', expected: 3023e6, billed: 3000e6 } },
    { id: 'E2', why: 'nothing billed by the call', expected: { kind: 'unknown' } },
  ];
  it.each(rows)('$id: $why', ({ id, expected }) => {
    const line = parsePlatformLine(TEXT_VECTORS.find((vector) => vector.id === id)?.line ?? '');
    if (line.kind !== 'report') throw new Error(`${id} is no report`);
    expect(billingIdentity(line)).toEqual(expected);
  });

  it('does not round a whole millisecond up', () => {
    expect(billingIdentity({ duration: nanoseconds(5_000_000), billed: nanoseconds(5_000_000) })).toEqual({
      kind: 'holds',
      rule: 'duration',
    });
  });
});
