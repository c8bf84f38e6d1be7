import { join } from 'node:path';
import type { StandingDeployment } from '../../infra/deploy/standing.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { formatArm, isTwin, originalOf } from '../domain/arm.ts';
import { type DeploymentState, NEVER } from '../domain/deployment-state.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { Plan } from '../domain/plan.ts';
import { TARGETS } from '../domain/target.ts';
import type { PlanOptionTexts } from '../plan/options.ts';
import { REFERENCE_SCENARIO } from '../plan/plan.ts';
import { newDeploymentStateStore } from '../run/deployment-state-store.ts';
import { openRunFolder } from '../run/folder-run-store.ts';
import { LAB_KEEPS_NOTHING } from './aws-removal.ts';
import { runIdOf } from './destroy-command.ts';

const NOTHING = 'Nothing was started.';

/** A deployment that was asked for with `--on`, and where its state stands. */
export interface AskedDeployment extends StandingDeployment {
  readonly folder: string;
}

/** Reads the state of the deployment that `--on` names, by run id or folder. Throws `BenchError` when it is not one that stands whole. */
export async function readStanding(run: string, out: string): Promise<AskedDeployment> {
  const runId = runIdOf(run);
  const folder = run.includes('/') ? run : join(out, runId);
  const found = await newDeploymentStateStore(openRunFolder(folder)).read();
  if (found.kind !== 'found') {
    throw notThere(runId, found.kind === 'missing' ? `there is no deployment.json in ${folder}` : found.why, [
      `copy deployment.json to ${folder} from where "bench deploy" ran; it holds no secret`,
      'npm run bench -- deploy --backend aws --scenario vpc-nat',
    ]);
  }
  const { state } = found;
  if (state.backend === 'lab') throw notThere(runId, LAB_KEEPS_NOTHING, ['npm run bench -- deploy --backend aws --scenario vpc-nat']);
  const partial = state.stacks.find(({ status }) => status !== 'created');
  if (state.stacks.length === 0 || partial !== undefined) {
    throw notThere(runId, partial === undefined ? 'nothing of it was made' : `its stack ${partial.name} is "${partial.status}"`, [
      `npm run bench -- destroy ${runId}`,
    ]);
  }
  return { state, deployed: deployedOf(state), folder };
}

/** What was deployed, by the functions that the state names. */
function deployedOf({ runId, functions }: DeploymentState): StandingDeployment['deployed'] {
  const names = new Set(functions.map(({ scenario }) => originalOf(scenario)));
  const scenarios = SCENARIOS.filter(({ name }) => names.has(name));
  const unknown = [...names].find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw notThere(runId, `this version knows no scenario "${unknown}"`, [`npm run bench -- destroy ${runId}`]);
  const expectedOf = (scenario: string, target: (typeof TARGETS)[number]) =>
    scenarios.find(({ name }) => name === originalOf(scenario))?.expected[target] ?? 'reachable';
  return {
    scenarios,
    targets: TARGETS.filter((target) => functions.some((fn) => fn.target === target)),
    arms: functions.map(({ scenario, target }) => ({ scenario, target, expected: expectedOf(scenario, target) })),
  };
}

/** The options of a run that measures on it: all that was deployed, where the command line does not name a part. */
export function textsOn({ deployed }: StandingDeployment, texts: PlanOptionTexts): PlanOptionTexts {
  const names = deployed.arms.filter(({ scenario }) => !isTwin(scenario)).map(({ scenario }) => scenario);
  const asked = texts.scenario ?? [];
  return {
    ...texts,
    backend: 'aws',
    scenario: asked.length > 0 ? asked : [...new Set(names)],
    targets: texts.targets ?? deployed.targets.join(','),
    reference: (texts.reference ?? true) && names.includes(REFERENCE_SCENARIO),
  };
}

/** Refuses (exit 2) what has no function there, and (exit 4) a deployment that ends before the last round can be over. */
export function demandMeasurable({ state, deployed }: StandingDeployment, plan: Plan, now: Date, seconds: number): void {
  const missing = plan.arms.filter((arm) => !deployed.arms.some((there) => formatArm(there) === formatArm(arm))).map(formatArm);
  if (missing.length > 0) {
    throw new BenchError({
      exitCode: EXIT_CODES.usage,
      what: `The deployment of run ${state.runId} has no function for this.`,
      why: `asked for and not deployed: ${missing.join(', ')}`,
      tryCommands: [`npm run bench -- --on ${state.runId}   (all that was deployed)`],
      leftBehind: NOTHING,
    });
  }
  const needed = new Date(now.getTime() + seconds * 1000);
  if (state.expiresAt === NEVER || new Date(state.expiresAt) >= needed) return;
  throw new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `The deployment of run ${state.runId} ends at ${state.expiresAt}, before the last round.`,
    why: `the last round can be expected to end at ${needed.toISOString()}`,
    tryCommands: [
      `npm run bench -- --on ${state.runId} --rounds 8   (shorter)`,
      'npm run bench -- deploy --backend aws --ttl 8h --scenario vpc-nat   (another, for longer)',
    ],
    leftBehind: NOTHING,
  });
}

/** Refuses (exit 4) RDS without the password: it was never kept, and a runner has no right to set another. */
export function demandPassword({ state }: StandingDeployment, { targets }: Plan, isGiven: boolean): void {
  if (isGiven || !targets.includes('rds')) return;
  throw new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `Nobody has told the password of the database of run ${state.runId}.`,
    why: 'it is kept nowhere; who deploys sets it in LNB_DB_PASSWORD, and who measures needs the same there',
    tryCommands: [
      `LNB_DB_PASSWORD=… npm run bench -- --on ${state.runId}`,
      `npm run bench -- --on ${state.runId} --targets ${TARGETS.filter((target) => target !== 'rds').join(',')}`,
    ],
    leftBehind: NOTHING,
  });
}

function notThere(runId: string, why: string, tryCommands: readonly string[]): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: `There is no deployment of run ${runId} to measure on.`,
    why,
    tryCommands,
    leftBehind: NOTHING,
  });
}
