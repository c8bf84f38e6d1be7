import { formatPlan, formatPlanJson } from '../../reports/plan.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-code.ts';
import type { CommandIo } from './io.ts';
import { withLabDelays } from './lab-delay.ts';
import { parseKnobs } from './lab-start.ts';
import type { RunFlags } from './run-command.ts';
import { forecastFor, optionsFrom } from './run-plan.ts';

/** `bench plan`: what a run with the same flags would do and could decide; starts nothing. */
export async function planCommand(flags: RunFlags, io: CommandIo): Promise<ExitCode> {
  const options = optionsFrom(flags);
  const knobs = withLabDelays(parseKnobs(flags.labKnobs), flags.labDelay ?? []);
  const forecast = forecastFor(options, flags.out, knobs);
  io.stdout.write(flags.json === true ? formatPlanJson(forecast) : formatPlan(forecast));
  return EXIT_CODES.ok;
}
