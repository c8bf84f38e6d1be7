import type { ChildProcess } from 'node:child_process';
import { type Channel, openChannel } from '../kernel/channel.ts';
import { run } from '../kernel/command.ts';
import { ipBatch } from '../kernel/ip.ts';
import { createNamespace, deleteNamespaces, listNamespaces } from '../kernel/namespace.ts';
import { applyRules } from '../kernel/nft.ts';
import { namespacePath, spawnLabProcess } from '../kernel/node-process.ts';
import { stopProcess } from '../kernel/stop-process.ts';
import {
  type Detour,
  detourLines,
  detourRemovalLines,
  detourRemovalRules,
  detourRemovalSettings,
  detourRules,
  detourSettings,
} from './detour.ts';
import type { RelayedKind } from './relay-packet.ts';
import type { RelayAnswers, RelayRequests } from './relay-requests.ts';
import { deviceLine, WIRE, wireEndLines, wireLines } from './relay-wire.ts';

/** A namespace whose packets shall go by the relay. */
export interface DetourPlace {
  readonly namespace: string;
  readonly detour: Detour;
  readonly takes: RelayedKind;
  readonly delayMs: number;
}

/** A detour that stands. */
export interface StandingDetour extends DetourPlace {
  /** Which VXLAN device: tells its packets in the relay's log. */
  readonly networkId: number;
}

/** The relay that all delays share: one process, started when the first detour is wanted and stopped with the last. */
export interface RelayHost {
  /**
   * Makes exactly these detours stand for one `user` of the relay; those that stand already only change their delay. Calls are
   * carried out in order. Rejects with the kernel's reason (a kernel without VXLAN, for one).
   */
  apply(user: string, places: readonly DetourPlace[]): Promise<readonly StandingDetour[]>;
  /** Asks the relay process; undefined while there is none. */
  ask<Kind extends keyof RelayRequests>(kind: Kind, body: RelayRequests[Kind]): Promise<RelayAnswers[Kind] | undefined>;
}

interface RunningRelay {
  readonly child: ChildProcess;
  readonly channel: Channel;
}

async function startRelay(): Promise<RunningRelay> {
  const { underlay, relay, port } = WIRE;
  await createNamespace({ name: relay.namespace, forwards: false });
  let child: ChildProcess | undefined;
  try {
    await createNamespace({ name: underlay.namespace, forwards: false, links: wireLines() });
    await ipBatch(relay.namespace, wireEndLines());
    child = spawnLabProcess('relay');
    const channel = openChannel(child);
    const start: RelayRequests['start'] = { namespace: relay.namespace, address: relay.address, devices: underlay.address, port };
    await channel.request<void>('start', start);
    return { child, channel };
  } catch (error) {
    if (child) await stopProcess(child);
    await deleteNamespaces([underlay.namespace, relay.namespace]);
    throw error;
  }
}

async function stopRelay({ child }: RunningRelay): Promise<void> {
  await stopProcess(child);
  await deleteNamespaces([WIRE.underlay.namespace, WIRE.relay.namespace]);
}

async function runInside(namespace: string, text: string): Promise<void> {
  await run('nsenter', [`--net=${namespacePath(namespace)}`, '--', 'sh', '-c', text]);
}

async function insertDetour(namespace: string, detour: Detour, networkId: number): Promise<void> {
  await ipBatch(WIRE.underlay.namespace, [deviceLine(namespace, detour, networkId)]);
  try {
    await ipBatch(namespace, detourLines(detour));
    await runInside(namespace, detourSettings(detour));
    // Last: from here on packets take it.
    await applyRules(namespace, detourRules(detour));
  } catch (error) {
    // The device's end takes its route and neighbour along; without it the rule leads nowhere.
    await ipBatch(namespace, detourRemovalLines(detour)).catch(() => {});
    throw error;
  }
}

async function removeDetour({ namespace, detour }: StandingDetour): Promise<void> {
  await applyRules(namespace, detourRemovalRules(detour));
  await ipBatch(namespace, detourRemovalLines(detour));
  const settings = detourRemovalSettings(detour);
  if (settings !== undefined) await runInside(namespace, settings);
}

/** Makes the host; nothing is started before the first detour is wanted. */
export function newRelayHost(): RelayHost {
  const standing = new Map<string, readonly StandingDetour[]>();
  let relay: RunningRelay | undefined;
  let nextId = 1;
  let turn: Promise<unknown> = Promise.resolve();

  const ask = async <Kind extends keyof RelayRequests>(kind: Kind, body: RelayRequests[Kind]) =>
    relay?.channel.request<RelayAnswers[Kind]>(kind, body);

  const stand = async (place: DetourPlace, known: StandingDetour | undefined): Promise<StandingDetour> => {
    const networkId = known?.networkId ?? nextId++;
    await ask('hold', { networkId, takes: place.takes, delayMs: place.delayMs });
    if (known === undefined) await insertDetour(place.namespace, place.detour, networkId);
    return { ...place, networkId };
  };
  const reconcile = async (user: string, places: readonly DetourPlace[]): Promise<readonly StandingDetour[]> => {
    // Whoever deleted a namespace deleted its detour with it.
    const there = new Set(listNamespaces());
    const before = (standing.get(user) ?? []).filter(({ namespace }) => there.has(namespace));
    const made: StandingDetour[] = [];
    for (const known of before) {
      if (places.some(({ namespace }) => namespace === known.namespace)) made.push(known);
      else {
        await removeDetour(known);
        await ask('forget', { networkId: known.networkId });
      }
    }
    standing.set(user, made);
    if (places.length > 0) relay ??= await startRelay();
    for (const place of places) {
      const at = made.findIndex(({ namespace }) => namespace === place.namespace);
      const now = await stand(place, made[at]);
      if (at < 0) made.push(now);
      else made[at] = now;
    }
    if (relay !== undefined && [...standing.values()].every((detours) => detours.length === 0)) {
      await stopRelay(relay);
      relay = undefined;
    }
    return made;
  };
  return {
    ask,
    apply: (user, places) => {
      const mine = turn.then(() => reconcile(user, places));
      turn = mine.catch(() => {});
      return mine;
    },
  };
}
