import { formatAddress } from '../realise/network/ipv4.ts';
import type { RelayedPacket } from './delay-log.ts';
import { type Detour, HOST_DETOUR, ROUTER_DETOUR } from './detour.ts';
import { type Netem, newNetem } from './netem.ts';
import { type DelayedPlace, delayedPlaces, type PathDelays, type PathPlace } from './path-places.ts';
import type { RelayHost } from './relay-host.ts';

/** What holds the packets back. */
export type DelayMeans = 'none' | 'netem' | 'relay';

/** A packet's delay as it turned out, as `GET /_lab/achieved-delays` gives it. */
export interface AchievedDelay {
  /** Where: see `PathPlace`. */
  readonly place: string;
  readonly id: string;
  readonly protocol: 'tcp' | 'udp' | 'other';
  /** `a.b.c.d:port`. */
  readonly source: string;
  readonly destination: string;
  /** Of TCP: `SYN`, `SYN+ACK`, …; empty for others. */
  readonly flags: string;
  readonly receivedNs: number;
  readonly askedNs: number;
  readonly achievedNs: number;
  readonly sendNs: number;
}

/** A page of achieved delays. Only the relay keeps them: with other means there are none. */
export interface AchievedDelays {
  readonly means: DelayMeans;
  readonly packets: readonly AchievedDelay[];
  /** `since` of the next question. */
  readonly next: number;
  /** Packets since `since` that newer ones have pushed out of the log. */
  readonly lost: number;
}

/** Makes paths longer below TCP: every packet of a place is held, in both directions. */
export interface PathDelayKnob {
  /** Brings exactly these delays about; returns when they hold. Calls are carried out in order. Rejects with the kernel's reason. */
  apply(delays: PathDelays, places: readonly PathPlace[]): Promise<void>;
  achieved(since: number, handshakes: boolean): Promise<AchievedDelays>;
  /** A sentence for reports; undefined while nothing is set. */
  describe(): string | undefined;
}

const DETOURS: Readonly<Record<PathPlace['kind'], Detour>> = { router: ROUTER_DETOUR, host: HOST_DETOUR };
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK'] as const;
const TCP = 6;
const UDP = 17;

/** TCP's flags by name: `SYN+ACK`. */
export function formatFlags(bits: number): string {
  return FLAGS.filter((_, bit) => (bits & (1 << bit)) !== 0).join('+');
}

function achievedOf(packet: RelayedPacket, { name, id }: PathPlace): AchievedDelay {
  const { protocol, tcpFlags, receivedNs, askedNs, achievedNs, sendNs } = packet;
  return {
    place: name,
    id,
    protocol: protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : 'other',
    source: `${formatAddress(packet.source)}:${packet.sourcePort}`,
    destination: `${formatAddress(packet.destination)}:${packet.destinationPort}`,
    flags: formatFlags(tcpFlags),
    receivedNs,
    askedNs,
    achievedNs,
    sendNs,
  };
}

const WORDS: Readonly<Record<Exclude<DelayMeans, 'none'>, string>> = {
  netem: "by the kernel's netem, which keeps no record of what it achieved",
  relay: 'by a relay of every packet in user space (no netem here); what it achieved is logged packet by packet',
};

/** What stands now. */
interface Standing {
  readonly means: DelayMeans;
  readonly places: readonly DelayedPlace[];
}

/** Makes the knob; nothing is started before a delay is first set, 0 ms included. */
export function newPathDelay(relay: RelayHost, netem: Netem = newNetem()): PathDelayKnob {
  /** The relay's devices that ever stood: a log is read after its detour has gone. */
  const placesByNetwork = new Map<number, PathPlace>();
  let standing: Standing = { means: 'none', places: [] };
  let turn: Promise<unknown> = Promise.resolve();

  const byNetem = async (places: readonly DelayedPlace[]): Promise<void> => {
    const wanted = places.flatMap(({ exits, roundTripMs }) => exits.map((exit) => ({ exit, roundTripMs })));
    for (const { exit, roundTripMs } of wanted) await netem.set(exit, roundTripMs / 2);
    const kept = new Set(wanted.map(({ exit }) => `${exit.namespace} ${exit.device}`));
    const before = standing.means === 'netem' ? standing.places.flatMap(({ exits }) => exits) : [];
    for (const exit of before.filter(({ namespace, device }) => !kept.has(`${namespace} ${device}`))) await netem.clear(exit);
  };
  const byRelay = async (places: readonly DelayedPlace[]): Promise<void> => {
    const detours = places.map(({ namespace, kind, roundTripMs }) => ({
      ...{ namespace, detour: DETOURS[kind], takes: 'all' as const },
      delayMs: roundTripMs / 2,
    }));
    const made = await relay.apply('path', detours);
    for (const { networkId, namespace } of made) {
      const place = places.find((candidate) => candidate.namespace === namespace);
      if (place) placesByNetwork.set(networkId, place);
    }
  };
  const reconcile = async (places: readonly DelayedPlace[]): Promise<void> => {
    const trial = places[0]?.exits[0];
    const means = trial === undefined ? standing.means : (await netem.works(trial)) ? 'netem' : 'relay';
    if (means === 'netem') await byNetem(places);
    if (means === 'relay') await byRelay(places);
    standing = { means: places.length === 0 ? 'none' : means, places };
  };
  return {
    apply: (delays, places) => {
      const mine = turn.then(() => reconcile(delayedPlaces(delays, places)));
      turn = mine.catch(() => {});
      return mine;
    },
    achieved: async (since, handshakes) => {
      const page = await relay.ask('log', { since, handshakes });
      const packets = (page?.packets ?? []).flatMap((packet) => {
        const place = placesByNetwork.get(packet.networkId);
        return place === undefined ? [] : [achievedOf(packet, place)];
      });
      return { means: standing.means, packets, next: page?.next ?? 0, lost: page?.lost ?? 0 };
    },
    describe: () => {
      const { means, places } = standing;
      if (means === 'none') return undefined;
      const each = places.map(({ name, id, roundTripMs }) => `${name === id ? name : `${name} (${id})`} +${roundTripMs} ms`);
      return `Injected path delay, an input: ${each.join(', ')} a round trip, half of it each way, ${WORDS[means]}.`;
    },
  };
}
