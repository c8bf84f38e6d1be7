import type { Observation } from './observation.ts';

/**
 * The observation, discarded as `burn-in` when it is a cold call of the first so many rounds: soon after a deploy a cold start meets caches
 * that nothing has filled. It is kept, and not judged; what was discarded before keeps its own reason.
 */
export function withBurnIn({ sample, ...rest }: Observation, rounds: number): Observation {
  const early = sample.call.purpose === 'cold' && sample.call.round <= rounds;
  return !early || sample.outcome !== 'ok' || sample.discardReason !== undefined
    ? { sample, ...rest }
    : { sample: { ...sample, discardReason: 'burn-in' }, ...rest };
}
