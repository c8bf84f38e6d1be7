import { describe, expect, test } from 'vitest';
import { parsePlatformLine } from '../../harness/collect/platform-line.ts';
import type { InitializationType } from '../../infra/lab/faults/knobs.ts';
import { formatPlatformLine, type LogSubject, type PlatformRecord, reportFigures } from '../../infra/lab/runtime/platform-lines.ts';
import type { DeployedLogging } from '../../infra/lab/runtime/wire.ts';

const TEXT: DeployedLogging = { format: 'Text', group: '/g', systemLogLevel: 'INFO', applicationLogLevel: 'INFO' };

function subject(memorySizeMb: number, logging: Partial<DeployedLogging> = {}): LogSubject {
  return {
    functionName: 'f',
    functionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:f',
    runtimeVersion: 'nodejs:22.mainline.v122',
    runtimeVersionArn: 'arn:aws:lambda:eu-central-1::runtime:775d',
    memorySizeMb,
    initializationType: 'on-demand',
    stream: '2026/10/08/[$LATEST]22be53a8cfde4e68b844f8ec293b2543',
    logging: { ...TEXT, ...logging },
  };
}

const AT = Date.parse('2026-10-08T07:30:29.470Z');
const WARM = '76269889-7d50-4d6d-a3f1-9b4f5322f47c';
const COLD = 'b92a770e-7c92-4a13-84e3-613428ff991f';

/** Lines as real functions had them; the names are those of the collected vectors. */
describe('text', () => {
  const rows: readonly { name: string; record: PlatformRecord; memory: number; line: string | undefined }[] = [
    {
      name: 'A1: a warm report ends with a tab',
      memory: 128,
      record: { kind: 'report', atMs: AT, requestId: WARM, status: 'success', durationUs: 14_970, billedMs: 15, maxMemoryUsedMb: 67 },
      line: `REPORT RequestId: ${WARM}\tDuration: 14.97 ms\tBilled Duration: 15 ms\tMemory Size: 128 MB\tMax Memory Used: 67 MB\t\n`,
    },
    {
      name: 'A2: a cold report has its init last',
      memory: 2048,
      record: {
        kind: 'report',
        atMs: AT,
        requestId: COLD,
        status: 'success',
        durationUs: 3_100,
        billedMs: 546,
        maxMemoryUsedMb: 95,
        initUs: 542_010,
      },
      line: `REPORT RequestId: ${COLD}\tDuration: 3.10 ms\tBilled Duration: 546 ms\tMemory Size: 2048 MB\tMax Memory Used: 95 MB\tInit Duration: 542.01 ms\t\n`,
    },
    {
      name: 'B1: a timeout names only its status',
      memory: 3008,
      record: {
        kind: 'report',
        atMs: AT,
        requestId: COLD,
        status: 'timeout',
        durationUs: 5_000_000,
        billedMs: 5579,
        maxMemoryUsedMb: 113,
        initUs: 578_070,
      },
      line: `REPORT RequestId: ${COLD}\tDuration: 5000.00 ms\tBilled Duration: 5579 ms\tMemory Size: 3008 MB\tMax Memory Used: 113 MB\tInit Duration: 578.07 ms\tStatus: timeout\t\n`,
    },
    {
      name: 'B5: a failed import in its report',
      memory: 1024,
      record: {
        kind: 'report',
        atMs: AT,
        requestId: COLD,
        status: 'error',
        errorType: 'Runtime.ImportModuleError',
        durationUs: 97_300,
        billedMs: 98,
        maxMemoryUsedMb: 43,
      },
      line: `REPORT RequestId: ${COLD}\tDuration: 97.30 ms\tBilled Duration: 98 ms\tMemory Size: 1024 MB\tMax Memory Used: 43 MB\tStatus: error\tError Type: Runtime.ImportModuleError\t\n`,
    },
    {
      name: 'B5: a failed import in its init report',
      memory: 1024,
      record: {
        kind: 'initReport',
        atMs: AT,
        phase: 'invoke',
        status: 'error',
        errorType: 'Runtime.ImportModuleError',
        durationUs: 87_280,
      },
      line: 'INIT_REPORT Init Duration: 87.28 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n',
    },
    {
      name: 'D1: an init that took too long',
      memory: 128,
      record: { kind: 'initReport', atMs: AT, phase: 'init', status: 'timeout', durationUs: 9_999_470 },
      line: 'INIT_REPORT Init Duration: 9999.47 ms\tPhase: init\tStatus: timeout\n',
    },
    {
      name: 'an init that went well leaves no line',
      memory: 128,
      record: { kind: 'initReport', atMs: AT, phase: 'init', status: 'success', durationUs: 1 },
      line: undefined,
    },
    {
      name: 'the runtime is named when an environment starts',
      memory: 128,
      record: { kind: 'initStart', atMs: AT, phase: 'init' },
      line: 'INIT_START Runtime Version: nodejs:22.mainline.v122\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:775d\n',
    },
    {
      name: 'start',
      memory: 128,
      record: { kind: 'start', atMs: AT, requestId: WARM },
      line: `START RequestId: ${WARM} Version: $LATEST\n`,
    },
    { name: 'end', memory: 128, record: { kind: 'end', atMs: AT, requestId: WARM }, line: `END RequestId: ${WARM}\n` },
    {
      name: 'what the handler threw is not in REPORT',
      memory: 128,
      record: { kind: 'report', atMs: AT, requestId: WARM, status: 'error', durationUs: 10, billedMs: 1 },
      line: `REPORT RequestId: ${WARM}\tDuration: 0.01 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t\n`,
    },
  ];
  test.each(rows)('$name', ({ record, memory, line }) => {
    expect(formatPlatformLine(record, subject(memory))).toBe(line);
  });
});

