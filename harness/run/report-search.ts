import { type FindBounds, findReport } from '../collect/find-report.ts';
import type { Arm } from '../domain/arm.ts';
import type { Clock, LogReader } from '../domain/ports.ts';
import type { ReportFigures, ReportSource, Sample } from '../domain/sample.ts';

/** A call whose REPORT is not known yet. */
export interface OpenReport {
  readonly sample: Sample;
  readonly logTail?: string;
}

/** What a search works with. */
export interface ReportSearch {
  /** Undefined for an arm that has no function. */
  readonly logGroupOf: (arm: Arm) => string | undefined;
  readonly logs: LogReader;
  readonly clock: Clock;
  readonly bounds: FindBounds;
  readonly signal: AbortSignal;
  readonly onLooked: (callId: string, source: ReportSource, figures: ReportFigures) => void;
}

/** Reports looked for at the same time: enough to overlap waiting, few enough for the Logs API's rate. */
const PARALLEL_SEARCHES = 8;
/** A log event may carry a stamp somewhat before the driver's own wall clock. */
const CLOCK_SLACK_MS = 60_000;

/** Looks for all of them, bounded; returns how many did not turn up. Rejects with the signal's reason when aborted. */
export async function searchReports(open: readonly OpenReport[], search: ReportSearch): Promise<number> {
  const queue = [...open];
  let missing = 0;
  const worker = async (): Promise<void> => {
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      if (!(await searchOne(entry, search))) missing++;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_SEARCHES }, worker));
  return missing;
}

async function searchOne({ sample, logTail }: OpenReport, search: ReportSearch): Promise<boolean> {
  const logGroup = search.logGroupOf(sample.call);
  if (sample.requestId === undefined || logGroup === undefined) return false;
  const query = {
    requestId: sample.requestId,
    logGroup,
    sinceMs: Date.parse(sample.askedAt) - CLOCK_SLACK_MS,
    ...(logTail === undefined ? {} : { logTail }),
    ...(sample.logStream === undefined ? {} : { logStream: sample.logStream }),
  };
  const found = await findReport(query, search, search.bounds, search.signal);
  search.onLooked(sample.call.callId, found.source, found.figures);
  return found.source !== 'missing';
}
