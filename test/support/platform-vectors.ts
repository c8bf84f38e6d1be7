import type { PlatformLine } from '../../harness/collect/line.ts';

/** A log event, how it must read (spans in milliseconds), and why it is here. */
export interface PlatformVector {
  readonly id: string;
  readonly why: string;
  readonly line: string;
  readonly expect: VectorExpectation;
}

export type VectorExpectation =
  | {
      readonly kind: 'report';
      readonly requestId: string;
      readonly ms?: Readonly<Record<string, number>>;
      readonly mb?: Readonly<Record<string, number>>;
      readonly words?: Readonly<Record<string, string>>;
      readonly cut?: true;
    }
  | {
      readonly kind: Exclude<PlatformLine['kind'], 'report'>;
      readonly ms?: Readonly<Record<string, number>>;
      readonly words?: Readonly<Record<string, string>>;
    };

const XRAY_B5 = { traceId: '1-69ebaae8-4dbb86ee66fd32e40fdbfba6', segmentId: '2d34804ed85ebd6f', sampled: 'true' };

/** Lines of log format text, as seen in public logs and documentation. */
export const TEXT_VECTORS: readonly PlatformVector[] = [
  {
    id: 'A1',
    why: 'warm: no init, a tab and a line end behind the last value',
    line: 'REPORT RequestId: 76269889-7d50-4d6d-a3f1-9b4f5322f47c\tDuration: 14.97 ms\tBilled Duration: 15 ms\tMemory Size: 128 MB\tMax Memory Used: 67 MB\t\n',
    expect: {
      kind: 'report',
      requestId: '76269889-7d50-4d6d-a3f1-9b4f5322f47c',
      ms: { duration: 14.97, billed: 15 },
      mb: { memoryMb: 128, maxMemoryMb: 67 },
    },
  },
  {
    id: 'A2',
    why: 'cold since init is billed, with the X-Ray part on a second line',
    line: 'REPORT RequestId: b92a770e-7c92-4a13-84e3-613428ff991f\tDuration: 3.10 ms\tBilled Duration: 546 ms\tMemory Size: 2048 MB\tMax Memory Used: 95 MB\tInit Duration: 542.01 ms\t\nXRAY TraceId: 1-6a507b87-0cc4438344b48ef127ab1931\tSegmentId: d0025b207c551fde\tSampled: true\t\n',
    expect: {
      kind: 'report',
      requestId: 'b92a770e-7c92-4a13-84e3-613428ff991f',
      ms: { duration: 3.1, billed: 546, init: 542.01 },
      mb: { memoryMb: 2048, maxMemoryMb: 95 },
      words: { traceId: '1-6a507b87-0cc4438344b48ef127ab1931', segmentId: 'd0025b207c551fde', sampled: 'true' },
    },
  },
  {
    id: 'A3',
    why: 'cut in the X-Ray part: all figures are there',
    line: 'REPORT RequestId: 644f25b7-f2c8-4616-aee2-f243b2a18f8b\tDuration: 1655.10 ms\tBilled Duration: 1978 ms\tMemory Size: 256 MB\tMax Memory Used: 97 MB\tInit Duration: 322.04 ms\t\nXRAY TraceId: 1-6a7a67c2-0701d869329bf462748bc57c\tSegmentId:',
    expect: {
      kind: 'report',
      requestId: '644f25b7-f2c8-4616-aee2-f243b2a18f8b',
      ms: { duration: 1655.1, billed: 1978, init: 322.04 },
      mb: { memoryMb: 256, maxMemoryMb: 97 },
      words: { traceId: '1-6a7a67c2-0701d869329bf462748bc57c' },
      cut: true,
    },
  },
  {
    id: 'A4',
    why: 'cold of 2024, when init was free',
    line: 'REPORT RequestId: 70b4cbee-8cac-4b3d-b719-d5ece1bf6940\tDuration: 1028.49 ms\tBilled Duration: 1029 ms\tMemory Size: 256 MB\tMax Memory Used: 93 MB\tInit Duration: 615.62 ms\t\nXRAY TraceId: 1-6630daf6-1940e1dd7e71eabb2cf6e15d\tSegmentId: 602bd33a7480db5a\tSampled: true\t\n',
    expect: {
      kind: 'report',
      requestId: '70b4cbee-8cac-4b3d-b719-d5ece1bf6940',
      ms: { duration: 1028.49, billed: 1029, init: 615.62 },
      mb: { memoryMb: 256, maxMemoryMb: 93 },
      words: { traceId: '1-6630daf6-1940e1dd7e71eabb2cf6e15d', segmentId: '602bd33a7480db5a', sampled: 'true' },
    },
  },
  {
    id: 'A5',
    why: 'blanks instead of tabs, billed in steps of 100 ms',
    line: 'REPORT RequestId: 2d7fd9b0-a17f-4482-bc6c-4b58bb47b884 Duration: 1201.12 ms Billed Duration: 1300 ms Memory Size: 128 MB Max Memory Used: 78 MB Init Duration: 287.33 ms',
    expect: {
      kind: 'report',
      requestId: '2d7fd9b0-a17f-4482-bc6c-4b58bb47b884',
      ms: { duration: 1201.12, billed: 1300, init: 287.33 },
      mb: { memoryMb: 128, maxMemoryMb: 78 },
    },
  },
  {
    id: 'B1',
    why: 'timeout of a cold call, status at the end',
    line: 'REPORT RequestId: 595492f6-5916-4b98-94e5-a1079dfab87b Duration: 5000.00 ms Billed Duration: 5579 ms Memory Size: 3008 MB Max Memory Used: 113 MB Init Duration: 578.07 ms Status: timeout',
    expect: {
      kind: 'report',
      requestId: '595492f6-5916-4b98-94e5-a1079dfab87b',
      ms: { duration: 5000, billed: 5579, init: 578.07 },
      mb: { memoryMb: 3008, maxMemoryMb: 113 },
      words: { status: 'timeout' },
    },
  },
  {
    id: 'B2',
    why: 'timeout as documented',
    line: 'REPORT RequestId: 527cb862-4f5e-49a9-9ae4-a7edc90f0fda Duration: 3016.78 ms Billed Duration: 3101 ms Memory Size: 128 MB Max Memory Used: 31 MB Init Duration: 84.00 ms Status: timeout',
    expect: {
      kind: 'report',
      requestId: '527cb862-4f5e-49a9-9ae4-a7edc90f0fda',
      ms: { duration: 3016.78, billed: 3101, init: 84 },
      mb: { memoryMb: 128, maxMemoryMb: 31 },
      words: { status: 'timeout' },
    },
  },
  {
    id: 'B3a',
    why: 'the old line that names a timeout',
    line: '2024-03-04T17:22:38.033Z b70435cc-261c-4438-b9b6-efe4c8f04b21 Task timed out after 3.00 seconds',
    expect: { kind: 'timeoutLine', ms: { after: 3000 }, words: { requestId: 'b70435cc-261c-4438-b9b6-efe4c8f04b21' } },
  },
  {
    id: 'B3b',
    why: 'and its REPORT, which has no status',
    line: 'REPORT RequestId: b70435cc-261c-4438-b9b6-efe4c8f04b21 Duration: 3004.92 ms Billed Duration: 3117 ms Memory Size: 128 MB Max Memory Used: 33 MB Init Duration: 111.23 ms',
    expect: {
      kind: 'report',
      requestId: 'b70435cc-261c-4438-b9b6-efe4c8f04b21',
      ms: { duration: 3004.92, billed: 3117, init: 111.23 },
      mb: { memoryMb: 128, maxMemoryMb: 33 },
    },
  },
  {
    id: 'B4',
    why: 'crash, with blanks: two words of label behind one word of value',
    line: 'REPORT RequestId: 5b866fb1-7154-4af6-8078-6ef6ca4c2ddd Duration: 133.61 ms Billed Duration: 214 ms Memory Size: 128 MB Max Memory Used: 31 MB Init Duration: 80.00 ms Status: error Error Type: Runtime.ExitError',
    expect: {
      kind: 'report',
      requestId: '5b866fb1-7154-4af6-8078-6ef6ca4c2ddd',
      ms: { duration: 133.61, billed: 214, init: 80 },
      mb: { memoryMb: 128, maxMemoryMb: 31 },
      words: { status: 'error', errorType: 'Runtime.ExitError' },
    },
  },
  {
    id: 'B5a',
    why: 'an import that failed, reported by the second init inside the call',
    line: 'INIT_REPORT Init Duration: 87.28 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError',
    expect: {
      kind: 'initReport',
      ms: { duration: 87.28 },
      words: { phase: 'invoke', status: 'error', errorType: 'Runtime.ImportModuleError' },
    },
  },
  {
    id: 'B5b',
    why: 'and its REPORT, whose duration holds that init',
    line: 'REPORT RequestId: 25a27ba9-e9af-489b-af00-005778ebb745\tDuration: 97.30 ms\tBilled Duration: 98 ms\tMemory Size: 1024 MB\tMax Memory Used: 43 MB\tStatus: error\tError Type: Runtime.ImportModuleError\t\nXRAY TraceId: 1-69ebaae8-4dbb86ee66fd32e40fdbfba6\tSegmentId: 2d34804ed85ebd6f\tSampled: true\t\n',
    expect: {
      kind: 'report',
      requestId: '25a27ba9-e9af-489b-af00-005778ebb745',
      ms: { duration: 97.3, billed: 98 },
      mb: { memoryMb: 1024, maxMemoryMb: 43 },
      words: { status: 'error', errorType: 'Runtime.ImportModuleError', ...XRAY_B5 },
    },
  },
  {
    id: 'B6',
    why: 'out of memory',
    line: 'REPORT RequestId: fa4e6a1f-083b-573d-ace2-090d2b00a3ac\tDuration: 6954.19 ms\tBilled Duration: 6955 ms\tMemory Size: 1024 MB\tMax Memory Used: 1023 MB\tStatus: error\tError Type: Runtime.OutOfMemory',
    expect: {
      kind: 'report',
      requestId: 'fa4e6a1f-083b-573d-ace2-090d2b00a3ac',
      ms: { duration: 6954.19, billed: 6955 },
      mb: { memoryMb: 1024, maxMemoryMb: 1023 },
      words: { status: 'error', errorType: 'Runtime.OutOfMemory' },
    },
  },
  {
    id: 'B7',
    why: 'out of memory after six minutes, with an init that was still free',
    line: 'REPORT RequestId: 806ab12b-e660-4a4a-8d9a-eee01e457f98\tDuration: 376256.59 ms\tBilled Duration: 376257 ms\tMemory Size: 10239 MB\tMax Memory Used: 10239 MB\tInit Duration: 551.73 ms\tStatus: error\tError Type: Runtime.OutOfMemory',
    expect: {
      kind: 'report',
      requestId: '806ab12b-e660-4a4a-8d9a-eee01e457f98',
      ms: { duration: 376256.59, billed: 376257, init: 551.73 },
      mb: { memoryMb: 10239, maxMemoryMb: 10239 },
      words: { status: 'error', errorType: 'Runtime.OutOfMemory' },
    },
  },
  {
    id: 'B8',
    why: 'no init stated, 938 ms more billed than the duration; the id is put in, the source had left it out',
    line: 'REPORT RequestId: 00000000-0000-4000-8000-00000000000b Duration: 10000.00 ms Billed Duration: 10938 ms Memory Size: 256 MB Max Memory Used: 90 MB Status: timeout',
    expect: {
      kind: 'report',
      requestId: '00000000-0000-4000-8000-00000000000b',
      ms: { duration: 10000, billed: 10938 },
      mb: { memoryMb: 256, maxMemoryMb: 90 },
      words: { status: 'timeout' },
    },
  },
  {
    id: 'C1',
    why: 'SnapStart: `Restore Duration` and the label that ends like it',
    line: 'REPORT RequestId: 8c360c87-d4b7-4423-b5f3-af02be3c1763\tDuration: 2338.66 ms\tBilled Duration: 2521 ms\tMemory Size: 3009 MB\tMax Memory Used: 173 MB\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t\n',
    expect: {
      kind: 'report',
      requestId: '8c360c87-d4b7-4423-b5f3-af02be3c1763',
      ms: { duration: 2338.66, billed: 2521, restore: 398.97, billedRestore: 182 },
      mb: { memoryMb: 3009, maxMemoryMb: 173 },
    },
  },
  {
    id: 'C2',
    why: 'SnapStart with X-Ray, all in one line with blanks',
    line: 'REPORT RequestId: 24addd09-6e64-49fb-b187-94ba9b60b59a Duration: 127.10 ms Billed Duration: 154 ms Memory Size: 2048 MB Max Memory Used: 212 MB Restore Duration: 325.93 ms Billed Restore Duration: 26 ms XRAY TraceId: 1-66d978e5-56c7378e556e94b5461da07c SegmentId: 29c3839e6ecb5895 Sampled: true',
    expect: {
      kind: 'report',
      requestId: '24addd09-6e64-49fb-b187-94ba9b60b59a',
      ms: { duration: 127.1, billed: 154, restore: 325.93, billedRestore: 26 },
      mb: { memoryMb: 2048, maxMemoryMb: 212 },
      words: { traceId: '1-66d978e5-56c7378e556e94b5461da07c', segmentId: '29c3839e6ecb5895', sampled: 'true' },
    },
  },
  {
    id: 'C3',
    why: 'SnapStart, another sample',
    line: 'REPORT RequestId: 5b321b10-9dfa-4a05-b900-c45b96303238\tDuration: 149.53 ms\tBilled Duration: 313 ms\tMemory Size: 3538 MB\tMax Memory Used: 163 MB\tRestore Duration: 789.64 ms\tBilled Restore Duration: 163 ms\t\n',
    expect: {
      kind: 'report',
      requestId: '5b321b10-9dfa-4a05-b900-c45b96303238',
      ms: { duration: 149.53, billed: 313, restore: 789.64, billedRestore: 163 },
      mb: { memoryMb: 3538, maxMemoryMb: 163 },
    },
  },
  {
    id: 'C4a',
    why: 'a restore',
    line: 'RESTORE_REPORT Restore Duration: 789.64 ms',
    expect: { kind: 'restoreReport', ms: { duration: 789.64 } },
  },
  {
    id: 'C4b',
    why: 'a restore that took too long',
    line: 'RESTORE_REPORT Restore Duration: 1236.04 ms Status: timeout',
    expect: { kind: 'restoreReport', ms: { duration: 1236.04 }, words: { status: 'timeout' } },
  },
  {
    id: 'C4c',
    why: 'a restore that crashed',
    line: 'RESTORE_REPORT Restore Duration: 1236.04 ms Status: error Error Type: Runtime.ExitError',
    expect: { kind: 'restoreReport', ms: { duration: 1236.04 }, words: { status: 'error', errorType: 'Runtime.ExitError' } },
  },
  {
    id: 'D1',
    why: 'an init beyond its ten seconds',
    line: 'INIT_REPORT Init Duration: 9999.47 ms\tPhase: init\tStatus: timeout',
    expect: { kind: 'initReport', ms: { duration: 9999.47 }, words: { phase: 'init', status: 'timeout' } },
  },
  {
    id: 'D2',
    why: 'an extension that crashed during init',
    line: 'INIT_REPORT Init Duration: 1236.04 ms Phase: init Status: error Error Type: Extension.Crash',
    expect: { kind: 'initReport', ms: { duration: 1236.04 }, words: { phase: 'init', status: 'error', errorType: 'Extension.Crash' } },
  },
  {
    id: 'D3',
    why: 'wrapped in the middle, as old documentation shows it',
    line: 'REPORT RequestId: XXX Duration: 3022.91 ms \nBilled Duration: 3000 ms Memory Size: 512 MB Max Memory Used: 157 MB',
    expect: { kind: 'report', requestId: 'XXX', ms: { duration: 3022.91, billed: 3000 }, mb: { memoryMb: 512, maxMemoryMb: 157 } },
  },
  {
    id: 'E1',
    why: 'the local emulator puts init first',
    line: 'REPORT RequestId: 00000000-0000-4000-8000-0000000000e1\tInit Duration: 0.17 ms\tDuration: 1302.32 ms\tBilled Duration: 1303 ms\tMemory Size: 3008 MB\tMax Memory Used: 3008 MB\t\n',
    expect: {
      kind: 'report',
      requestId: '00000000-0000-4000-8000-0000000000e1',
      ms: { init: 0.17, duration: 1302.32, billed: 1303 },
      mb: { memoryMb: 3008, maxMemoryMb: 3008 },
    },
  },
  {
    id: 'E2',
    why: 'managed instances bill nothing by the call',
    line: 'REPORT RequestId: 00000000-0000-4000-8000-0000000000e2\tDuration: 52.56 ms\n',
    expect: { kind: 'report', requestId: '00000000-0000-4000-8000-0000000000e2', ms: { duration: 52.56 } },
  },
  {
    id: 'N1',
    why: 'REPORT that does not begin the line',
    line: 'started REPORT RequestId: not-at-line-start',
    expect: { kind: 'application' },
  },
  { id: 'N2', why: 'a longer word', line: 'INIT_STARTED is an app word', expect: { kind: 'application' } },
  { id: 'N3', why: 'START inside a user line', line: 'hello START RequestId: inside', expect: { kind: 'application' } },
];

