import { newDeployer } from '../../infra/deploy/deployer.ts';
import { type DeployClients, deployOptions, newDeployClients } from '../../infra/deploy/options.ts';
import type { DeploymentStateStore } from '../domain/deployment-state.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { RunId } from '../domain/run.ts';
import { newSystemClock } from '../run/system-clock.ts';
import type { AwsAccess } from './aws-access.ts';
import type { CommandIo } from './io.ts';
import { describeLeftovers, placeFlags } from './leftover-lines.ts';
import { resourceHourlyUsd } from './pricing.ts';
import { describeProgress } from './progress-lines.ts';
import { TOOL_VERSION } from './version.ts';
import { waitingTimes } from './waiting-times.ts';

/** Clients of an account. */
export function clientsOf(access: AwsAccess): DeployClients {
  return newDeployClients(access.client);
}

/** Said wherever somebody wants to keep, find or remove something in the lab. */
export const LAB_KEEPS_NOTHING = 'the lab keeps nothing: it ends with the command that started it, and everything in it';

/** Removes one run, telling its progress; 7 with a list when something is left. */
export async function removeRun(
  runId: RunId,
  access: AwsAccess,
  stateOf: ((runId: RunId) => DeploymentStateStore) | undefined,
  io: CommandIo,
): Promise<ExitCode> {
  const { region, endpoint } = access;
  const options = deployOptions({
    ...{
      region,
      times: waitingTimes(access.waiting).deploy,
      toolVersion: TOOL_VERSION,
      expiresAt: 'never',
      hourlyUsd: resourceHourlyUsd(region),
    },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const ports = { clients: clientsOf(access), clock: newSystemClock(), ...(stateOf === undefined ? {} : { stateOf }) };
  io.stderr.write(`removing run ${runId} in ${region}\n`);
  const leftovers = await newDeployer(options, ports).destroy(runId, (event) => {
    for (const line of describeProgress({ kind: 'removing', event })) io.stderr.write(`${line}\n`);
  });
  if (leftovers.length === 0) {
    io.stdout.write(`✓ nothing of run ${runId} is left in ${region}\n`);
    return EXIT_CODES.ok;
  }
  for (const line of describeLeftovers(runId, leftovers, placeFlags(access))) io.stderr.write(`${line}\n`);
  return EXIT_CODES.leftovers;
}
