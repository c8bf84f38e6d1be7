import type { FindBounds } from '../collect/find-report.ts';
import { joinTail } from '../collect/join.ts';
import { type Arm, formatArm } from '../domain/arm.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { Clock, LogReader, RunStore } from '../domain/ports.ts';
import type { StopReason } from '../domain/run.ts';
import type { Call, ReportFigures, ReportSource } from '../domain/sample.ts';
import type { Observation } from '../drive/observation.ts';
import { askedEntry, formatJournalEntry, type JournalEntry, observedEntry } from '../record/journal.ts';
import { type OpenReport, searchReports } from './report-search.ts';

/** Writes the run down as it happens. */
export interface Recorder {
  asked(call: Call, askedAt: string): void;
  observed(observation: Observation): void;
  event(kind: string, detail: Readonly<Record<string, string>>): void;
  end(stopReason: StopReason): void;
  /** Reads the Tails that came since the last time; what they lack stays open. Call it when no timed call is out. */
  collectTails(): void;
  /** Looks for the open REPORTs in the logs, bounded; returns how many never arrived. */
  collectLogs(deployment: Deployment, logs: LogReader, bounds: FindBounds, signal: AbortSignal): Promise<number>;
}

/** Lines on their way to the journal: what does not have to be there at once goes with the next that does, in one write. */
interface PendingLines {
  /** Written before this returns, with all that was put off. Throws what the store threw, also for an earlier line. */
  append(entry: JournalEntry): void;
  /** Written with the next line, at the latest in the event loop's next turn. */
  appendSoon(entry: JournalEntry): void;
  flush(): void;
}

function newPendingLines(store: RunStore): PendingLines {
  let lines: string[] = [];
  let turn: NodeJS.Immediate | undefined;
  let failure: { readonly cause: unknown } | undefined;
  const flush = (): void => {
    if (turn !== undefined) clearImmediate(turn);
    const [earlier, text] = [failure, lines.join('\n')];
    [turn, failure, lines] = [undefined, undefined, []];
    // What was to be written now does not happen either: a call that is not written down is not asked.
    if (earlier !== undefined) throw earlier.cause;
    if (text === '') return;
    store.appendJournal(text);
  };
  const flushLater = (): void => {
    try {
      flush();
    } catch (cause) {
      // Nobody waits in this turn: whoever writes next is told.
      failure = { cause };
    }
  };
  return {
    append: (entry) => {
      lines.push(formatJournalEntry(entry));
      flush();
    },
    appendSoon: (entry) => {
      lines.push(formatJournalEntry(entry));
      turn ??= setImmediate(flushLater);
    },
    flush,
  };
}

/** A recorder that appends to the store's journal. */
export function newRecorder(store: RunStore, clock: Clock): Recorder {
  const { append, appendSoon, flush } = newPendingLines(store);
  const now = (): string => clock.wallTime().toISOString();
  let fresh: OpenReport[] = [];
  let open: OpenReport[] = [];

  const reportEntry = (callId: string, source: ReportSource, figures: ReportFigures): JournalEntry => ({
    event: 'report',
    call_id: callId,
    source,
    figures,
  });

  return {
    asked: (call, askedAt) => append(askedEntry(call, askedAt)),
    observed: ({ sample, logTail }) => {
      // The next call's line follows at once, and takes this one with it.
      appendSoon(observedEntry(sample));
      if (sample.requestId !== undefined) fresh.push({ sample, ...(logTail === undefined ? {} : { logTail }) });
    },
    event: (kind, detail) => append({ event: 'event', kind, at: now(), detail }),
    end: (stopReason) => append({ event: 'end', at: now(), stopReason }),
    collectTails: () => {
      for (const entry of fresh) {
        const tail = joinTail(entry.logTail, entry.sample.requestId ?? '');
        if (tail.kind === 'found' && tail.complete) appendSoon(reportEntry(entry.sample.call.callId, 'tail', tail.figures));
        else open.push(entry);
      }
      fresh = [];
      flush();
    },
    collectLogs: async (deployment, logs, bounds, signal) => {
      const queue = open;
      open = [];
      const logGroupOf = (arm: Arm) => deployment.functions.find((fn) => formatArm(fn) === formatArm(arm))?.logGroup;
      return searchReports(queue, { logGroupOf, logs, clock, bounds, signal, onLooked: (...found) => append(reportEntry(...found)) });
    },
  };
}
