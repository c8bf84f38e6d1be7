import { join } from 'node:path';
import { newControlClient } from '../../infra/aws/cold-forcer.ts';
import { readConcurrency } from '../../infra/aws/concurrency.ts';
import { describeCost, formatUsd } from '../../reports/cost.ts';
import { formatPlanLines } from '../../reports/plan.ts';
import type { RunCost } from '../domain/cost.ts';
import { NEVER } from '../domain/deployment-state.ts';
import type { Clock } from '../domain/ports.ts';
import type { RunId } from '../domain/run.ts';
import { hourlyUsd } from '../plan/cost.ts';
import type { PlanOptions } from '../plan/options.ts';
import { newDeploymentStateStore } from '../run/deployment-state-store.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import type { Forecast } from '../run/forecast.ts';
import { type AwsAccess, type AwsIdentity, openAwsAccess, readIdentity } from './aws-access.ts';
import { demandAllowed, demandConcurrency, demandLasting, describePrincipal } from './aws-account.ts';
import { type AwsOptions, type AwsRunFlags, expiryOf, parseAwsOptions } from './aws-options.ts';
import { measuringPlaceOnAws } from './aws-place.ts';
import { demandAffordable, newBudgetWatch } from './budget.ts';
import { confirm, demandConfirmable } from './confirm.ts';
import { demandSamePlace } from './destroy-command.ts';
import type { CommandIo } from './io.ts';
import type { OpenPlace } from './lab-place.ts';
import { parseKnobs } from './lab-start.ts';
import { costOfForecast, type PricingFlags, parsePricing } from './pricing.ts';
import { describeRemains } from './remains.ts';
import { forecastFor } from './run-plan.ts';
import { type AskedDeployment, demandMeasurable, demandPassword } from './standing-run.ts';

/** Flags that say where, as whom and for how much. */
export type AwsRunCommandFlags = AwsRunFlags & PricingFlags & { readonly out: string };

/** A run on AWS that was looked at from all sides and agreed to; nothing has been made yet. */
export interface AgreedRun {
  readonly place: OpenPlace;
  readonly cost: RunCost;
  readonly keep: boolean;
  /** With `--on`: the run whose deployment is measured. */
  readonly deployedBy?: RunId;
  /** Absent without `--budget`. */
  readonly affords?: (elapsedSeconds: number, roundsDone: number) => boolean;
  /** About how much was spent: `spent about $0.19 of $2.00`. */
  readonly spent: (elapsedSeconds: number, roundsDone: number) => string;
  /** What stays in the account when the process leaves now; a line each. */
  remains(runId: RunId, folder: string): readonly string[];
}

function describeAccount({ region, endpoint }: AwsAccess, { accountMasked, principalArn }: AwsIdentity): string {
  const where = endpoint === undefined ? '' : `, at ${endpoint}: not AWS itself`;
  return `account ${accountMasked} as ${describePrincipal(principalArn)}, region ${region}${where}`;
}

function describeExpiry(expiresAt: Date | 'never', { keep }: AwsOptions): string {
  const until = expiresAt === 'never' ? 'no end: --ttl none' : expiresAt.toISOString();
  return keep ? `kept after the run (--keep), expires: ${until}` : `removed after the run; expires should that fail: ${until}`;
}

/** What a run spends, and with a budget the watch that says why it ends a run. */
function watchBudget({ cost, forecast, budgetUsd, io }: Watched): Pick<AgreedRun, 'affords' | 'spent'> {
  const { seconds, plan } = forecast;
  const watch = newBudgetWatch(cost, seconds, plan.rounds, budgetUsd ?? Number.POSITIVE_INFINITY);
  const of = budgetUsd === undefined ? '' : ` of $${formatUsd(budgetUsd)}`;
  const spent = (elapsedSeconds: number, roundsDone: number): string =>
    `spent about $${formatUsd(watch.spentUsd(elapsedSeconds, roundsDone))}${of}`;
  if (budgetUsd === undefined) return { spent };
  return {
    spent,
    affords: (elapsedSeconds, roundsDone) => {
      if (watch.allows(elapsedSeconds, roundsDone)) return true;
      const estimate = formatUsd(watch.estimateUsd(elapsedSeconds, roundsDone));
      io.stderr.write(
        `\n! stopped before round ${roundsDone + 1}: with it and the removal the run would cost about ${estimate} USD, more than the budget of ${formatUsd(budgetUsd)} USD\n`,
      );
      return false;
    },
  };
}

interface Watched {
  readonly cost: RunCost;
  readonly forecast: Forecast;
  readonly budgetUsd: number | undefined;
  readonly io: CommandIo;
}

/**
 * Everything that is settled before anything is made: flags, price, account, credentials, a person's yes. Throws `BenchError`, the cheapest
 * refusal first; then nothing is left behind.
 */
