import type { Databases } from '../realise/db-realisers.ts';
import type { Fabric } from '../realise/network/fabric.ts';
import type { Realiser } from '../realise/realiser.ts';
import { Refusal } from '../refusal.ts';
import { fabricPlaces } from './fabric-places.ts';
import type { LabKnobs, PhaseDelays } from './knobs.ts';
import type { PathDelayKnob } from './path-delay.ts';
import { isPathPlaceName } from './path-places.ts';
import type { SynAckDelay } from './syn-ack-delay.ts';

/** Everything in a lab that can be told to take longer. */
export interface DelayedParts {
  readonly knobs: () => LabKnobs;
  readonly fabric: Fabric;
  readonly resolver: { setAnswerDelay(milliseconds: number): Promise<void> };
  readonly s3Fronts: { setDelays(delays: PhaseDelays): Promise<void> };
  readonly internet: { setDelays(delays: PhaseDelays): Promise<void> };
  readonly databases: Pick<Databases, 'setDelays' | 'list'>;
  readonly synAck: SynAckDelay;
  readonly path: PathDelayKnob;
}

/** Brings the path through every place to the knobs; returns when it holds. */
async function applyPathDelays({ path, fabric, knobs }: DelayedParts): Promise<void> {
  await path.apply(knobs().pathDelays, fabricPlaces(fabric.context));
}

async function applySynAckDelay({ synAck, fabric, databases, knobs }: DelayedParts): Promise<void> {
  const { ledger } = fabric.context;
  const endpoints = [ledger.endpoints, ledger.interfaceEndpoints].flatMap((kind) => [...kind.values()].map(({ namespace }) => namespace));
  const listeners = [...Object.values(fabric.publicHosts), ...databases.list()].map(({ namespace }) => namespace);
  await synAck.apply(knobs().delays.synAck ?? 0, [...listeners, ...endpoints]);
}

/** Brings everything that delays to the knobs; returns when it holds. */
export async function applyDelays(parts: DelayedParts): Promise<void> {
  const { resolver, s3Fronts, internet, databases, knobs } = parts;
  const { delays } = knobs();
  await Promise.all([
    resolver.setAnswerDelay(delays.dnsAnswer ?? 0),
    s3Fronts.setDelays(delays),
    internet.setDelays(delays),
    databases.setDelays(delays),
    applySynAckDelay(parts),
    applyPathDelays(parts),
  ]);
}

/** A gateway or a listener that is made while its path or its SYN-ACKs are delayed must be delayed as well. */
export function delayedFromBirth(parts: DelayedParts, realiser: Realiser): Realiser {
  return {
    create: async (request) => {
      const realised = await realiser.create(request);
      const { delays, pathDelays } = parts.knobs();
      if (delays.synAck !== undefined) await applySynAckDelay(parts);
      if (Object.keys(pathDelays).length > 0) await applyPathDelays(parts);
      return realised;
    },
    delete: (physicalId) => realiser.delete(physicalId),
  };
}

/** Throws `Refusal` (`InvalidKnob`) when `next` names a gateway that does not exist, unless it did when it was first named. */
export function checkPlacesExist({ fabric, knobs }: Pick<DelayedParts, 'fabric' | 'knobs'>, next: LabKnobs): void {
  const known = new Set([...fabricPlaces(fabric.context).map(({ id }) => id), ...Object.keys(knobs().pathDelays)]);
  for (const place of Object.keys(next.pathDelays)) {
    if (!isPathPlaceName(place) && !known.has(place)) throw new Refusal('InvalidKnob', 400, `The lab has no ${place} now.`);
  }
}
