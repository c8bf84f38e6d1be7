import { type FoundRun, findRuns, isExpired } from '../../infra/deploy/find-runs.ts';
import { refusedStep } from '../../infra/deploy/refused.ts';
import { EXIT_CODES, type ExitCode, strongestExitCode } from '../domain/exit-code.ts';
import { type AwsAccess, type AwsFlags, openAwsAccess, readIdentity } from './aws-access.ts';
import { clientsOf, LAB_KEEPS_NOTHING, removeRun } from './aws-removal.ts';
import { confirm, demandConfirmable } from './confirm.ts';
import type { CommandIo } from './io.ts';

/** Flags of `bench sweep`. */
export interface SweepFlags extends AwsFlags {
  readonly expired?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly backend: string;
}

/** `bench sweep`: finds what runs of this tool have in the account, and removes it. */
export async function sweepCommand(flags: SweepFlags, io: CommandIo, now: Date = new Date()): Promise<ExitCode> {
  if (flags.backend === 'lab') {
    io.stdout.write(`${LAB_KEEPS_NOTHING}\n`);
    return EXIT_CODES.ok;
  }
  if (flags.dryRun !== true) demandConfirmable(flags.yes === true, io);
  const access = await openAwsAccess(flags, io);
  const { accountMasked } = await readIdentity(access);
  const all = await found(access);
  const runs = flags.expired === true ? all.filter((run) => isExpired(run, now)) : all;
  io.stdout.write(
    `${[`account ${accountMasked}, ${access.region}: ${countRuns(runs, flags)}`, ...runs.flatMap(describeRun)].join('\n')}\n`,
  );
  if (runs.length === 0 || flags.dryRun === true) return EXIT_CODES.ok;
  await confirm(`Remove ${runs.length === 1 ? 'this run' : `these ${runs.length} runs`}?`, flags.yes === true, io);
  const codes: ExitCode[] = [];
  for (const { runId } of runs) codes.push(await removeRun(runId, access, undefined, io));
  return strongestExitCode(codes);
}

async function found(access: AwsAccess): Promise<readonly FoundRun[]> {
  try {
    return await findRuns(clientsOf(access));
  } catch (thrown) {
    throw refusedStep('it cannot be told which runs are in the account', thrown);
  }
}

function countRuns(runs: readonly FoundRun[], { expired }: SweepFlags): string {
  const kind = expired === true ? 'expired run' : 'run';
  return runs.length === 0 ? `no ${kind}` : `${runs.length} ${kind}${runs.length === 1 ? '' : 's'}`;
}

function describeRun({ runId, things, expiresAt, kept }: FoundRun): readonly string[] {
  const end = expiresAt === undefined ? 'end unknown' : expiresAt === 'never' ? 'never ends by itself' : `until ${expiresAt}`;
  return [`${runId}  ${end}${kept ? ', kept' : ''}`, ...things.map((thing) => `  ${thing}`)];
}
