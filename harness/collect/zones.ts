import type { Sample } from '../domain/sample.ts';
import type { Samples } from '../domain/samples.ts';

/** The zone of each environment that told one with any of its calls: an environment never moves, and is asked once. */
export function zonesByEnvironment(samples: Samples): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  samples.forEach(({ azId, environmentId }) => {
    if (azId !== undefined && environmentId !== undefined) zones.set(environmentId, azId);
  });
  return zones;
}

/** The zone of a sample: the one that it told itself, or that another of its environment told. */
export function zoneOf(
  { azId, environmentId }: Pick<Sample, 'azId' | 'environmentId'>,
  zones: ReadonlyMap<string, string>,
): string | undefined {
  return azId ?? (environmentId === undefined ? undefined : zones.get(environmentId));
}