export async function agreeOnAws(flags: AwsRunCommandFlags, options: PlanOptions, clock: Clock, io: CommandIo): Promise<AgreedRun> {
  const aws = parseAwsOptions(flags, io.env);
  demandConfirmable(aws.yes, io);
  const access = await openAwsAccess(aws.access, io);
  const pricing = parsePricing({ ...flags, region: access.region }, io.env);
  const forecast = forecastFor(options, flags.out, parseKnobs(undefined));
  const { plan, seconds } = forecast;
  const cost = costOfForecast(forecast, pricing);
  demandAffordable(cost, aws.budgetUsd);
  const identity = await readIdentity(access);
  demandAllowed(identity, aws.allowedAccounts);
  demandConcurrency(await readConcurrency(newControlClient(access.client)), io);
  demandLasting(identity, clock.wallTime(), seconds.total - seconds.end);
  const expiresAt = expiryOf(aws, clock.wallTime(), seconds.total);
  const lines = [describeAccount(access, identity), ...formatPlanLines(forecast), describeCost(cost), describeExpiry(expiresAt, aws)];
  for (const line of lines) io.stderr.write(`${line}\n`);
  await confirm('Deploy this?', aws.yes, io);
  const profile = aws.access.profile === undefined ? '' : ` --profile ${aws.access.profile}`;
  const left = { region: access.region, hourlyUsd: hourlyUsd(plan, pricing.prices), expiresAt, flags: profile };
  const stateOf = (runId: RunId) => newDeploymentStateStore(openRunFolder(join(flags.out, runId)));
  return {
    place: {
      ...measuringPlaceOnAws({ access, identity, options: aws, architecture: pricing.architecture, expiresAt, stateOf }, clock),
      close: async () => undefined,
    },
    cost,
    keep: aws.keep,
    ...watchBudget({ cost, forecast, budgetUsd: aws.budgetUsd, io }),
    remains: (runId, folder) => describeRemains({ ...left, runId, folder }),
  };
}

/** Nothing is deployed or removed. */
function withoutDeploy(forecast: Forecast): Forecast {
  const { rounds, blocked } = forecast.seconds;
  return { ...forecast, seconds: { ...forecast.seconds, deploy: 0, end: 0, total: rounds + blocked } };
}

/**
 * The same for a run on a deployment that stands: that it has what is asked for, is reached, and stands long enough. The yes is about calls
 * and updates alone. Throws `BenchError`; nothing is changed then.
 */
export async function agreeOnStanding(
  asked: AskedDeployment,
  flags: AwsRunCommandFlags,
  options: PlanOptions,
  clock: Clock,
  io: CommandIo,
): Promise<AgreedRun> {
  const { state, folder } = asked;
  const aws = parseAwsOptions(flags, io.env);
  demandConfirmable(aws.yes, io);
  const access = await openAwsAccess({ ...aws.access, region: aws.access.region ?? state.region }, io);
  const pricing = parsePricing({ ...flags, region: access.region }, io.env);
  const forecast = withoutDeploy(forecastFor(options, flags.out, parseKnobs(undefined)));
  const { plan, seconds } = forecast;
  demandMeasurable(asked, plan, clock.wallTime(), seconds.total);
  demandPassword(asked, plan, aws.databasePassword !== undefined);
  const cost = costOfForecast(forecast, pricing);
  demandAffordable(cost, aws.budgetUsd);
  const identity = await readIdentity(access);
  demandAllowed(identity, aws.allowedAccounts);
  demandSamePlace(state.runId, { kind: 'found', state }, access, identity);
  demandConcurrency(await readConcurrency(newControlClient(access.client)), io);
  demandLasting(identity, clock.wallTime(), seconds.total);
  const where = `on the deployment of run ${state.runId}, which stays; expires: ${state.expiresAt}`;
  for (const line of [describeAccount(access, identity), ...formatPlanLines(forecast), describeCost(cost), where]) {
    io.stderr.write(`${line}\n`);
  }
  await confirm('Measure on this?', aws.yes, io);
  const expiresAt: Date | typeof NEVER = state.expiresAt === NEVER ? NEVER : new Date(state.expiresAt);
  const profile = aws.access.profile === undefined ? '' : ` --profile ${aws.access.profile}`;
  const hourly = hourlyUsd({ ...plan, ...asked.deployed }, pricing.prices);
  const left = { region: access.region, hourlyUsd: hourly, expiresAt, flags: profile };
  const stateOf = () => newDeploymentStateStore(openRunFolder(folder));
  const parts = { access, identity, options: aws, architecture: pricing.architecture, expiresAt, stateOf, standing: asked };
  return {
    place: { ...measuringPlaceOnAws(parts, clock), close: async () => undefined },
    cost,
    keep: true,
    deployedBy: state.runId,
    ...watchBudget({ cost, forecast, budgetUsd: aws.budgetUsd, io }),
    remains: () => describeRemains({ ...left, runId: state.runId, folder }),
  };
}
