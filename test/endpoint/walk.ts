/**
 * `npm run test:endpoint`: walks preflight, stacks, matched check, destroy and sweep against the server in AWS_ENDPOINT_URL, with SDK calls
 * alone, and gives a verdict a step. A lack of the server is named; what is our fault ends it with 1. Something that is made is removed.
 */
import { randomBytes } from 'node:crypto';
import { openAwsAccess, readIdentity } from '../../harness/cli/aws-access.ts';
import { quietSdkWarning } from '../../harness/cli/sdk-warning.ts';
import { runIdFrom } from '../../harness/domain/run.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import { newControlClient } from '../../infra/aws/cold-forcer.ts';
import { readConcurrency } from '../../infra/aws/concurrency.ts';
import { newDeployer } from '../../infra/deploy/deployer.ts';
import { findRuns } from '../../infra/deploy/find-runs.ts';
import { deployOptions, LAB_DEPLOY_TIMES, newDeployClients } from '../../infra/deploy/options.ts';
import { SCENARIOS } from '../../scenarios/index.ts';
import { type Step, stackSteps } from './stacks-walk.ts';
import { describeError, exitCodeOf, formatVerdict, REFUSED, type StepVerdict, type Verdict, verdictOf, verdictOfError } from './verdict.ts';

const TOOL_VERSION = 'endpoint-walk';
const SET_WHAT = `AWS_ENDPOINT_URL is not set: name the server to walk against, with credentials for it, as in
  npm run bench -- lab up     (in another terminal; prints the variables to export)
  npm run test:endpoint`;

type Access = Awaited<ReturnType<typeof openAwsAccess>>;

function preflight(access: Access): Step {
  const run = async (): Promise<Verdict> => {
    const { accountMasked } = await readIdentity(access);
    const concurrency = await readConcurrency(newControlClient(access.client));
    const runs = await findRuns(newDeployClients(access.client));
    const known = concurrency.kind === 'known' ? `${concurrency.unreserved} calls at once` : 'concurrency not told';
    const seen = `account ${accountMasked}, ${known}, ${runs.length} runs`;
    if (concurrency.kind === 'known' && concurrency.unreserved < 1) return { kind: 'fail', why: `${seen}: nothing can be called` };
    return verdictOf(seen, concurrency.kind === 'known' ? [] : [concurrency.why]);
  };
  return { name: 'preflight', run };
}

/** What is left, and what stacks could not delete themselves. */
function destroy(access: Access, runId: string): Step {
  const run = async (): Promise<Verdict> => {
    const lacks: string[] = [];
    const options = { region: access.region, times: LAB_DEPLOY_TIMES, toolVersion: TOOL_VERSION, expiresAt: 'never' } as const;
    const deployer = newDeployer(deployOptions(options), { clients: newDeployClients(access.client), clock: newSystemClock() });
    const left = await deployer.destroy(runId, ({ stack, resource = stack, status, reason = 'no reason' }) => {
      if (status === 'DELETE_FAILED') lacks.push(`a stack could not delete ${resource} itself, the sweep did (${reason})`);
    });
    if (left.length > 0) return { kind: 'fail', why: left.map(({ kind, id, why }) => `${kind} ${id} is left: ${why}`).join('; ') };
    return verdictOf(`nothing of run ${runId} is left`, lacks);
  };
  return { name: 'destroy', run };
}

function sweep(access: Access, runId: string): Step {
  const run = async (): Promise<Verdict> => {
    const runs = await findRuns(newDeployClients(access.client));
    const own = runs.find((found) => found.runId === runId);
    return own === undefined ? verdictOf(`finds nothing of run ${runId}`) : { kind: 'fail', why: `still finds ${own.things.join(', ')}` };
  };
  return { name: 'sweep', run };
}

/** The run must be findable while it stands, or finding nothing afterwards says nothing. */
function find(access: Access, runId: string): Step {
  const run = async (): Promise<Verdict> => {
    const own = (await findRuns(newDeployClients(access.client))).find((found) => found.runId === runId);
    return own === undefined
      ? { kind: 'fail', why: `does not find run ${runId}, which stands` }
      : verdictOf(`${own.things.length} things by tag and name`);
  };
  return { name: 'find', run };
}

async function walked(steps: readonly Step[], say: (line: string) => void): Promise<readonly StepVerdict[]> {
  const done: StepVerdict[] = [];
  let broken: string | undefined;
  for (const { name, run, optional = false } of steps) {
    const always = name === 'destroy' || name === 'sweep';
    const verdict: Verdict =
      broken !== undefined && !always ? { kind: 'skipped', why: `${broken} did not end well` } : await run().catch(verdictOfError);
    if (verdict.kind === 'fail' || (verdict.kind === 'lack' && verdict.seen === REFUSED && !optional)) broken ??= name;
    done.push({ step: name, verdict });
    for (const line of formatVerdict({ step: name, verdict })) say(line);
  }
  return done;
}

async function main(): Promise<number> {
  const { env } = process;
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const endpoint = env['AWS_ENDPOINT_URL'];
  if (endpoint === undefined || endpoint === '') {
    process.stderr.write(`${SET_WHAT}\n`);
    return 2;
  }
  if (/\.amazonaws\.com/i.test(endpoint)) {
    process.stderr.write('AWS_ENDPOINT_URL names AWS itself, where this would cost money: "bench deploy" shows a price first.\n');
    return 2;
  }
  const access = await openAwsAccess({}, { env });
  const runId = runIdFrom(randomBytes(10));
  const options = {
    backend: 'aws',
    scenarios: [],
    targets: ['internet', 's3', 'rds'],
    rounds: 1,
    warm: 1,
    seed: runId,
    reference: true,
  } as const;
  const walk = { runId, plan: newPlan(options, SCENARIOS), clients: newDeployClients(access.client), toolVersion: TOOL_VERSION };
  say(`run ${runId} at ${endpoint}`);
  const steps = [preflight(access), ...stackSteps(walk), find(access, runId), destroy(access, runId), sweep(access, runId)];
  return exitCodeOf(await walked(steps, say));
}

quietSdkWarning(process);
process.exitCode = await main().catch((thrown: unknown) => {
  process.stderr.write(`${describeError(thrown)}\n`);
  return 1;
});
