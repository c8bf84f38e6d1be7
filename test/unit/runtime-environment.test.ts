import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processState } from '../../infra/lab/kernel/freeze.ts';
import { eventually, reportFigure, startTestRuntime, type TestRuntime } from '../support/runtime-functions.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime();
});
afterAll(() => runtime.close());

const ECHO = `
  import { randomUUID } from 'node:crypto';
  const id = randomUUID(); let calls = 0;
  export const handler = async (event, context) => ({ id, call: ++calls, event, context, remaining: context.getRemainingTimeInMillis() });`;
const HANDLERS = `${ECHO}
  export const hold = async (event) => { await new Promise((resolve) => setTimeout(resolve, event.ms)); return id; };`;

function idOf(result: unknown): string {
  return (result as { readonly id: string }).id;
}

describe('one environment', () => {
  test('answers with its context, says that it was cold, and stays the same', async () => {
    await runtime.deploy('echo', { 'index.mjs': ECHO });
    const first = await runtime.invoke('echo', { n: 1 });
    const second = await runtime.invoke('echo', { n: 2 });
    expect(first.result).toMatchObject({
      event: { n: 1 },
      call: 1,
      context: {
        awsRequestId: first.requestId,
        functionName: 'echo',
        functionVersion: '$LATEST',
        memoryLimitInMB: '1769',
        logGroupName: '/aws/lambda/echo',
        logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:echo',
      },
    });
    const { remaining } = first.result as { readonly remaining: number };
    expect(remaining).toBeGreaterThan(5_000);
    expect(remaining).toBeLessThanOrEqual(10_000);
    expect(second.result).toMatchObject({ id: idOf(first.result), call: 2 });
    expect(reportFigure(first.tail, 'Init Duration')).toBeGreaterThan(0);
    expect(reportFigure(first.tail, 'Max Memory Used')).toBeGreaterThan(20);
    expect(reportFigure(second.tail, 'Init Duration')).toBeUndefined();
    expect(second.tail).not.toContain('INIT_START');
  });

  test('bills the ceiling of duration and init together', async () => {
    await runtime.deploy('billed', { 'index.mjs': ECHO });
    const { tail } = await runtime.invoke('billed');
    const sum = (reportFigure(tail, 'Duration') ?? 0) + (reportFigure(tail, 'Init Duration') ?? 0);
    expect(reportFigure(tail, 'Billed Duration')).toBe(Math.ceil(Math.round(sum * 100) / 100));
  });

  test('is stopped between calls and goes on with the next', async () => {
    await runtime.deploy('frozen', { 'index.mjs': ECHO });
    for (const call of [1, 2]) {
      expect((await runtime.invoke('frozen')).result).toMatchObject({ call });
      await eventually(() => processState(runtime.pids.at(-1) ?? 0) === 'stopped');
    }
  });

  test('gets a closed list of variables and nothing of the process that started it', async () => {
    process.env['LNB_LEAK_TEST'] = 'leaked';
    await runtime.deploy(
      'variables',
      { 'index.mjs': 'export const handler = async () => process.env;' },
      { environment: { OWN: 'mine', TZ: 'Europe/Paris' }, publicCaFile: '/dev/null' },
    );
    const variables = (await runtime.invoke('variables')).result as Readonly<Record<string, string>>;
    delete process.env['LNB_LEAK_TEST'];
    expect(Object.keys(variables).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_FORMAT',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_METADATA_API',
      'AWS_LAMBDA_METADATA_TOKEN',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'NODE_EXTRA_CA_CERTS',
      'OWN',
      'PATH',
      'TMPDIR',
      'TZ',
      '_HANDLER',
    ]);
    expect(variables).toMatchObject({ OWN: 'mine', TZ: 'Europe/Paris', AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' });
  });

  test('learns its zone from the metadata endpoint, with its own token only', async () => {
    const ask = `export const handler = async () => {
      const url = 'http://' + process.env.AWS_LAMBDA_METADATA_API + '/2026-01-15/metadata/execution-environment';
      const ask = async (token) => { const r = await fetch(url, { headers: { authorization: 'Bearer ' + token } }); return [r.status, await r.json()]; };
      return [await ask(process.env.AWS_LAMBDA_METADATA_TOKEN), await ask('guess')]; };`;
    await runtime.deploy('zone', { 'index.mjs': ask });
    expect((await runtime.invoke('zone')).result).toEqual([
      [200, { AvailabilityZoneID: 'use1-az1' }],
      [401, expect.anything()],
    ]);
  });
});

describe('several environments', () => {
  test('three calls at once have three environments, a fourth alone one of these', async () => {
    await runtime.deploy('wide', { 'index.mjs': HANDLERS }, { handler: 'index.hold' });
    const ids = (await Promise.all([1, 2, 3].map(() => runtime.invoke('wide', { ms: 150 })))).map((answer) => answer.result);
    expect(new Set(ids).size).toBe(3);
    expect(ids).toContain((await runtime.invoke('wide', { ms: 0 })).result);
  });

  test('two functions share neither environment nor place', async () => {
    await runtime.deploy('left', { 'index.mjs': ECHO });
    await runtime.deploy('right', { 'index.mjs': ECHO });
    const [left, right] = await Promise.all([runtime.invoke('left'), runtime.invoke('right')]);
    expect(idOf(left.result)).not.toBe(idOf(right.result));
    const places = runtime.attached.filter((place) => /left|right/.test(place.interfaceId));
    expect(places.map((place) => place.interfaceId.split('-')[1]).sort()).toEqual(['left', 'right']);
  });

  test('after an update a new environment answers in the same place, and the old process is gone', async () => {
    await runtime.deploy('updated', { 'index.mjs': ECHO });
    const before = await runtime.invoke('updated');
    const oldPid = runtime.pids.at(-1) ?? 0;
    await runtime.deploy('updated', { 'index.mjs': ECHO }, { environment: { NONCE: '2' } });
    const after = await runtime.invoke('updated');
    expect(idOf(after.result)).not.toBe(idOf(before.result));
    expect(reportFigure(after.tail, 'Init Duration')).toBeGreaterThan(0);
    await eventually(() => processState(oldPid) === 'gone');
    expect(runtime.attached.filter((place) => place.interfaceId.startsWith('eni-updated-'))).toHaveLength(1);
  });

  test('with a routing lag the old environment still serves, and none of it after', async () => {
    await runtime.deploy('lagging', { 'index.mjs': ECHO });
    const before = await runtime.invoke('lagging');
    const oldPid = runtime.pids.at(-1) ?? 0;
    await runtime.deploy('lagging', { 'index.mjs': ECHO }, {}, 300);
    const stale = await runtime.invoke('lagging');
    expect(idOf(stale.result)).toBe(idOf(before.result));
    await eventually(() => processState(oldPid) === 'gone');
    expect(idOf((await runtime.invoke('lagging')).result)).not.toBe(idOf(before.result));
  });

  test('a call that is out when the update comes is finished by the old environment', async () => {
    await runtime.deploy('busy', { 'index.mjs': HANDLERS }, { handler: 'index.hold' });
    const warm = await runtime.invoke('busy', { ms: 0 });
    const out = runtime.invoke('busy', { ms: 150 });
    await runtime.deploy('busy', { 'index.mjs': HANDLERS }, { handler: 'index.hold' });
    expect((await out).result).toBe(warm.result);
    expect((await runtime.invoke('busy', { ms: 0 })).result).not.toBe(warm.result);
  });

  test('in another network the old place is given back', async () => {
    await runtime.deploy('moved', { 'index.mjs': ECHO });
    await runtime.invoke('moved');
    await runtime.deploy(
      'moved',
      { 'index.mjs': ECHO },
      { network: { key: 'subnet-1/sg-1', subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] } },
    );
    await eventually(() => runtime.detached.some((id) => id.startsWith('eni-moved-')));
    await runtime.invoke('moved');
    expect(runtime.attached.filter((place) => place.interfaceId.startsWith('eni-moved-'))).toHaveLength(2);
  });

  test('a removed function leaves no process, and a call that was out fails', async () => {
    await runtime.deploy('removed', { 'index.mjs': HANDLERS }, { handler: 'index.hold' });
    await runtime.invoke('removed', { ms: 0 });
    const pid = runtime.pids.at(-1) ?? 0;
    const out = runtime.invoke('removed', { ms: 60_000 });
    await runtime.pools.remove('removed');
    expect((await out).functionError).toBe('Unhandled');
    expect(processState(pid)).toBe('gone');
  });
});
