import { join } from 'node:path';
import type { FoundDeploymentState } from '../domain/deployment-state.ts';
import { BenchError, EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import { isRunId, type RunId } from '../domain/run.ts';
import { newDeploymentStateStore } from '../run/deployment-state-store.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { type AwsAccess, type AwsFlags, type AwsIdentity, openAwsAccess, readIdentity } from './aws-access.ts';
import { LAB_KEEPS_NOTHING, removeRun } from './aws-removal.ts';
import { confirm, demandConfirmable } from './confirm.ts';
import type { CommandIo } from './io.ts';

/** Flags of `bench destroy`. */
export interface DestroyFlags extends AwsFlags {
  readonly yes?: boolean;
  readonly out: string;
}

/** `results/abcdefghij/` and `abcdefghij` name the same run. Throws `BenchError` (exit 2) for anything else. */
export function runIdOf(run: string): RunId {
  const name = run.replace(/\/+$/, '').split('/').at(-1) ?? '';
  if (isRunId(name)) return name;
  throw new BenchError({
    exitCode: EXIT_CODES.usage,
    what: `"${run}" names no run.`,
    why: 'a run is named by its id, a letter and nine letters or digits, or by its folder',
    tryCommands: ['npm run bench -- sweep --dry-run   (lists the runs that are in the account)'],
    leftBehind: 'Nothing was changed.',
  });
}

/** `bench destroy RUN`: removes one run, by its state or by its id alone. */
export async function destroyCommand(run: string, flags: DestroyFlags, io: CommandIo): Promise<ExitCode> {
  const runId = runIdOf(run);
  const stateOf = (id: RunId) => newDeploymentStateStore(openRunFolder(join(flags.out, id)));
  const found = await stateOf(runId).read();
  if (found.kind === 'found' && found.state.backend === 'lab') {
    io.stdout.write(`${LAB_KEEPS_NOTHING}\n`);
    return EXIT_CODES.ok;
  }
  if (found.kind === 'unreadable')
    io.stderr.write(`! the state of run ${runId} cannot be read (${found.why}): what the account has counts\n`);
  demandConfirmable(flags.yes === true, io);
  const access = await openAwsAccess({ ...flags, ...regionOf(flags, found) }, io);
  demandSamePlace(runId, found, access, await readIdentity(access));
  await confirm(`Remove everything of run ${runId} in ${access.region}?`, flags.yes === true, io);
  return removeRun(runId, access, stateOf, io);
}

/** Where the run is counts more than where the next one would go; a flag counts most. */
function regionOf({ region }: AwsFlags, found: FoundDeploymentState): AwsFlags {
  if (region !== undefined) return { region };
  return found.kind === 'found' ? { region: found.state.region } : {};
}

/** A run would be "removed" in an account that never had it, and go on being billed in its own. */
export function demandSamePlace(runId: RunId, found: FoundDeploymentState, access: AwsAccess, identity: AwsIdentity): void {
  if (found.kind !== 'found') return;
  const { account, region, endpoint } = found.state;
  const here = { account: identity.accountMasked, region: access.region, endpoint: access.endpoint };
  const describe = (at: { readonly account: string; readonly region: string; readonly endpoint?: string | undefined }): string =>
    `account ${at.account}, ${at.region}${at.endpoint === undefined ? '' : `, at ${at.endpoint}`}`;
  if (describe(here) === describe({ account, region, endpoint })) return;
  throw new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `Run ${runId} is somewhere else.`,
    why: `it was deployed in ${describe({ account, region, endpoint })}; this is ${describe(here)}`,
    tryCommands: [`npm run bench -- destroy ${runId} --region ${region} --profile NAME`],
    leftBehind: `Nothing was changed: run ${runId} is still there.`,
  });
}
