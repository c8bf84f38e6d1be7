import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleInside, INSIDE_MODES, type InsideBundle } from '../support/inside-lab.ts';
import { type Fetched, PHASES, type Phase } from './inside/https-client.ts';

type Medians = Readonly<Record<Phase, number>>;

/** What `inside/use-internet.ts` prints. */
interface Observed {
  readonly plain: Medians;
  readonly slow: Readonly<Record<string, Medians>>;
  readonly plainAgain: Medians;
  readonly relayCounts: unknown;
  readonly namespacesWithRelay: readonly string[];
  readonly namespacesAfter: readonly string[];
  readonly serverRules: string;
  readonly ping: Fetched;
  readonly extra: Fetched;
  readonly echo: Fetched;
  readonly wildcard: string;
  readonly unknown: string;
  readonly removed: string;
  readonly dns: { readonly answered: number; readonly dropped: number };
  readonly twice: string;
  readonly taken: string;
  readonly stopped: string;
  readonly servedAgain: string;
}

const DELAY_MS = 30;
/** A delay that must show, and one that must not, on a machine with other work. */
const MOVED_MS = DELAY_MS - 5;
const UNMOVED_MS = DELAY_MS / 2;
const SERVER_ADDRESS = '10.99.0.10';
const CLIENT_ADDRESS = '10.99.0.20';

let bundle: InsideBundle;
beforeAll(async () => {
  bundle = await bundleInside(['listener', 'dns', 'internet', 'relay'], ['use-internet', 'https-client']);
});
afterAll(() => bundle.remove());

describe.each(INSIDE_MODES)('names and the internet server (%s)', (mode) => {
  let seen: Observed;
  beforeAll(async () => {
    seen = await bundle.run<Observed>('use-internet', mode);
  });

  test.each([
    ['dnsAnswer', 'dns'],
    ['synAck', 'connect'],
    ['tlsHandshake', 'tls'],
    ['firstByte', 'ttfb'],
    ['lastByte', 'body'],
  ] as const)('%s moves %s alone (medians)', (knob, moved) => {
    for (const phase of PHASES) {
      const rise = (seen.slow[knob]?.[phase] ?? Number.NaN) - seen.plain[phase];
      if (phase === moved) expect(rise, phase).toBeGreaterThan(MOVED_MS);
      else expect(rise, phase).toBeLessThan(UNMOVED_MS);
    }
  });

  test('knobs turned off again move nothing', () => {
    for (const phase of PHASES) expect(seen.plainAgain[phase] - seen.plain[phase], phase).toBeLessThan(UNMOVED_MS);
  });

  test('only the SYN-ACKs go through the relay, one a connection, past a strict filter; afterwards it is gone', () => {
    expect(seen.relayCounts).toEqual({ delayed: 9, dropped: 0 });
    expect(seen.namespacesWithRelay).toHaveLength(4);
    expect(seen.namespacesAfter).toHaveLength(2);
    expect(seen.serverRules).toBe('table ip sg');
  });

  test('each name has its page, and the echo names the caller', () => {
    expect(seen.ping).toMatchObject({ status: 200, body: 'healthy: dynamodb.us-east-1.amazonaws.com ', remoteAddress: SERVER_ADDRESS });
    expect(seen.extra).toMatchObject({ status: 200, body: 'healthy: extra.test ' });
    expect(seen.echo).toMatchObject({ status: 200, body: `${CLIENT_ADDRESS}\n` });
  });

  test('the system’s resolver finds records and wildcards, and not what is unknown or removed', () => {
    expect(seen.wildcard).toBe(SERVER_ADDRESS);
    expect(seen.unknown).toBe('ENOTFOUND');
    expect(seen.removed).toBe('ENOTFOUND');
  });

  test('noise is dropped and counted', () => {
    expect(seen.dns.dropped).toBe(3);
    expect(seen.dns.answered).toBeGreaterThan(50);
  });

  test('a scope is served once, is silent when stopped, and can be served again', () => {
    expect(seen.twice).toContain('already serves vpc-1');
    expect(seen.stopped).toBe('EAI_AGAIN');
    expect(seen.servedAgain).toBe(SERVER_ADDRESS);
  });

  test('an address that is taken is an error with its reason', () => {
    expect(seen.taken).toContain('EADDRINUSE');
  });
});
