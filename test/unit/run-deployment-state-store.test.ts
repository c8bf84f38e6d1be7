import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentState } from '../../harness/domain/deployment-state.ts';
import { newDeploymentStateStore } from '../../harness/run/deployment-state-store.ts';
import { openRunFolder } from '../../harness/run/folder-run-store.ts';

const STATE: DeploymentState = {
  schema: 1,
  runId: 'abcdefghij',
  backend: 'aws',
  region: 'eu-central-1',
  account: '…3333',
  expiresAt: 'never',
  kept: true,
  stacks: [],
  functions: [],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lnb-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the state of a deployment in a run’s folder', () => {
  it('is replaced as a whole, and nothing else is left in the folder', async () => {
    const store = newDeploymentStateStore(openRunFolder(folder));
    await store.write({ ...STATE, region: 'us-east-1' });
    await store.write(STATE);
    expect(await store.read()).toEqual({ kind: 'found', state: STATE });
    expect(readdirSync(folder)).toEqual(['deployment.json']);
  });

  it('is missing in a run of an older version', async () => {
    expect(await newDeploymentStateStore(openRunFolder(folder)).read()).toEqual({ kind: 'missing' });
  });

  it('is a hint: what cannot be read is told, not thrown', async () => {
    writeFileSync(join(folder, 'deployment.json'), '{"schema":1,');
    expect(await newDeploymentStateStore(openRunFolder(folder)).read()).toEqual({ kind: 'unreadable', why: 'not JSON' });
    rmSync(join(folder, 'deployment.json'));
    mkdirSync(join(folder, 'deployment.json'));
    expect(await newDeploymentStateStore(openRunFolder(folder)).read()).toMatchObject({ kind: 'unreadable' });
  });
});
