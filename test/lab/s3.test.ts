import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleInside, INSIDE_MODES, type InsideBundle } from '../support/inside-lab.ts';
import type { S3Outcome } from './inside/s3-client.ts';

type Outcomes = Readonly<Record<string, S3Outcome>>;

/** What `inside/use-s3.ts` prints. */
interface Observed {
  readonly paths: Outcomes;
  readonly afterKeys: Outcomes;
  readonly plain: Outcomes;
  readonly slowFirstByte: Outcomes;
  readonly slowHandshake: Outcomes;
  readonly afterClose: Outcomes;
  readonly reopened: Outcomes;
  readonly counts: { readonly requests: number; readonly faults: number };
  readonly taken: string;
  readonly large: number;
  readonly ended: string;
}

const DELAY_MS = 30;

let bundle: InsideBundle;
beforeAll(async () => {
  bundle = await bundleInside(['listener', 's3'], ['use-s3', 's3-client']);
});
afterAll(() => bundle.remove());

describe.each(INSIDE_MODES)('S3 as functions reach it (%s)', (mode) => {
  let seen: Observed;
  beforeAll(async () => {
    seen = await bundle.run<Observed>('use-s3', mode);
  });

  const denied = { kind: 'error', name: 'AccessDenied' };
  const read = { kind: 'ok', bytes: 1024 };
  test.each([
    { way: 'public', readable: 'address', why: 'the peer’s address is the one that the policy wants' },
    { way: 'endpoint', readable: 'endpoint', why: 'the listener’s endpoint is the one that the policy wants' },
  ])('through the $way listener only "$readable" can be read: $why', ({ way, readable }) => {
    for (const key of ['endpoint', 'address', 'neither']) {
      expect(seen.paths[`${way} ${key}`]).toMatchObject(key === readable ? read : denied);
    }
  });

  test('a large body arrives whole, in the folder that both processes share; two GETs need one connection', () => {
    expect(seen.paths['large']).toEqual({ kind: 'ok', bytes: 8 * 1024 * 1024 + 1, sockets: 1 });
    expect(seen.large).toBe(8 * 1024 * 1024 + 1);
  });

  test.each([
    ['foreign CA', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }],
    ['wrong secret', { name: 'SignatureDoesNotMatch' }],
    ['no token', { name: 'InvalidToken' }],
    ['key of later', { name: 'InvalidAccessKeyId' }],
  ] as const)('%s is refused', (name, expected) => {
    expect(seen.paths[name]).toMatchObject({ kind: 'error', ...expected });
  });

  test('what is no TLS harms nobody else', () => {
    expect(seen.paths['noise']).toMatchObject({ kind: 'ok' });
    expect(seen.paths['after noise']).toMatchObject(read);
    expect(seen.counts.faults).toBe(0);
    expect(seen.counts.requests).toBeGreaterThan(100);
  });

  test('keys are replaced while it runs', () => {
    expect(seen.afterKeys['role']).toMatchObject({ kind: 'error', name: 'InvalidAccessKeyId' });
    expect(seen.afterKeys['later']).toMatchObject(read);
  });

  test('delays reach it: the first byte on every call, the handshake on new connections only', () => {
    const [plain, firstByte, handshake] = [seen.plain, seen.slowFirstByte, seen.slowHandshake].map(
      (outcomes) => outcomes['m'] as Extract<S3Outcome, { kind: 'medians' }>,
    );
    expect((firstByte?.firstMs ?? 0) - (plain?.firstMs ?? 0)).toBeGreaterThan(DELAY_MS - 10);
    expect((firstByte?.reusedMs ?? 0) - (plain?.reusedMs ?? 0)).toBeGreaterThan(DELAY_MS - 10);
    expect((handshake?.firstMs ?? 0) - (plain?.firstMs ?? 0)).toBeGreaterThan(DELAY_MS - 10);
    expect((handshake?.reusedMs ?? 0) - (plain?.reusedMs ?? 0)).toBeLessThan(DELAY_MS / 2);
  });

  test('a listener that is closed refuses, the other one goes on, and it can be opened again', () => {
    expect(seen.afterClose['endpoint']).toMatchObject({ kind: 'error', code: 'ECONNREFUSED' });
    expect(seen.afterClose['public']).toMatchObject(read);
    expect(seen.reopened['endpoint']).toMatchObject(read);
  });

  test('a taken address is named, and the end of the process is told', () => {
    expect(seen.taken).toMatch(/cannot listen on tcp 10\.99\.0\.10:443 in namespace tserver: .*EADDRINUSE/);
    expect(seen.ended).toMatch(/^the S3 process ended with SIGTERM$/);
  });
});
