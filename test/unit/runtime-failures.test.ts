import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processState } from '../../infra/lab/kernel/freeze.ts';
import { eventually, reportFigure, startTestRuntime, type TestRuntime } from '../support/runtime-functions.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({ initLimitMs: 400 });
});
afterAll(() => runtime.close());

/** Fails on its first call if told so; answers with the count of calls otherwise. */
const failing = (statement: string): string =>
  `let calls = 0; export const handler = async (event) => { calls += 1; if (event.fail) { ${statement} } return calls; };`;

describe('a call that fails', () => {
  const rows = [
    { name: 'exit-zero', statement: 'process.exit(0)', reason: 'Runtime exited without providing a reason', why: 'exit(0) has no reason' },
    { name: 'exit-three', statement: 'process.exit(3)', reason: 'Runtime exited with error: exit status 3', why: 'the status is named' },
    {
      name: 'killed',
      statement: "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})",
      reason: 'Runtime exited with error: signal: killed',
      why: 'as the kernel does when memory is out',
    },
  ];
  test.each(rows)('$name: $why, and the next call pays the new init in its Duration', async ({ name, statement, reason }) => {
    await runtime.deploy(name, { 'index.mjs': failing(statement) });
    const failed = await runtime.invoke(name, { fail: true });
    expect(failed.functionError).toBe('Unhandled');
    expect(failed.result).toEqual({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${failed.requestId} Error: ${reason}` });
    expect(failed.tail).toMatch(/\tInit Duration: [\d.]+ ms\tStatus: error\tError Type: Runtime\.ExitError\t\n$/);
    const next = await runtime.invoke(name);
    expect(next.result).toBe(1);
    expect(reportFigure(next.tail, 'Init Duration')).toBeUndefined();
    expect(reportFigure(next.tail, 'Duration')).toBeGreaterThan(15);
    expect(reportFigure((await runtime.invoke(name)).tail, 'Duration')).toBeLessThan(15);
  });

  test('by its time limit, is ended, and the next call has a new process in the same stream', async () => {
    await runtime.deploy(
      'slow',
      { 'index.mjs': failing('await new Promise((resolve) => setTimeout(resolve, 60_000))') },
      { timeoutSeconds: 1 },
    );
    const failed = await runtime.invoke('slow', { fail: true });
    const pid = runtime.pids.at(-1) ?? 0;
    expect(failed.result).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${failed.requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect(failed.tail).toMatch(/\tStatus: timeout\t\n$/);
    expect(reportFigure(failed.tail, 'Duration')).toBeGreaterThanOrEqual(1_000);
    await eventually(() => processState(pid) === 'gone');
    expect((await runtime.invoke('slow')).result).toBe(1);
    expect(
      new Set(runtime.deliveries.filter((delivery) => delivery.group === '/aws/lambda/slow').map((delivery) => delivery.stream)).size,
    ).toBe(1);
  });

  test('by throwing, keeps its environment; text says nothing of it in REPORT', async () => {
    await runtime.deploy('throwing', { 'index.mjs': failing("throw new RangeError('too far')") });
    const failed = await runtime.invoke('throwing', { fail: true });
    expect(failed.functionError).toBe('Unhandled');
    expect(failed.result).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'too far',
      trace: expect.arrayContaining(['RangeError: too far']),
    });
    expect(failed.tail).toContain('\tERROR\tInvoke Error \t{"errorType":"RangeError"');
    expect(failed.tail).not.toContain('Status:');
    expect((await runtime.invoke('throwing')).result).toBe(2);
  });

  test('by an exception outside the handler, is told and loses its environment', async () => {
    await runtime.deploy('outside', {
      'index.mjs': failing("setImmediate(() => { throw new TypeError('loose') }); await new Promise(() => {})"),
    });
    const failed = await runtime.invoke('outside', { fail: true });
    expect(failed.result).toMatchObject({ errorType: 'TypeError', errorMessage: 'loose' });
    expect((await runtime.invoke('outside')).result).toBe(1);
  });

  test('by asking for a second call itself, gets none', async () => {
    const greedy = `export const handler = async () => {
      const answer = await fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/next');
      return answer.status; };`;
    await runtime.deploy('greedy', { 'index.mjs': greedy });
    expect((await runtime.invoke('greedy')).result).toBe(403);
  });

  test('by an answer above 6 MB', async () => {
    await runtime.deploy('huge', { 'index.mjs': "export const handler = async () => 'x'.repeat(6_400_000);" });
    expect((await runtime.invoke('huge')).result).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });
});

describe('an init that fails', () => {
  const rows = [
    { name: 'missing-module', handler: 'absent.handler', type: 'Runtime.ImportModuleError', why: 'there is no such file' },
    { name: 'missing-import', handler: 'broken.handler', type: 'Runtime.ImportModuleError', why: 'it imports what is not there' },
    { name: 'syntax', handler: 'syntax.handler', type: 'Runtime.UserCodeSyntaxError', why: 'it does not parse' },
    { name: 'no-export', handler: 'index.absent', type: 'Runtime.HandlerNotFound', why: 'nothing of that name is exported' },
    { name: 'callback', handler: 'index.callback', type: 'Runtime.CallbackHandlerDeprecated', why: 'callback handlers are refused' },
    { name: 'thrown', handler: 'thrown.handler', type: 'EvalError', why: 'the module throws' },
  ];
  const files = {
    'index.mjs': 'export const handler = async () => 1; export const callback = (event, context, callback) => callback(null, 1);',
    'broken.mjs': "import 'not-installed'; export const handler = async () => 1;",
    'syntax.cjs': 'exports.handler = async (',
    'thrown.js': "throw new EvalError('no');",
  };
  test.each(rows)('$type: $why', async ({ name, handler, type }) => {
    await runtime.deploy(name, files, { handler });
    const failed = await runtime.invoke(name);
    expect(failed.functionError).toBe('Unhandled');
    expect(failed.result).toMatchObject({ errorType: type });
    const lines = failed.tail.split('\n').filter((line) => /^(INIT_|START|END|REPORT)/.test(line));
    expect(lines).toEqual([
      expect.stringMatching(/^INIT_START /),
      expect.stringMatching(new RegExp(`^INIT_REPORT Init Duration: [\\d.]+ ms\\tPhase: init\\tStatus: error\\tError Type: ${type}$`)),
      expect.stringMatching(/^INIT_START /),
      expect.stringMatching(new RegExp(`^INIT_REPORT Init Duration: [\\d.]+ ms\\tPhase: invoke\\tStatus: error\\tError Type: ${type}$`)),
      expect.stringMatching(/^START /),
      expect.stringMatching(/^END /),
      expect.stringMatching(new RegExp(`\\tStatus: error\\tError Type: ${type}\\t$`)),
    ]);
    expect(reportFigure(failed.tail, 'Init Duration')).toBeUndefined();
  });

  test('by the init limit, is tried again inside the call', async () => {
    const once = `
      import { existsSync, writeFileSync } from 'node:fs';
      if (!existsSync('./tried')) { writeFileSync('./tried', ''); await new Promise((resolve) => setTimeout(resolve, 60_000)); }
      export const handler = async () => 'second try';`;
    await runtime.deploy('late', { 'index.mjs': once });
    const answer = await runtime.invoke('late');
    expect(answer.result).toBe('second try');
    expect(answer.tail).toMatch(/INIT_REPORT Init Duration: 4\d\d\.\d\d ms\tPhase: init\tStatus: timeout\n/);
    expect(reportFigure(answer.tail, 'Init Duration')).toBeUndefined();
    expect(reportFigure(answer.tail, 'Duration')).toBeGreaterThan(15);
  });
});

describe('logs', () => {
  test('of a chatty call: the tail is its last 4096 bytes, the stream has every line', async () => {
    const chatty = "export const handler = async () => { for (let n = 0; n < 20_000; n += 1) console.log('line', n, 'é'); };";
    await runtime.deploy('chatty', { 'index.mjs': chatty });
    const answer = await runtime.invoke('chatty');
    expect(Buffer.byteLength(answer.tail)).toBeLessThanOrEqual(4096 + 2);
    expect(answer.tail).toContain('\tINFO\tline 19999 é\n');
    expect(answer.tail).toMatch(/\nREPORT .*\n$/);
    expect(answer.tail).not.toContain('INIT_START');
    const lines = runtime.deliveries.filter((delivery) => delivery.group === '/aws/lambda/chatty').flatMap((delivery) => delivery.lines);
    expect(lines.filter((line) => line.message.includes('\tINFO\tline '))).toHaveLength(20_000);
    expect(lines.at(-1)?.message).toMatch(/^REPORT /);
  });

  test('a message of several lines is one event; raw output is logged line by line; both before the end of the call', async () => {
    const writing = "export const handler = async () => { console.warn('a\\nb'); process.stdout.write('raw\\nrest'); process.exit(1); };";
    await runtime.deploy('writing', { 'index.mjs': writing });
    const answer = await runtime.invoke('writing');
    const lines = runtime.deliveries.filter((delivery) => delivery.group === '/aws/lambda/writing').flatMap((delivery) => delivery.lines);
    const messages = lines.map((line) => line.message);
    expect(messages).toContainEqual(expect.stringMatching(/^\d{4}-.*Z\t0{8}-.*\tWARN\ta\nb\n$/));
    expect(messages).toContain('raw\n');
    expect(messages).toContain('rest\n');
    expect(answer.tail).toContain('raw\nrest\n');
    expect(messages.at(-1)).toMatch(/^REPORT /);
  });

  test('in JSON at DEBUG: every record of the platform in order, and application lines by level', async () => {
    const talking = "export const handler = async () => { console.info('quiet'); console.error({ shout: 1 }); };";
    await runtime.deploy(
      'json',
      { 'index.mjs': talking },
      { logging: { format: 'JSON', group: '/own', systemLogLevel: 'DEBUG', applicationLogLevel: 'ERROR' } },
    );
    const answer = await runtime.invoke('json');
    const lines = answer.tail
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type?: string; readonly record?: Record<string, unknown>; readonly level?: string });
    expect(lines.map((line) => line.type ?? line.level)).toEqual([
      'platform.initStart',
      'platform.initRuntimeDone',
      'platform.initReport',
      'platform.start',
      'ERROR',
      'platform.runtimeDone',
      'platform.report',
    ]);
    expect(lines[4]).toMatchObject({ requestId: answer.requestId, message: { shout: 1 } });
    const metrics = lines[6]?.record?.['metrics'] as Record<string, number>;
    expect(metrics['billedDurationMs']).toBe(
      Math.ceil(((metrics['durationMs'] ?? 0) * 1000 + (metrics['initDurationMs'] ?? 0) * 1000) / 1000 - 1e-9),
    );
    expect(lines[5]?.record).toMatchObject({ status: 'success', metrics: { producedBytes: 4 } });
  });
});
