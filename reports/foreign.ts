import { JUDGED_METRICS } from '../harness/analyse/metric.ts';
import type { ForeignReading } from '../harness/domain/plan.ts';
import type { Escape } from './free-text.ts';

/** The line that no report on another tool's samples may lack. */
export function foreignBanner({ file }: ForeignReading, show: Escape): string {
  return `FOREIGN FILE ${show(file)}: how and where it was measured is not known to this tool.`;
}

/** How the figures of a foreign file came about, a sentence a line; the notes say what the file left open. */
export function foreignMethodLines({ notes }: ForeignReading, statistics: readonly string[], toolVersion: string): readonly string[] {
  return [...notes, ...statistics, `Analysed by tool version ${toolVersion}.`];
}

/** What the columns of the final summary stand for: `warm: fn_total_ms, cold: client_ms`. */
export function describeJudged(foreign: ForeignReading | undefined): string {
  if (foreign === undefined) return 'warm: fn_total_ms on the function’s clock, cold: client_ms on the driver’s clock';
  const { judged } = foreign;
  return `warm: ${judged.warm[0] ?? JUDGED_METRICS.warm[0]}, cold: ${judged.cold[0] ?? JUDGED_METRICS.cold[0]}`;
}
