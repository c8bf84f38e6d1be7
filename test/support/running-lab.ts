import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { measuringPlaceIn } from '../../harness/cli/lab-place.ts';
import type { Arm } from '../../harness/domain/arm.ts';
import type { Connection } from '../../harness/domain/cell.ts';
import type { Deployment } from '../../harness/domain/deployment.ts';
import type { Plan } from '../../harness/domain/plan.ts';
import type { DeployEvent, Deployer, Invoker, Leftover } from '../../harness/domain/ports.ts';
import type { ProbeAnswer } from '../../harness/domain/probe-wire.ts';
import { runIdFrom } from '../../harness/domain/run.ts';
import type { Call, Purpose } from '../../harness/domain/sample.ts';
import type { Scenario } from '../../harness/domain/scenario.ts';
import { Secret } from '../../harness/domain/secret.ts';
import { TARGETS, type Target } from '../../harness/domain/target.ts';
import { parseProbeAnswer } from '../../harness/drive/probe-answer.ts';
import { newProbeEventEncoder } from '../../harness/drive/probe-event.ts';
import { newPlan } from '../../harness/plan/plan.ts';
import type { MeasuringPlace } from '../../harness/run/measure.ts';
import { newSystemClock } from '../../harness/run/system-clock.ts';
import type { ClientOptions } from '../../infra/aws/client-options.ts';
import { type DeployClients, newDeployClients } from '../../infra/deploy/options.ts';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import { SYSTEM_PATH } from '../../infra/lab/kernel/programs.ts';
import { type LabProcess, launchLab } from '../../infra/lab/modes/launch.ts';
import { chooseMode, type LabMode } from '../../infra/lab/modes/mode.ts';

/** What `PUT /_lab/knobs` takes: a knob that is given replaces the old one, `failResource: null` takes it back. */
export type KnobChange = Partial<Omit<LabKnobs, 'failResource'>> & { readonly failResource?: string | null };

/** A run's resources in a running lab. */
export interface DeployedRun {
  readonly runId: string;
  readonly plan: Plan;
  readonly deployment: Deployment;
  /** What the deploy told, in order. */
  readonly events: readonly DeployEvent[];
  destroy(): Promise<readonly Leftover[]>;
}

/** One probe call, as the driver makes it; what is not given is a lone call that also proves the path. */
export interface Asked {
  /** `open` (the default) keeps its connection and proves the path; `measure` does neither. */
  readonly purpose?: Purpose;
  readonly connection?: Connection;
  /** Default 1000: the driver's own in the lab. */
  readonly phaseTimeoutMs?: number;
}

/** A whole lab in processes of its own, as `bench` starts it, and what a test acts on it with. */
export interface RunningLab extends Pick<LabProcess, 'ready' | 'mode' | 'pid'> {
  /** Host pid of the lab's PID 1; its mount namespace holds `/run/netns`. */
  readonly supervisorPid: number;
  /** For SDK clients of a test's own. */
  readonly place: ClientOptions;
  readonly clients: DeployClients;
  /** What `bench` makes of a lab: deployer, invoker, cold forcer, log reader. */
  readonly measuring: MeasuringPlace;
  /** What the lab wrote to stderr, by line. */
  readonly log: readonly string[];
  /**
   * Runs a command among the lab's mounts and processes, and resolves with its stdout: `['ip', '-n', 'aws', 'route']`,
   * `['nsenter', '--net=/run/netns/aws-nat', 'nft', 'list', 'ruleset']`. Rejects with what it said when it fails.
   */
  inLab(words: readonly string[], stdin?: string): Promise<string>;
  /** Names of all network namespaces of the lab, sorted. */
  namespaces(): Promise<readonly string[]>;
  /** Changes knobs; resolves with all of them. Give every member of `delays`: it is replaced as a whole. */
  knobs(change: KnobChange): Promise<LabKnobs>;
  /** `GET /_lab/facts`: sentences about what is realised now. */
  notes(): Promise<readonly string[]>;
  /** A plan of one round over exactly these scenarios, deployed by the project's own deployer. */
  deployRun(scenarios: readonly Scenario[], targets?: readonly Target[]): Promise<DeployedRun>;
  /** Asks one arm's function once. Throws when the invocation fails or the answer is none; a probe's own error is an answer. */
  ask(deployment: Deployment, arm: Arm, asked?: Asked): Promise<ProbeAnswer>;
  /** Ends the lab and everything in it. */
  stop(): Promise<void>;
}

/** A short run over exactly these scenarios; without a reference, so that nothing else is deployed but twins. */
export function planOf(scenarios: readonly Scenario[], targets: readonly Target[] = TARGETS, rounds = 1): Plan {
  const names = scenarios.map(({ name }) => name);
  return newPlan({ backend: 'lab', scenarios: names, targets, rounds, warm: 1, seed: 'test', reference: false }, scenarios);
}

/** A fresh run id. */
export function newRunId(): string {
  return runIdFrom(randomBytes(10));
}

/** Root's own lab where the tests run as root, else a user namespace; `LNB_LAB_MODE` asks for one of them. */
function modeToTry(): LabMode {
  if (process.env['LNB_LAB_MODE'] === 'user-namespace') return 'user-namespace';
  return process.getuid?.() === 0 ? 'root' : 'user-namespace';
}

let choice: ReturnType<typeof chooseMode> | undefined;

