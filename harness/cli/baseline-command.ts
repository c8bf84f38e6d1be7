import { visibleText } from '../../reports/free-text.ts';
import { formatBaseline } from '../../reports/history-page.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { type Acceptance, formatGate, type GateRecord } from '../domain/regression.ts';
import { openHistory } from '../run/history-file.ts';
import { historySeries } from '../run/history-series.ts';
import { newSystemClock } from '../run/system-clock.ts';
import { writeHistoryPages } from './history-pages.ts';
import type { CommandIo } from './io.ts';

/** Flags of `bench baseline`. */
export interface BaselineFlags {
  readonly history: string;
  readonly reason?: string;
  /** What changed is known to touch every gate of the run, also those that this run did not show it on. */
  readonly allGates?: boolean;
}

function refuse(why: string): BenchError {
  return new BenchError({
    ...{ exitCode: EXIT_CODES.usage, what: 'Nothing was accepted.', why, leftBehind: 'The history was left as it was.' },
    tryCommands: ['npm run bench -- baseline show', 'npm run bench -- baseline accept RUN --reason "what changed"'],
  });
}

/** `bench baseline show`: what the next run will be set against, and why. */
export async function baselineShowCommand({ history: folder }: BaselineFlags, io: CommandIo): Promise<ExitCode> {
  const history = openHistory(folder, newSystemClock());
  const read = history.read();
  io.stdout.write(formatBaseline(historySeries(read), read.damage, history.path, visibleText));
  return EXIT_CODES.ok;
}

/** The gates of a run whose level is accepted: those that it is held up for, else all that have a figure. */
function gatesToAccept(records: readonly GateRecord[], allGates: boolean): Acceptance['gates'] {
  const held = allGates ? [] : records.filter(({ verdict }) => verdict === 'regression' || verdict === 'flagged');
  return (held.length > 0 ? held : records).filter(({ point }) => point !== undefined).map(({ gate }) => gate);
}

/** `bench baseline accept RUN --reason TEXT`: the run's level is the new one, from it on. */
export async function baselineAcceptCommand(run: string, flags: BaselineFlags, io: CommandIo): Promise<ExitCode> {
  const runId = run.replace(/\/+$/, '').split('/').at(-1) ?? run;
  const reason = flags.reason?.trim() ?? '';
  if (reason === '') throw refuse('--reason is missing: whoever reads the history later wants to know why the level moved');
  const clock = newSystemClock();
  const history = openHistory(flags.history, clock);
  const { entries } = history.read();
  const records = entries.filter(
    (entry): entry is GateRecord => entry.kind === 'gate' && entry.role === 'scheduled' && entry.runId === runId,
  );
  if (records.length === 0) throw refuse(`run ${visibleText(runId)} is not in ${history.path}`);
  const before = entries.flatMap((entry) => (entry.kind === 'accept' && entry.runId === runId ? entry.gates.map(formatGate) : []));
  const gates = gatesToAccept(records, flags.allGates === true).filter((gate) => !before.includes(formatGate(gate)));
  if (gates.length === 0) throw refuse(before.length > 0 ? 'the run was accepted before' : 'the run has no figures');
  await history.append([{ kind: 'accept', runId, acceptedAt: clock.wallTime().toISOString(), reason, gates }]);
  for (const gate of gates) io.stdout.write(`accepted  ${formatGate(gate)} from run ${runId} on\n`);
  const accepted = gates.map(formatGate);
  const others = records.map(({ gate }) => formatGate(gate)).filter((name) => !accepted.includes(name) && !before.includes(name));
  // A change may touch more gates than those that showed it at once: whoever accepts it shall not take the rest for accepted.
  for (const name of others)
    io.stderr.write(
      `! ${name} was not held up by this run: its level stays, and a later run may be held up by it (--all-gates accepts it too)\n`,
    );
  for (const page of writeHistoryPages(history)) io.stderr.write(`${page}\n`);
  return EXIT_CODES.ok;
}
