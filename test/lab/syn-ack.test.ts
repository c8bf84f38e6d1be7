import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPostgresFolder } from '../../infra/lab/realise/database/installation.ts';
import { bundleInside, INSIDE_MODES, type InsideBundle } from '../support/inside-lab.ts';

/** Median connect time by way, in milliseconds. */
type Ways = Readonly<Record<string, number>>;

/** What `inside/use-syn-ack.ts` prints. */
interface Observed {
  readonly plain: Ways;
  readonly slow: Ways;
  readonly onlyDatabase: Ways;
  readonly counts: unknown;
  readonly delayedAgain: readonly number[];
  readonly address: string;
  readonly endpoint: string;
  readonly endpointNamespaces: readonly string[];
  readonly after: readonly string[];
}

const DELAY_MS = 30;
/** A delay that must show, and one that must not, on a machine with other work. */
const MOVED_MS = DELAY_MS - 5;
const UNMOVED_MS = DELAY_MS / 2;
const WAYS = ['NAT → web', 'default → web', 'default → S3', 'endpoint → S3', 'VPC → database'] as const;

let bundle: InsideBundle;
let cache: string;
beforeAll(async () => {
  bundle = await bundleInside(['listener', 'database', 'relay'], ['use-syn-ack', 'https-client']);
  cache = await mkdtemp(join(tmpdir(), 'lnb-syn-ack-'));
});
afterAll(async () => {
  await bundle.remove();
  await rm(cache, { recursive: true, force: true });
});

describe.each(INSIDE_MODES)('the SYN-ACK knob on the fabric (%s)', (mode) => {
  let seen: Observed;
  beforeAll(async () => {
    seen = await bundle.run<Observed>('use-syn-ack', mode, { TEST_CACHE: cache, TEST_POSTGRES: findPostgresFolder(import.meta.url) });
  });

  test.each(WAYS)('%s: the connect rises by the delay, and falls when the knob leaves the namespace', (way) => {
    const rise = (ways: Ways) => (ways[way] ?? Number.NaN) - (seen.plain[way] ?? Number.NaN);
    expect(rise(seen.slow)).toBeGreaterThan(MOVED_MS);
    expect(rise(seen.slow)).toBeLessThan(2 * DELAY_MS);
    if (way === 'VPC → database') expect(rise(seen.onlyDatabase)).toBeGreaterThan(MOVED_MS);
    else expect(rise(seen.onlyDatabase)).toBeLessThan(UNMOVED_MS);
  });

  test('one SYN-ACK a connection went through the relay, and nothing else', () => {
    expect(seen.counts).toEqual({ delayed: WAYS.length * 9, dropped: 0 });
  });

  test('a namespace that went away meanwhile does no harm, another delay holds at once, and closing leaves nothing', () => {
    for (const time of seen.delayedAgain) expect(time).toBeGreaterThan(2 * DELAY_MS - 5);
    expect(seen.after).toEqual([]);
  });

  test('the instance stands in the zone that was asked for, behind a group that lets it say nothing on its own', () => {
    expect(seen.address).toMatch(/^10\.0\.2\./);
    expect(seen.endpointNamespaces).toHaveLength(1);
  });
});