/** Why no lab can be started here, for `ctx.skip`; undefined when one can. */
export function whyNoLab(): string | undefined {
  choice ??= chooseMode([modeToTry()]);
  if (choice.mode !== undefined) return undefined;
  if (choice.missingPrograms.length > 0) return `no lab here: ${choice.missingPrograms.join(', ')} not installed`;
  return `no lab here: ${choice.trials.map(({ mode, why }) => `${mode}: ${why}`).join('; ') || process.platform}`;
}

/** Starts the lab in the mode that works here. Throws where `whyNoLab` says why not, and `LabStartError`. */
export async function startRunningLab(knobs: KnobChange = {}): Promise<RunningLab> {
  const missing = whyNoLab();
  if (missing !== undefined || choice?.mode === undefined) throw new Error(missing ?? 'no lab here');
  const { failResource, ...others } = knobs;
  const first: LabKnobs = { ...DEFAULT_KNOBS, ...others, ...(failResource ? { failResource } : {}) };
  const log: string[] = [];
  const lab = await launchLab(choice.mode, { region: 'us-east-1', port: 0, knobs: first }, (line) => log.push(line));
  try {
    return runningLab(lab, first, log);
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

function runningLab(lab: LabProcess, knobs: LabKnobs, log: readonly string[]): RunningLab {
  const { endpoint, region, accessKeyId, secretAccessKey } = lab.ready;
  const place: ClientOptions = { endpoint, region, credentials: { accessKeyId, secretAccessKey: new Secret(secretAccessKey) } };
  const clients = newDeployClients(place);
  const measuring = measuringPlaceIn(lab, knobs, newSystemClock());
  const supervisorPid = firstProcessBelow(lab.pid);
  const inLab = (words: readonly string[], stdin = ''): Promise<string> => runIn(supervisorPid, lab.mode, words, stdin);
  return {
    ready: lab.ready,
    mode: lab.mode,
    pid: lab.pid,
    supervisorPid,
    place,
    clients,
    measuring,
    log,
    inLab,
    namespaces: async () => (await inLab(['ls', '/run/netns'])).split('\n').filter(Boolean).sort(),
    knobs: (change) => adminCall<LabKnobs>(lab, 'PUT', 'knobs', change),
    notes: async () => (await adminCall<{ readonly notes: readonly string[] }>(lab, 'GET', 'facts')).notes,
    deployRun: (scenarios, targets) => deployRun(measuring.deployer, planOf(scenarios, targets)),
    ask: (deployment, arm, asked = {}) => ask(measuring.invoker, deployment, arm, asked),
    stop: () => lab.stop(),
  };
}

async function deployRun(deployer: Deployer, plan: Plan): Promise<DeployedRun> {
  const runId = newRunId();
  const events: DeployEvent[] = [];
  const deployment = await deployer.deploy(runId, plan, (event) => events.push(event), new AbortController().signal);
  return { runId, plan, deployment, events, destroy: () => deployer.destroy(runId, () => undefined) };
}

let asks = 0;

async function ask(invoker: Invoker, deployment: Deployment, arm: Arm, asked: Asked): Promise<ProbeAnswer> {
  const { purpose = 'open', connection = 'new', phaseTimeoutMs = 1_000 } = asked;
  const fn = deployment.functions.find(({ scenario, target }) => scenario === arm.scenario && target === arm.target);
  if (fn === undefined) throw new Error(`no function for ${arm.scenario}/${arm.target}`);
  asks += 1;
  const callId = `ask-${asks}`;
  const call: Call = { ...arm, callId, round: 0, position: asks, purpose, startAsked: 'warm', connection };
  const outcome = await invoker.invoke(fn.functionName, newProbeEventEncoder(deployment.targets, phaseTimeoutMs)(call));
  if (outcome.kind !== 'answered' || outcome.functionError !== undefined) {
    const payload = outcome.kind === 'answered' ? new TextDecoder().decode(outcome.payload) : '';
    throw new Error(`${fn.functionName} was not invoked: ${JSON.stringify({ ...outcome, payload })}`);
  }
  const parsed = parseProbeAnswer(outcome.payload, callId);
  if (parsed.kind === 'malformed') throw new Error(`${fn.functionName} answered nothing of a probe: ${parsed.why}`);
  return parsed.answer;
}

/** The process below `pid` that is the first of a PID namespace of its own. */
function firstProcessBelow(pid: number): number {
  for (let at = pid; ; ) {
    const namespaced = /^NSpid:\t(.*)$/m.exec(readFileSync(`/proc/${at}/status`, 'utf8'))?.[1]?.split('\t') ?? [];
    if (namespaced.length > 1 && namespaced.at(-1) === '1') return at;
    const child = readFileSync(`/proc/${at}/task/${at}/children`, 'utf8').split(' ')[0];
    if (!child) throw new Error(`no process below ${pid} is the first of a PID namespace`);
    at = Number(child);
  }
}

const COMMAND_TIMEOUT_MS = 15_000;

function runIn(pid: number, mode: LabMode, words: readonly string[], stdin: string): Promise<string> {
  const user = mode === 'user-namespace' ? ['--user', '--preserve-credentials'] : [];
  const args = ['--target', String(pid), ...user, '--mount', '--pid', '--', ...words];
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: SYSTEM_PATH, LC_ALL: 'C' }, timeout: COMMAND_TIMEOUT_MS };
    const child = execFile('nsenter', args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${words.join(' ')}: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin);
  });
}

async function adminCall<Answer>({ ready }: LabProcess, method: string, name: string, body?: object): Promise<Answer> {
  const response = await fetch(`${ready.endpoint}/_lab/${name}`, {
    method,
    headers: { 'x-lab-token': ready.token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /_lab/${name}: ${response.status} ${text}`);
  return JSON.parse(text) as Answer;
}
