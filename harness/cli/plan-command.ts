import { formatPlan, formatPlanJson } from '../../reports/plan.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { CommandIo } from './io.ts';
import { withLabDelays } from './lab-delay.ts';
import { parseKnobs } from './lab-start.ts';
import { plannedStacks } from './planned-resources.ts';
import { costOfForecast, parsePricing } from './pricing.ts';
import type { RunFlags } from './run-command.ts';
import { forecastFor, optionsFrom } from './run-plan.ts';

/** `bench plan`: what a run with the same flags would do, cost and could decide; starts nothing and asks nobody. */
export async function planCommand(flags: RunFlags, io: CommandIo): Promise<ExitCode> {
  const options = optionsFrom(flags);
  const knobs = withLabDelays(parseKnobs(flags.labKnobs), flags.labDelay ?? []);
  const forecast = forecastFor(options, flags.out, knobs);
  const cost = costOfForecast(forecast, parsePricing(flags, io.env));
  const priced = { ...forecast, cost, stacks: plannedStacks(forecast.plan, flags.ttl !== 'none') };
  io.stdout.write(flags.json === true ? formatPlanJson(priced) : formatPlan(priced));
  return EXIT_CODES.ok;
}
