import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleInside, type InsideBundle } from '../support/inside-lab.ts';
import { LAB_SHELLS } from '../support/lab-shell.ts';
import type { ObservedRuntime } from './inside/use-runtime.ts';

let bundle: InsideBundle;
beforeAll(async () => {
  bundle = await bundleInside(['listener', 'runtime', 'bootstrap'], ['use-runtime']);
});
afterAll(() => bundle.remove());

describe.each(LAB_SHELLS)('functions in namespaces ($title)', ({ mode, missing }) => {
  let seen: ObservedRuntime;
  beforeAll(async () => {
    if (missing === undefined) seen = await bundle.run<ObservedRuntime>('use-runtime', mode);
  });

  test.skipIf(missing !== undefined)('each function runs in a network of its own, at the Runtime API of its own', () => {
    const networks = [seen.ownNetwork, seen.cold.result.network, seen.other.result.network];
    expect(new Set(networks).size).toBe(3);
    expect(seen.cold.result).toMatchObject({ api: '127.0.0.1:9001' });
    expect(seen.keyKnown).toBe(true);
  });

  test.skipIf(missing !== undefined)('the environment is kept and frozen between calls', () => {
    expect(seen.cold.tail).toContain('Init Duration');
    expect(seen.warm.tail).not.toContain('Init Duration');
    expect(seen.warm.result.id).toBe(seen.cold.result.id);
    expect(seen.frozen).toBe(2);
  });

  test.skipIf(missing !== undefined)('calls at once have environments of their own, each with an interface', () => {
    expect(seen.wideIds).toBe(3);
    expect(seen.attachedBefore).toBe(5);
  });

  test.skipIf(missing !== undefined)('while an update is in progress the old environment answers, then a new one in the same place', () => {
    expect(seen.whileUpdating).toEqual({ status: 'InProgress', id: seen.cold.result.id });
    expect(seen.after).not.toBe(seen.cold.result.id);
    expect(seen.revisions).toBe(3);
    expect(seen.streams).toBe(2);
  });

  test.skipIf(missing !== undefined)(
    'legs go with their function, the shared interface of its VPC as the knob says, and at the end nothing is left',
    () => {
      expect(seen.attachedAfterDelete).toBe(0);
      expect(seen.released).toContain(200);
      expect(seen.left).toEqual({ environments: 0, interfaces: 0 });
    },
  );
});