const J1_ARN = 'arn:aws:lambda:eu-central-1::runtime:775d';

/** Lines of log format JSON; account, function name and some ids are shortened. */
export const JSON_VECTORS: readonly PlatformVector[] = [
  {
    id: 'J1',
    why: 'an environment begins',
    line: `{"time":"2026-10-08T07:30:27.768Z","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"nodejs:22.mainline.v122","runtimeVersionArn":"${J1_ARN}","functionName":"f","functionVersion":"$LATEST","instanceId":"2026/10/08/f[$LATEST]22be53a8cfde4e68b844f8ec293b2543","instanceMaxMemory":268435456}}`,
    expect: {
      kind: 'initStart',
      words: {
        initType: 'on-demand',
        phase: 'init',
        runtimeVersion: 'nodejs:22.mainline.v122',
        runtimeVersionArn: J1_ARN,
        instanceId: '2026/10/08/f[$LATEST]22be53a8cfde4e68b844f8ec293b2543',
      },
    },
  },
  {
    id: 'J2',
    why: 'an invocation begins',
    line: '{"time":"2026-10-08T07:30:28.235Z","type":"platform.start","record":{"requestId":"79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36","functionArn":"arn:aws:lambda:eu-central-1:111122223333:function:f","version":"$LATEST"}}',
    expect: { kind: 'start', words: { requestId: '79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36', version: '$LATEST' } },
  },
  {
    id: 'J3',
    why: 'cold; the init has microseconds',
    line: '{"time":"2026-10-08T07:30:29.470Z","type":"platform.report","record":{"requestId":"79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36","metrics":{"durationMs":1233.96,"billedDurationMs":1698,"memorySizeMB":256,"maxMemoryUsedMB":123,"initDurationMs":463.512},"status":"success"}}',
    expect: {
      kind: 'report',
      requestId: '79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36',
      ms: { duration: 1233.96, billed: 1698, init: 463.512 },
      mb: { memoryMb: 256, maxMemoryMb: 123 },
      words: { status: 'success' },
    },
  },
  {
    id: 'J4',
    why: 'warm: the init is absent, not zero',
    line: '{"time":"2026-10-08T07:30:31.001Z","type":"platform.report","record":{"requestId":"f0c9f58b","metrics":{"durationMs":1072.145,"billedDurationMs":1073,"memorySizeMB":256,"maxMemoryUsedMB":125},"status":"success"}}',
    expect: {
      kind: 'report',
      requestId: 'f0c9f58b',
      ms: { duration: 1072.145, billed: 1073 },
      mb: { memoryMb: 256, maxMemoryMb: 125 },
      words: { status: 'success' },
    },
  },
  {
    id: 'J5',
    why: 'level DEBUG: the runtime is done before the report',
    line: '{"time":"2024-05-20T16:29:45.019Z","type":"platform.runtimeDone","record":{"requestId":"4b142fc3","status":"success","spans":[{"name":"responseLatency","start":"2024-05-20T16:29:45.008Z","durationMs":2.215},{"name":"responseDuration","start":"2024-05-20T16:29:45.010Z","durationMs":0.056},{"name":"runtimeOverhead","start":"2024-05-20T16:29:45.010Z","durationMs":8.686}],"metrics":{"durationMs":11.185,"producedBytes":40}}}',
    expect: {
      kind: 'runtimeDone',
      ms: { duration: 11.185, 'spans.responseLatency': 2.215, 'spans.responseDuration': 0.056, 'spans.runtimeOverhead': 8.686 },
      words: { requestId: '4b142fc3', status: 'success' },
    },
  },
  {
    id: 'J6',
    why: 'an init beyond its ten seconds',
    line: '{"time":"2024-06-17T17:48:06.348Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"timeout","metrics":{"durationMs":10000.487}}}',
    expect: { kind: 'initReport', ms: { duration: 10000.487 }, words: { initType: 'on-demand', phase: 'init', status: 'timeout' } },
  },
  {
    id: 'J7',
    why: 'tracing beside the metrics',
    line: '{"time":"2022-10-21T14:05:05.766Z","type":"platform.report","record":{"requestId":"459921b5-681c-4a96-beb0-81e0aa586026","metrics":{"durationMs":2599.4,"billedDurationMs":2600,"memorySizeMB":128,"maxMemoryUsedMB":94,"initDurationMs":549.04},"tracing":{"spanId":"24cd7d670fa455f0","type":"X-Amzn-Trace-Id","value":"Root=1-6352a70e-1e2c502e358361800241fd45;Parent=35465b3a9e2f7c6a;Sampled=1"},"status":"success"}}',
    expect: {
      kind: 'report',
      requestId: '459921b5-681c-4a96-beb0-81e0aa586026',
      ms: { duration: 2599.4, billed: 2600, init: 549.04 },
      mb: { memoryMb: 128, maxMemoryMb: 94 },
      words: {
        status: 'success',
        segmentId: '24cd7d670fa455f0',
        traceId: 'Root=1-6352a70e-1e2c502e358361800241fd45;Parent=35465b3a9e2f7c6a;Sampled=1',
      },
    },
  },
  {
    id: 'J8',
    why: 'an init that failed',
    line: '{"time":"2022-10-21T14:05:05.766Z","type":"platform.initRuntimeDone","record":{"initializationType":"on-demand","phase":"init","status":"error","errorType":"Runtime.ImportModuleError"}}',
    expect: {
      kind: 'initRuntimeDone',
      words: { initType: 'on-demand', phase: 'init', status: 'error', errorType: 'Runtime.ImportModuleError' },
    },
  },
  {
    id: 'J9a',
    why: 'a restore begins',
    line: '{"time":"2022-10-21T14:05:05.766Z","type":"platform.restoreStart","record":{"runtimeVersion":"java17","runtimeVersionArn":"arn:java17"}}',
    expect: { kind: 'restoreStart', words: { runtimeVersion: 'java17', runtimeVersionArn: 'arn:java17' } },
  },
  {
    id: 'J9b',
    why: 'a restore ends; the object has no time',
    line: '{"type":"platform.restoreReport","record":{"status":"success","metrics":{"durationMs":120.5}}}',
    expect: { kind: 'restoreReport', ms: { duration: 120.5 }, words: { status: 'success' } },
  },
  {
    id: 'J9c',
    why: 'lines that will never come',
    line: '{"type":"platform.logsDropped","record":{"droppedBytes":12345,"droppedRecords":123,"reason":"slow"}}',
    expect: { kind: 'logsDropped', words: { droppedBytes: '12345', droppedRecords: '123', reason: 'slow' } },
  },
  {
    id: 'J10',
    why: 'managed instances bill nothing by the call',
    line: '{"type":"platform.report","record":{"requestId":"req","status":"success","metrics":{"durationMs":123.4}}}',
    expect: { kind: 'report', requestId: 'req', ms: { duration: 123.4 }, words: { status: 'success' } },
  },
];
