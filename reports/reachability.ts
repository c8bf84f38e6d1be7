import type { Analysis } from '../harness/analyse/analysis.ts';
import type { Reachability } from '../harness/analyse/reachability.ts';
import { formatReadable } from './figure.ts';
import type { Escape } from './free-text.ts';

/** `timeout in connect after 3012 ms`, or what was seen instead of the scenario's own path; empty where nothing failed. */
export function describeFailure(row: Reachability, show: Escape): string {
  if (row.wrongPath !== undefined) return show(row.wrongPath.seen);
  const until = row.untilFailure === undefined ? '' : ` after ${formatReadable(row.untilFailure)} ms`;
  return row.signature === undefined ? '' : `${show(row.signature)}${until}`;
}

/** What became of every arm, as a table, head first. */
export function reachabilityRows(analysis: Analysis, show: Escape): readonly (readonly string[])[] {
  const body = analysis.reachability.map((row) => [
    show(row.scenario),
    row.target,
    row.expected,
    row.verdict,
    row.path ?? '',
    `${row.reached}/${row.attempts}`,
    describeFailure(row, show),
  ]);
  return [['scenario', 'target', 'expected', 'observed', 'path proven', 'reached', 'how it failed'], ...body];
}
