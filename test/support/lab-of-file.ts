import { afterAll, beforeAll, beforeEach } from 'vitest';
import { newSandbox, type Sandbox } from './bench-process.ts';
import { type LabUp, startLabUp } from './lab-up.ts';
import { whyNoLab } from './running-lab.ts';

/** The lab that a file's tests share, and the folder that is theirs. Both throw until the tests begin. */
export interface LabOfFile {
  readonly sandbox: Sandbox;
  readonly lab: LabUp;
  /** Why no lab can run here; absent where one can. Every test is skipped with it. */
  readonly missing?: string;
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the lab of a file is there from its first test on');
  return value;
}

/** Starts `lab up` in a sandbox before the file's first test and ends it after its last one. To be called at the file's top. */
export function newLabOfFile(flagsOf: (sandbox: Sandbox) => readonly string[] = () => []): LabOfFile {
  const missing = whyNoLab();
  let sandbox: Sandbox | undefined;
  let lab: LabUp | undefined;
  beforeAll(async () => {
    if (missing !== undefined) return;
    sandbox = newSandbox();
    lab = await startLabUp(sandbox, flagsOf(sandbox));
  });
  afterAll(async () => {
    await lab?.stop();
    sandbox?.remove();
  });
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  return {
    get sandbox() {
      return given(sandbox);
    },
    get lab() {
      return given(lab);
    },
    ...(missing === undefined ? {} : { missing }),
  };
}
