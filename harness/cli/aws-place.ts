import { newColdForcer, newControlClient } from '../../infra/aws/cold-forcer.ts';
import { newInvocationClient, newInvoker } from '../../infra/aws/invoker.ts';
import { newLogReader, newLogsClient, pacedLogSource } from '../../infra/aws/log-reader.ts';
import { newDeployer } from '../../infra/deploy/deployer.ts';
import { deployOptions, newDeployClients } from '../../infra/deploy/options.ts';
import { newStandingDeployer, type StandingDeployment } from '../../infra/deploy/standing.ts';
import { DEFAULT_FUNCTION_OPTIONS } from '../../infra/template/fn.ts';
import type { DeploymentStateStore } from '../domain/deployment-state.ts';
import type { Clock } from '../domain/ports.ts';
import type { BackendFacts, RunId } from '../domain/run.ts';
import type { MeasuringPlace } from '../run/measure.ts';
import type { AwsAccess, AwsIdentity } from './aws-access.ts';
import { describePrincipal } from './aws-account.ts';
import type { AwsOptions } from './aws-options.ts';
import { resourceHourlyUsd } from './pricing.ts';
import { TOOL_VERSION } from './version.ts';
import { waitingTimes } from './waiting-times.ts';

/** Rounds whose cold calls are not judged: the first environments after a deploy start from caches that nothing has filled. */
const BURN_IN_ROUNDS = 1;

/** Everything that a place on AWS is made of. */
export interface AwsPlaceParts {
  readonly access: AwsAccess;
  readonly identity: AwsIdentity;
  readonly options: AwsOptions;
  readonly architecture: 'arm64' | 'x86_64';
  readonly expiresAt: Date | 'never';
  /** Where the state of a run is kept. */
  readonly stateOf: (runId: RunId) => DeploymentStateStore;
  /** With `--on`: what another run left standing; nothing is made or removed then. */
  readonly standing?: StandingDeployment;
}

function factsOf({ access, identity, standing }: AwsPlaceParts): BackendFacts {
  const { region, endpoint } = access;
  const notes = [
    ...(endpoint === undefined ? [] : [`Not AWS itself: everything was asked of ${endpoint}.`]),
    ...(standing === undefined ? [] : [`Measured on the deployment that run ${standing.state.runId} had left standing.`]),
  ];
  return {
    ...{ kind: 'aws', region, account: identity.accountMasked, role: describePrincipal(identity.principalArn) },
    ...(endpoint === undefined ? {} : { endpoint }),
    notes,
  };
}

/** What a run needs to measure in an account, or at whatever endpoint stands in for it. Nothing is asked of it yet. */
export function measuringPlaceOnAws(parts: AwsPlaceParts, clock: Clock): MeasuringPlace {
  const { access, options, architecture, expiresAt, stateOf, standing } = parts;
  const { client, region, endpoint } = access;
  const times = waitingTimes(access.waiting);
  const { runtime = DEFAULT_FUNCTION_OPTIONS.runtime, internetUrl, echoUrl, rdsCaPem, databasePassword, keep } = options;
  const deploy = deployOptions({
    ...{ region, times: times.deploy, toolVersion: TOOL_VERSION, expiresAt, keep, hourlyUsd: resourceHourlyUsd(region) },
    ...(endpoint === undefined ? {} : { endpoint }),
    functions: { ...DEFAULT_FUNCTION_OPTIONS, runtime, architecture },
    ...(rdsCaPem === undefined ? {} : { rdsCaPem }),
    ...(databasePassword === undefined ? {} : { databasePassword }),
    ...(internetUrl === undefined ? {} : { internetUrl }),
    ...(echoUrl === undefined ? {} : { echoUrl }),
  });
  const ports = { clients: newDeployClients(client), clock };
  return {
    facts: async () => factsOf(parts),
    deployer: standing === undefined ? newDeployer(deploy, { ...ports, stateOf }) : newStandingDeployer(standing, deploy, ports),
    invoker: newInvoker(newInvocationClient(client)),
    coldForcer: newColdForcer(newControlClient(client), clock, times.force),
    logReader: newLogReader(pacedLogSource(newLogsClient(client), region, clock), deploy.functions.logFormat),
    findBounds: times.find,
    settleMs: times.settleMs,
    phaseTimeoutMs: times.phaseTimeoutMs,
    callGapMs: times.callGapMs,
    throttlePauseMs: times.throttlePauseMs,
    burnInRounds: BURN_IN_ROUNDS,
  };
}
