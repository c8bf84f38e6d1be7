/** Faults that hold for each occasion of their kind and are no countdown, by the knob that sets them. */
export const STRIKING_KNOBS = ['staleUpdatePolls', 'interfaceReleasePolls'] as const;
export type StrikingKnob = (typeof STRIKING_KNOBS)[number];

/** How often each of them spoilt an answer since the lab began: a test that injects one can see that it struck. */
export interface Strikes {
  strike(knob: StrikingKnob): void;
  counts(): Readonly<Record<StrikingKnob, number>>;
}

/** None yet. */
export function newStrikes(): Strikes {
  const counts: Record<StrikingKnob, number> = { staleUpdatePolls: 0, interfaceReleasePolls: 0 };
  return {
    strike: (knob) => {
      counts[knob] += 1;
    },
    counts: () => ({ ...counts }),
  };
}
