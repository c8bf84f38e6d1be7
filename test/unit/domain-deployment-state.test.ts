import { describe, expect, it } from 'vitest';
import {
  type DeploymentState,
  formatDeploymentState,
  maskedAccount,
  parseDeploymentState,
  withStack,
} from '../../harness/domain/deployment-state.ts';

const STATE: DeploymentState = {
  schema: 1,
  runId: 'abcdefghij',
  backend: 'aws',
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:4566',
  account: '…3333',
  expiresAt: '2026-11-23T21:00:00.000Z',
  kept: false,
  stacks: [{ kind: 'net', name: 'lnb-abcdefghij-net', id: 'arn:net', status: 'created' }],
  functions: [{ scenario: 'vpc-nat~twin', target: 'rds', functionName: 'f', logGroup: '/aws/lambda/f' }],
};
const changed = (change: object): string => JSON.stringify({ ...STATE, ...change });

describe('the state of a deployment', () => {
  it('reads back what was written, with and without what may be absent', () => {
    expect(parseDeploymentState(formatDeploymentState(STATE))).toEqual(STATE);
    const { endpoint: _endpoint, ...onAws } = STATE;
    const bare: DeploymentState = { ...onAws, expiresAt: 'never', stacks: [], functions: [] };
    expect(parseDeploymentState(formatDeploymentState(bare))).toEqual(bare);
  });

  it.each([
    { why: 'a file cut off by a crash', text: formatDeploymentState(STATE).slice(0, 40), says: 'not JSON' },
    { why: 'an empty file', text: '', says: 'not JSON' },
    { why: 'a list', text: '[]', says: 'the file: not an object' },
    { why: 'a later schema', text: changed({ schema: 2 }), says: 'schema: 2' },
    { why: 'a run id that would reach into other names', text: changed({ runId: '../../x' }), says: 'runId' },
    { why: 'an unknown backend', text: changed({ backend: 'gcp' }), says: 'backend: "gcp"' },
    { why: 'no region', text: changed({ region: undefined }), says: 'region: missing' },
    { why: 'an end that is no time', text: changed({ expiresAt: 'soon' }), says: 'expiresAt: "soon"' },
    { why: 'kept as a text', text: changed({ kept: 'yes' }), says: 'kept' },
    { why: 'stacks that are none', text: changed({ stacks: {} }), says: 'stacks: not a list' },
    { why: 'a stack of an unknown kind', text: changed({ stacks: [{ kind: 'x', name: 'n', status: 'created' }] }), says: 'kind: "x"' },
    { why: 'a stack in an unknown state', text: changed({ stacks: [{ kind: 'fn', name: 'n', status: 'odd' }] }), says: 'status: "odd"' },
    {
      why: 'a function of an unknown target',
      text: changed({ functions: [{ ...STATE.functions[0], target: 'ftp' }] }),
      says: 'target: "ftp"',
    },
  ])('refuses $why', ({ text, says }) => {
    expect(() => parseDeploymentState(text)).toThrow(says);
  });

  it('takes a stack in by its name, in the order of creation, and forgets no id', () => {
    const [net] = STATE.stacks;
    const more = withStack(withStack(STATE, { kind: 'fn', name: 'f', status: 'creating' }), {
      kind: 'guard',
      name: 'g',
      status: 'creating',
    });
    expect(more.stacks.map(({ kind }) => kind)).toEqual(['net', 'guard', 'fn']);
    expect(withStack(STATE, { kind: 'net', name: net?.name ?? '', status: 'deleting' }).stacks).toEqual([{ ...net, status: 'deleting' }]);
  });

  it.each([
    { account: '111122224821', masked: '…4821', why: 'an account of AWS' },
    { account: '', masked: '', why: 'one that is not known' },
  ])('masks $why', ({ account, masked }) => expect(maskedAccount(account)).toBe(masked));
});
