import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import { type OptionProblem, type PlanOptions, type PlanOptionTexts, parsePlanOptions } from '../plan/options.ts';
import { newPlan } from '../plan/plan.ts';
import { placeKeyOf } from '../run/comparability.ts';
import { findEarlierRun } from '../run/earlier-run.ts';
import { type Forecast, forecastOf } from '../run/forecast.ts';
import { injectedOf } from './lab-delay.ts';
import { LAB_REGION } from './lab-start.ts';
import { TOOL_VERSION } from './version.ts';

/** An option that cannot be used, or several. */
export function usageError(problems: readonly OptionProblem[]): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.usage,
    what: problems.length === 1 ? 'An option cannot be used.' : `${problems.length} options cannot be used.`,
    why: problems.map(({ flag, message }) => `${flag}: ${message}`).join('\n       '),
    tryCommands: ['npm run bench -- --help', 'npm run bench -- ls'],
    leftBehind: 'Nothing was started.',
  });
}

/** The options of a command line, checked. Throws `BenchError` that names every problem. */
export function optionsFrom(texts: PlanOptionTexts): PlanOptions {
  const names = SCENARIOS.map(({ name }) => name);
  const parsed = parsePlanOptions(texts, names, randomBytes(4).toString('hex'));
  if (parsed.kind === 'problems') throw usageError(parsed.problems);
  return parsed.options;
}

/** What the options can be expected to find out, judged by the newest comparable run in `results`. `knobs` are those of the lab. */
export function forecastFor(options: PlanOptions, results: string, knobs: LabKnobs): Forecast {
  const plan = newPlan(options, SCENARIOS);
  const [cpu] = cpus();
  const lab = plan.backend === 'lab';
  const injected = lab ? injectedOf(knobs, DEFAULT_KNOBS) : {};
  const place = placeKeyOf({ kind: plan.backend, ...(lab ? { region: LAB_REGION } : {}), injected }, TOOL_VERSION);
  const machine = { cpuModel: cpu?.model ?? 'unknown', cpuCount: cpus().length };
  const earlier = findEarlierRun(results, { place, warm: plan.warm, ...(lab ? { machine } : {}) });
  return forecastOf(plan, earlier, options.precision);
}
