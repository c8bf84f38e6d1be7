import type { ChildProcess } from 'node:child_process';
import { type Channel, openChannel } from '../kernel/channel.ts';
import { run } from '../kernel/command.ts';
import { ipBatch } from '../kernel/ip.ts';
import { createNamespace, deleteNamespaces, listNamespaces } from '../kernel/namespace.ts';
import { applyRules } from '../kernel/nft.ts';
import { namespacePath, spawnLabProcess } from '../kernel/node-process.ts';
import { stopProcess } from '../kernel/stop-process.ts';
import {
  DETOUR_REMOVAL_RULES,
  DETOUR_RULES,
  DETOUR_SETTINGS,
  detourLines,
  detourRemovalLines,
  deviceLine,
  WIRE,
  wireEndLines,
  wireLines,
} from './detour.ts';
import type { RelayCounts, RelayRequests } from './relay-requests.ts';

/**
 * Delays the SYN-ACKs of listeners, and nothing else, without netem: they alone are routed through a relay. A
 * client sees its connect take longer; every other packet goes its usual way at its usual speed.
 */
export interface SynAckDelay {
  /**
   * Makes exactly these namespaces answer SYNs `delayMs` later. A namespace is where a target's socket is: `web`, `s3`, an
   * endpoint's, a DB instance's. 0 ms or no namespace takes everything out again. Calls are carried out in order. Rejects with the
   * kernel's reason (a kernel without VXLAN, for one).
   */
  apply(delayMs: number, namespaces: readonly string[]): Promise<void>;
  /** Undefined while there is no relay. */
  counts(): Promise<RelayCounts | undefined>;
  close(): Promise<void>;
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
    const start: RelayRequests['start'] = { namespace: relay.namespace, address: relay.address, port };
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

async function insertDetour(namespace: string, id: number): Promise<void> {
  await ipBatch(WIRE.underlay.namespace, [deviceLine(namespace, id)]);
  try {
    await ipBatch(namespace, detourLines());
    await run('nsenter', [`--net=${namespacePath(namespace)}`, '--', 'sh', '-c', DETOUR_SETTINGS]);
    // Last: from here on packets take it.
    await applyRules(namespace, DETOUR_RULES);
  } catch (error) {
    // The device's end takes its route and neighbour along; without it the rule leads nowhere.
    await ipBatch(namespace, detourRemovalLines()).catch(() => {});
    throw error;
  }
}

async function removeDetour(namespace: string): Promise<void> {
  await applyRules(namespace, DETOUR_REMOVAL_RULES);
  await ipBatch(namespace, detourRemovalLines());
}

/** Makes the knob; nothing is started before it is first turned up. */
export function newSynAckDelay(): SynAckDelay {
  const inserted = new Set<string>();
  let relay: RunningRelay | undefined;
  let nextId = 1;
  let turn: Promise<unknown> = Promise.resolve();

  const reconcile = async (delayMs: number, namespaces: readonly string[]): Promise<void> => {
    const wanted = new Set(delayMs > 0 ? namespaces : []);
    // Whoever deleted a namespace deleted its detour with it.
    const there = new Set(listNamespaces());
    for (const namespace of [...inserted].filter((known) => !there.has(known))) inserted.delete(namespace);
    for (const namespace of [...inserted].filter((known) => !wanted.has(known))) {
      await removeDetour(namespace);
      inserted.delete(namespace);
    }
    if (wanted.size === 0) {
      if (relay) await stopRelay(relay);
      relay = undefined;
      return;
    }
    relay ??= await startRelay();
    const delay: RelayRequests['delay'] = { delayMs };
    await relay.channel.request<void>('delay', delay);
    for (const namespace of [...wanted].filter((name) => !inserted.has(name))) {
      await insertDetour(namespace, nextId++);
      inserted.add(namespace);
    }
  };
  const apply = (delayMs: number, namespaces: readonly string[]): Promise<void> => {
    const mine = turn.then(() => reconcile(delayMs, namespaces));
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    apply,
    counts: async () => (relay ? relay.channel.request<RelayCounts>('counts', {}) : undefined),
    close: () => apply(0, []),
  };
}
