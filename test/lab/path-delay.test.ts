import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AchievedDelay } from '../../infra/lab/faults/path-delay.ts';
import { bundleInside, type InsideBundle } from '../support/inside-lab.ts';
import { LAB_SHELLS } from '../support/lab-shell.ts';

const WAYS = ['default', 'nat', 'endpoint'] as const;
type Way = (typeof WAYS)[number];

interface Seen {
  readonly connectMs: readonly number[];
  readonly handshakes: readonly AchievedDelay[];
  readonly packets: number;
}

/** What `inside/use-path-delay.ts` prints. */
interface Observed {
  /** By asked round trip, milliseconds. */
  readonly runs: Readonly<Record<string, Readonly<Record<Way, Seen>>>>;
  readonly described: string;
  readonly greetings: readonly (readonly { readonly said?: string }[])[];
  readonly elastic: string;
  readonly byId: Readonly<Record<'default' | 'nat', readonly number[]>>;
  readonly withSynAck: readonly number[];
  readonly synAckAlone: readonly number[];
  readonly plain: Readonly<Record<Way, readonly number[]>>;
  readonly means: string;
  readonly after: readonly string[];
}

/** By how much the least that a connect takes beside its delay may differ between two delays; `bench calibrate` measures it closer. */
const UNSEEN_MS = 0.6;

function medianOf(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Each connection's held time: its SYN's and its SYN-ACK's, found by the client's port, which source translation keeps. */
function achievedMs({ handshakes }: Seen): readonly number[] {
  const portOf = (end: string) => end.split(':')[1];
  return handshakes
    .filter(({ flags }) => flags === 'SYN')
    .map((syn) => {
      const answers = handshakes.filter(({ flags, destination }) => flags === 'SYN+ACK' && portOf(destination) === portOf(syn.source));
      expect(answers).toHaveLength(1);
      return (syn.achievedNs + (answers[0]?.achievedNs ?? Number.NaN)) / 1e6;
    });
}

let bundle: InsideBundle;
beforeAll(async () => {
  bundle = await bundleInside(['listener', 'relay'], ['use-path-delay', 'https-client', 'dial']);
});
afterAll(() => bundle.remove());

describe.each(LAB_SHELLS)('path delays on the fabric ($title)', ({ mode, missing }) => {
  let seen: Observed;
  beforeAll(async () => {
    if (missing === undefined) seen = await bundle.run<Observed>('use-path-delay', mode);
  });

  test.skipIf(missing).each(WAYS)('%s: every packet goes by the relay, and none is held shorter than asked', (way) => {
    for (const [asked, ways] of Object.entries(seen.runs)) {
      const { connectMs, handshakes, packets } = ways[way];
      expect(handshakes).toHaveLength(2 * connectMs.length);
      // SYN, SYN-ACK, ACK, and what closes it.
      expect(packets).toBeGreaterThanOrEqual(4 * connectMs.length);
      for (const packet of handshakes) {
        expect(packet.place).toBe(way);
        expect(packet.askedNs).toBe((Number(asked) * 1e6) / 2);
        expect(packet.achievedNs).toBeGreaterThanOrEqual(packet.askedNs);
      }
    }
  });

  test.skipIf(missing).each(WAYS)('%s: a connect takes what was achieved, and beside it at 1 and 5 ms as little as at 0', (way) => {
    const rest = (asked: number): number => {
      const run = seen.runs[asked]?.[way];
      if (!run) throw new Error(`no run at ${asked} ms`);
      const achieved = achievedMs(run);
      expect(achieved).toHaveLength(run.connectMs.length);
      const beside = achieved.map((held, i) => (run.connectMs[i] ?? Number.NaN) - held);
      for (const value of beside) expect(value).toBeGreaterThan(0);
      return Math.min(...beside);
    };
    expect(Math.abs(rest(1) - rest(0))).toBeLessThan(UNSEEN_MS);
    expect(Math.abs(rest(5) - rest(0))).toBeLessThan(UNSEEN_MS);
  });

  test.skipIf(missing)('addresses are translated and endpoints answer as without it', () => {
    const said = seen.greetings.flat().map((greeting) => greeting.said);
    expect(said).toEqual(['web sees 192.0.2.10', `web sees ${seen.elastic}`, expect.stringMatching(/^s3 by vpce-\w+ sees 10\.0\.1\./)]);
  });

  test.skipIf(missing)('a gateway named by its id obeys its own delay, and a place that is not named is left alone', () => {
    expect(medianOf(seen.byId.nat)).toBeGreaterThan(8);
    expect(medianOf(seen.byId.nat)).toBeLessThan(25);
    expect(medianOf(seen.byId.default)).toBeLessThan(4);
  });

  test.skipIf(missing)('SYN-ACKs may be delayed beside it: both are felt, and each goes without the other', () => {
    expect(medianOf(seen.withSynAck)).toBeGreaterThan(40);
    expect(medianOf(seen.synAckAlone)).toBeGreaterThan(30);
    expect(medianOf(seen.synAckAlone)).toBeLessThan(38);
  });

  test.skipIf(missing)('it is described as an input, and taking it out leaves nothing', () => {
    expect(seen.described).toMatch(/^Injected path delay, an input: default \+5 ms, nat \(nat-\w+\) \+5 ms, endpoint \(vpce-\w+\) \+5 ms/);
    for (const way of WAYS) expect(medianOf(seen.plain[way])).toBeLessThan(4);
    expect(seen.means).toBe('none');
    expect(seen.after).toEqual([]);
  });
});
