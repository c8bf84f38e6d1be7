import { join } from 'node:path';
import { newLogReader, newLogsClient, pacedLogSource } from '../../infra/aws/log-reader.ts';
import { DEFAULT_FUNCTION_OPTIONS } from '../../infra/template/fn.ts';
import { functionName, logGroupName } from '../../infra/template/names.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { collectAgain } from '../run/collect-again.ts';
import { openRunFolder, reopenRunFolder } from '../run/folder-run-store.ts';
import { loadAnalysis } from '../run/load.ts';
import { newSystemClock } from '../run/system-clock.ts';
import { type AwsFlags, openAwsAccess, readIdentity } from './aws-access.ts';
import { LAB_KEEPS_NOTHING } from './aws-removal.ts';
import { runIdOf } from './destroy-command.ts';
import { watchSignals } from './interrupt.ts';
import type { CommandIo } from './io.ts';
import { reportRun } from './report-run.ts';
import { waitingTimes } from './waiting-times.ts';

/** Flags of `bench collect`. */
export interface CollectFlags extends AwsFlags {
  readonly out: string;
}

/** `bench collect RUN`: repeats the collection of REPORTs while the log groups exist, then writes the reports again. */
export async function collectCommand(run: string, flags: CollectFlags, io: CommandIo): Promise<ExitCode> {
  const runId = runIdOf(run);
  const location = join(flags.out, runId);
  const { backend, deployedBy = runId } = (await loadAnalysis(openRunFolder(location))).manifest;
  if (backend.kind === 'lab') {
    io.stdout.write(`${LAB_KEEPS_NOTHING}\n`);
    return EXIT_CODES.ok;
  }
  const access = await openAwsAccess({ ...flags, region: flags.region ?? backend.region }, io);
  await readIdentity(access);
  const clock = newSystemClock();
  const logs = newLogReader(pacedLogSource(newLogsClient(access.client), access.region, clock), DEFAULT_FUNCTION_OPTIONS.logFormat);
  const store = reopenRunFolder(location);
  const interrupt = watchSignals(io);
  try {
    const logGroupOf = (arm: Parameters<typeof functionName>[1]) => logGroupName(functionName(deployedBy, arm));
    const bounds = waitingTimes(access.waiting).find;
    const { open, found } = await collectAgain(store, { logGroupOf, logs, clock, bounds, signal: interrupt.signal });
    await reportRun(store);
    io.stdout.write(`${found} of ${open} missing REPORTs were found; reports of run ${runId} are written again\n`);
    return EXIT_CODES.ok;
  } catch (error) {
    const code = interrupt.code();
    if (code === undefined) throw error;
    return code;
  } finally {
    interrupt.stop();
    store.close();
  }
}
