import { expect, test } from 'vitest';
import { twinOf } from '../../harness/domain/arm.ts';
import { defineScenario } from '../../harness/domain/scenario.ts';
import { newInvocationLog, TAIL_BYTES } from '../../infra/lab/runtime/invocation-log.ts';
import type { PlatformRecord } from '../../infra/lab/runtime/platform-lines.ts';
import type { Properties } from '../../infra/template/model.ts';
import { functionName, logGroupName } from '../../infra/template/names.ts';
import { stacksOf, TEMPLATE_CASES } from '../support/template-cases.ts';

const LONGEST = defineScenario({
  ...{ name: 'a'.repeat(24), summary: '', network: { kind: 'default' } },
  expected: { internet: 'reachable', s3: 'reachable', rds: 'blocked' },
});
const AT_MS = Date.parse('2026-11-23T10:00:00.123Z');
const REQUEST_ID = '76269889-7d50-4d6d-a3f1-9b4f5322f47c';
/** As long as the platform's figures get for a call of at most 30 seconds. */
const US = 29_999_999;

/** Every line of a cold call that is well, at DEBUG. */
const COLD_CALL: readonly PlatformRecord[] = [
  { kind: 'initStart', atMs: AT_MS, phase: 'init' },
  { kind: 'initRuntimeDone', atMs: AT_MS, phase: 'init', status: 'success' },
  { kind: 'initReport', atMs: AT_MS, phase: 'init', status: 'success', durationUs: US },
  { kind: 'start', atMs: AT_MS, requestId: REQUEST_ID },
  {
    ...{ kind: 'runtimeDone', atMs: AT_MS, requestId: REQUEST_ID, status: 'success', durationUs: US, producedBytes: 99_999 },
    response: { startMs: AT_MS, latencyUs: US, durationUs: US },
  },
  {
    ...{ kind: 'report', atMs: AT_MS, requestId: REQUEST_ID, status: 'success', durationUs: US, initUs: US },
    ...{ billedMs: 59_999, maxMemoryUsedMb: 1769 },
  },
];

test('with the longest names, and as the template sets logging, a cold call’s lines fit the Tail with a third to spare', () => {
  const name = functionName('abcdefghij', { scenario: twinOf(LONGEST.name), target: 'internet' });
  expect(name).toHaveLength(53);
  const arn = (kind: string) => `arn:aws-us-gov:lambda:ap-southeast-99:111122223333:${kind}`;
  const log = newInvocationLog(
    {
      ...{ functionName: name, functionArn: arn(`function:${name}`), memorySizeMb: 1769 },
      runtimeVersion: 'nodejs:22.mainline.v12345',
      initializationType: 'on-demand',
      runtimeVersionArn: arn(`runtime:${'0'.repeat(64)}`),
      stream: `2026/11/23/${name}[$LATEST]${'0'.repeat(32)}`,
      logging: { format: 'JSON', group: logGroupName(name), systemLogLevel: 'DEBUG', applicationLogLevel: 'FATAL' },
    },
    () => undefined,
  );
  for (const record of COLD_CALL) log.platform(record);
  const tail = log.tail().toString();
  expect(tail.trimEnd().split('\n')).toHaveLength(COLD_CALL.length);
  expect(tail).toMatch(/^\{"time":"[^"]+","type":"platform\.initStart"/);
  expect(Buffer.byteLength(tail)).toBeLessThan((TAIL_BYTES * 2) / 3);
});

test('every function of every template logs just that', () => {
  const functions = TEMPLATE_CASES.flatMap(stacksOf)
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }): Properties => Properties);
  expect(functions.length).toBeGreaterThan(20);
  for (const { LoggingConfig } of functions) {
    expect(LoggingConfig).toEqual({ LogFormat: 'JSON', SystemLogLevel: 'DEBUG', ApplicationLogLevel: 'FATAL' });
  }
});