describe('JSON', () => {
  const json = { format: 'JSON', systemLogLevel: 'DEBUG' } as const;
  const id = '79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36';
  const rows: readonly { name: string; record: PlatformRecord; line: unknown }[] = [
    {
      name: 'J1',
      record: { kind: 'initStart', atMs: AT, phase: 'init' },
      line: {
        time: '2026-10-08T07:30:29.470Z',
        type: 'platform.initStart',
        record: {
          initializationType: 'on-demand',
          phase: 'init',
          runtimeVersion: 'nodejs:22.mainline.v122',
          runtimeVersionArn: 'arn:aws:lambda:eu-central-1::runtime:775d',
          functionName: 'f',
          functionVersion: '$LATEST',
          instanceId: '2026/10/08/[$LATEST]22be53a8cfde4e68b844f8ec293b2543',
          instanceMaxMemory: 268_435_456,
        },
      },
    },
    {
      name: 'J2',
      record: { kind: 'start', atMs: AT, requestId: id },
      line: {
        time: '2026-10-08T07:30:29.470Z',
        type: 'platform.start',
        record: { requestId: id, functionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:f', version: '$LATEST' },
      },
    },
    {
      name: 'J3',
      record: {
        kind: 'report',
        atMs: AT,
        requestId: id,
        status: 'success',
        durationUs: 1_233_960,
        billedMs: 1698,
        maxMemoryUsedMb: 123,
        initUs: 463_512,
      },
      line: {
        time: '2026-10-08T07:30:29.470Z',
        type: 'platform.report',
        record: {
          requestId: id,
          metrics: { durationMs: 1233.96, billedDurationMs: 1698, memorySizeMB: 256, maxMemoryUsedMB: 123, initDurationMs: 463.512 },
          status: 'success',
        },
      },
    },
    {
      name: 'J5, without the overhead after the answer, which the caller does not wait for',
      record: {
        kind: 'runtimeDone',
        atMs: AT,
        requestId: id,
        status: 'success',
        durationUs: 2_271,
        producedBytes: 40,
        response: { startMs: AT - 3, latencyUs: 2_215, durationUs: 56 },
      },
      line: {
        time: '2026-10-08T07:30:29.470Z',
        type: 'platform.runtimeDone',
        record: {
          requestId: id,
          status: 'success',
          spans: [
            { name: 'responseLatency', start: '2026-10-08T07:30:29.467Z', durationMs: 2.215 },
            { name: 'responseDuration', start: '2026-10-08T07:30:29.469Z', durationMs: 0.056 },
          ],
          metrics: { durationMs: 2.271, producedBytes: 40 },
        },
      },
    },
    {
      name: 'J6',
      record: { kind: 'initReport', atMs: AT, phase: 'init', status: 'timeout', durationUs: 10_000_487 },
      line: {
        time: '2026-10-08T07:30:29.470Z',
        type: 'platform.initReport',
        record: { initializationType: 'on-demand', phase: 'init', status: 'timeout', metrics: { durationMs: 10000.487 } },
      },
    },
    {
      name: 'J8',
      record: { kind: 'initRuntimeDone', atMs: AT, phase: 'init', status: 'error', errorType: 'Runtime.ImportModuleError' },
      line: {
        time: '2026-10-08T07:30:29.470Z',
        type: 'platform.initRuntimeDone',
        record: { initializationType: 'on-demand', phase: 'init', status: 'error', errorType: 'Runtime.ImportModuleError' },
      },
    },
  ];
  test.each(rows)('$name', ({ record, line }) => {
    expect(JSON.parse(formatPlatformLine(record, subject(256, json)) ?? 'null')).toEqual(line);
  });

  const levels: readonly { level: 'DEBUG' | 'INFO' | 'WARN'; kinds: readonly string[]; why: string }[] = [
    { level: 'DEBUG', kinds: ['initStart', 'initReport', 'start', 'runtimeDone', 'report'], why: 'everything' },
    { level: 'INFO', kinds: ['initStart', 'start', 'report'], why: 'what real functions have by default' },
    { level: 'WARN', kinds: [], why: 'nothing while all is well' },
  ];
  test.each(levels)('at $level: $why', ({ level, kinds }) => {
    const records: readonly PlatformRecord[] = [
      { kind: 'initStart', atMs: AT, phase: 'init' },
      { kind: 'initReport', atMs: AT, phase: 'init', status: 'success', durationUs: 1 },
      { kind: 'start', atMs: AT, requestId: id },
      { kind: 'end', atMs: AT, requestId: id },
      { kind: 'runtimeDone', atMs: AT, requestId: id, status: 'success', durationUs: 1, producedBytes: 0 },
      { kind: 'report', atMs: AT, requestId: id, status: 'success', durationUs: 1, billedMs: 1 },
    ];
    const written = records.filter(
      (record) => formatPlatformLine(record, subject(128, { format: 'JSON', systemLogLevel: level })) !== undefined,
    );
    expect(written.map((record) => record.kind)).toEqual(kinds);
  });

  test('a failure is written at WARN', () => {
    const record = { kind: 'report', atMs: AT, requestId: id, status: 'timeout', durationUs: 1, billedMs: 1 } as const;
    expect(formatPlatformLine(record, subject(128, { format: 'JSON', systemLogLevel: 'WARN' }))).toContain('"status":"timeout"');
  });
});

describe('figures of a report', () => {
  const rows = [
    { format: 'JSON', durationNs: 1_233_960_000n, initNs: 463_512_000n, billedMs: 1698, why: 'a real line' },
    { format: 'Text', durationNs: 100_000_000n, initNs: 200_000_000n, billedMs: 300, why: 'no rounding error lifts a whole sum' },
    { format: 'Text', durationNs: 15_000_400n, initNs: undefined, billedMs: 15, why: 'what is printed as 15.00 is billed as 15' },
    { format: 'JSON', durationNs: 15_000_400n, initNs: undefined, billedMs: 15, why: 'microseconds are the last digit' },
    { format: 'JSON', durationNs: 15_001_000n, initNs: undefined, billedMs: 16, why: 'one microsecond more is a millisecond more' },
  ] as const;
  test.each(rows)('$format: $why', ({ format, durationNs, initNs, billedMs }) => {
    expect(reportFigures(format, durationNs, initNs).billedMs).toBe(billedMs);
  });

  test('without an init there is none', () => {
    expect(reportFigures('Text', 1_000_000n, undefined)).toEqual({ durationUs: 1_000, billedMs: 1 });
  });
});

describe('other kinds of initialisation', () => {
  const of = (initializationType: InitializationType, format: 'Text' | 'JSON') => ({
    ...subject(3009, { format, systemLogLevel: 'DEBUG' as const }),
    initializationType,
  });
  const restore: PlatformRecord = { kind: 'initReport', atMs: AT, phase: 'init', status: 'success', durationUs: 789_640 };
  const report = (type: InitializationType): PlatformRecord => {
    const figures = reportFigures('Text', 2_338_660_000n, 181_500_000n, type);
    return { kind: 'report', atMs: AT, requestId: COLD, status: 'success', ...figures };
  };

  test('SnapStart in text: RESTORE_START, RESTORE_REPORT, and a REPORT that bills a whole number of milliseconds of the restore', () => {
    const snap = of('snap-start', 'Text');
    expect(formatPlatformLine({ kind: 'initStart', atMs: AT, phase: 'init' }, snap)).toMatch(/^RESTORE_START Runtime Version: nodejs/);
    expect(formatPlatformLine(restore, snap)).toBe('RESTORE_REPORT Restore Duration: 789.64 ms\n');
    expect(formatPlatformLine({ ...restore, status: 'timeout' }, snap)).toBe(
      'RESTORE_REPORT Restore Duration: 789.64 ms\tStatus: timeout\n',
    );
    expect(formatPlatformLine(report('snap-start'), snap)).toBe(
      `REPORT RequestId: ${COLD}\tDuration: 2338.66 ms\tBilled Duration: 2521 ms\tMemory Size: 3009 MB\tRestore Duration: 181.50 ms\tBilled Restore Duration: 182 ms\t\n`,
    );
  });

  test('SnapStart in JSON', () => {
    const snap = of('snap-start', 'JSON');
    const read = (record: PlatformRecord) => JSON.parse(formatPlatformLine(record, snap) ?? '{}') as Record<string, unknown>;
    expect(read({ kind: 'initStart', atMs: AT, phase: 'init' })).toMatchObject({ type: 'platform.restoreStart' });
    expect(read(restore)).toMatchObject({ type: 'platform.restoreReport', record: { status: 'success', metrics: { durationMs: 789.64 } } });
    const metrics = { restoreDurationMs: 181.5, billedRestoreDurationMs: 182, billedDurationMs: 2521 };
    expect(read(report('snap-start'))).toMatchObject({ type: 'platform.report', record: { metrics } });
  });

  test('provisioned concurrency always has an INIT_REPORT and names itself in JSON', () => {
    expect(formatPlatformLine(restore, of('provisioned-concurrency', 'Text'))).toBe('INIT_REPORT Init Duration: 789.64 ms\tPhase: init\n');
    expect(formatPlatformLine(restore, of('provisioned-concurrency', 'JSON'))).toContain('"initializationType":"provisioned-concurrency"');
    expect(formatPlatformLine(restore, of('on-demand', 'Text'))).toBeUndefined();
  });

  test.each(['Text', 'JSON'] as const)('the harness reads a restored REPORT in %s', (format) => {
    const line = formatPlatformLine(report('snap-start'), of('snap-start', format)) ?? '';
    expect(parsePlatformLine(line)).toMatchObject({ kind: 'report', requestId: COLD, restore: 181_500_000 });
  });
});
