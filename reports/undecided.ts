import type { Comparison, Undecided } from '../harness/analyse/verdict.ts';

/** The headline of a comparison that was not decided. */
export const UNDECIDED = 'NOT DECIDABLE';

function roundsIn(words: string, rounds: number | undefined): string {
  return rounds === undefined ? '' : `${words}${rounds} round${rounds === 1 ? '' : 's'}`;
}

/** Why nothing was decided, and what would: `too few samples (a side has 16, needs 36; about 36 rounds)`. Our own words, nothing to escape. */
export function describeUndecided(undecided: Undecided, row: Pick<Comparison, 'smallerSide' | 'rounds' | 'target' | 'start'>): string {
  switch (undecided.kind) {
    case 'few samples':
      return `too few samples (a side has ${row.smallerSide}, needs ${undecided.minimum}${roundsIn('; about ', undecided.roundsNeeded)})`;
    case 'few rounds':
      return `too few rounds (both sides have ${row.rounds} in common, ${undecided.minimum} are needed)`;
    case 'wide':
      return `the interval leaves it open${roundsIn(': would be decided by about ', undecided.roundsNeeded)}`;
    case 'A/A':
      return `not believed: the A/A check of ${row.target}, ${row.start}, failed in this run`;
  }
}
