import type { SizeLimit, Sizing, WidestComparison } from '../harness/domain/precision.ts';
import { formatReadable } from './figure.ts';

/** What set the number of rounds, in words. */
export function describeLimit(limit: SizeLimit): string {
  switch (limit) {
    case 'precision':
      return 'as many as the precision asks for';
    case 'pilot':
      return 'the pilot is as many as the precision asks for';
    case 'max-rounds':
      return 'stopped by --max-rounds, before the precision';
    case 'max-minutes':
      return 'stopped by --max-minutes, before the precision';
  }
}

function describeWidest(start: 'warm' | 'cold', widest: WidestComparison | undefined): string[] {
  if (widest === undefined) return [];
  const { comparison, halfWidth, target, rounds } = widest;
  const widths = `half width ${formatReadable(halfWidth)} ms in the pilot, ${formatReadable(target)} ms asked for`;
  return [`Widest ${start}: ${comparison}: ${widths}, so ${rounds} rounds.`];
}

/** How a pilot sized its run, and what stopped it: one line, and one for the widest comparison of each start. */
export function sizingLines(sizing: Sizing): readonly string[] {
  const { pilotRounds, rounds, warmRounds, limit, warm, cold } = sizing;
  const size = warmRounds === rounds ? `${rounds} rounds` : `${rounds} rounds, the first ${warmRounds} with warm calls`;
  return [
    `Sized once, by the half widths of a pilot of ${pilotRounds} rounds, which are part of the run: ${size}, ${describeLimit(limit)}.`,
    ...describeWidest('warm', warm),
    ...describeWidest('cold', cold),
  ];
}
