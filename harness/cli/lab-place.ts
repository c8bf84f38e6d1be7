import type { ClientOptions } from '../../infra/aws/client-options.ts';
import { LAB_FORCE_BOUNDS, newColdForcer, newControlClient } from '../../infra/aws/cold-forcer.ts';
import { newInvocationClient, newInvoker } from '../../infra/aws/invoker.ts';
import { newLogReader, newLogsClient } from '../../infra/aws/log-reader.ts';
import { newDeployer } from '../../infra/deploy/deployer.ts';
import { deployOptions, LAB_DEPLOY_TIMES, newDeployClients } from '../../infra/deploy/options.ts';
import { DEFAULT_KNOBS, type LabKnobs } from '../../infra/lab/faults/knobs.ts';
import type { LabProcess } from '../../infra/lab/modes/launch.ts';
import { LAB_FIND_BOUNDS } from '../collect/find-report.ts';
import { BenchError, EXIT_CODES } from '../domain/exit-code.ts';
import type { Clock } from '../domain/ports.ts';
import type { BackendFacts } from '../domain/run.ts';
import { Secret } from '../domain/secret.ts';
import type { MeasuringPlace } from '../run/measure.ts';
import type { CommandIo } from './io.ts';
import { injectedOf, pathDelaysOf } from './lab-delay.ts';
import { startLab } from './lab-start.ts';
import type { LabAdminAddress } from './path-delayer.ts';
import { TOOL_VERSION } from './version.ts';

/** Lines of the lab's own output that are kept for the error when it ends. */
const KEPT_LOG_LINES = 20;
const SETTLE_MS = 20;
const FACTS_TIMEOUT_MS = 10_000;
const PHASE_TIMEOUT_MS = 1_000;

/** A place with its end. */
export interface OpenPlace extends MeasuringPlace {
  close(): Promise<void>;
}

/** The lab as a place: `failed` is aborted when it dies under the run. */
interface OpenLabPlace extends OpenPlace {
  readonly failed: AbortSignal;
  /** Where the lab's own switches are. */
  readonly admin: LabAdminAddress;
}

/** The lab's sentences about what it realises now; those of its start when it does not answer any more. */
async function readNotes({ ready }: Pick<LabProcess, 'ready'>): Promise<readonly string[]> {
  try {
    const headers = { 'x-lab-token': ready.token };
    const response = await fetch(`${ready.endpoint}/_lab/facts`, { headers, signal: AbortSignal.timeout(FACTS_TIMEOUT_MS) });
    return ((await response.json()) as { readonly notes: readonly string[] }).notes;
  } catch {
    return ready.notes;
  }
}

async function readFacts(lab: Pick<LabProcess, 'ready' | 'mode'>, knobs: LabKnobs): Promise<BackendFacts> {
  const { region, accountId, cpuGroups } = lab.ready;
  const pathDelaysMs = pathDelaysOf(knobs);
  return {
    ...{ kind: 'lab', region, account: accountId, labMode: lab.mode, labCpu: cpuGroups === undefined ? 'unthrottled' : 'held' },
    injected: injectedOf(knobs, DEFAULT_KNOBS),
    ...(pathDelaysMs === undefined ? {} : { pathDelaysMs }),
    notes: await readNotes(lab),
  };
}

/** What a run needs of a lab that runs; `knobs` are those that it was started with. */
export function measuringPlaceIn(lab: Pick<LabProcess, 'ready' | 'mode'>, knobs: LabKnobs, clock: Clock): MeasuringPlace {
  const { endpoint, region, accessKeyId, secretAccessKey, rdsCaPem } = lab.ready;
  const place: ClientOptions = { endpoint, region, credentials: { accessKeyId, secretAccessKey: new Secret(secretAccessKey) } };
  const options = deployOptions({ region, times: LAB_DEPLOY_TIMES, toolVersion: TOOL_VERSION, rdsCaPem, expiresAt: 'never' });
  return {
    facts: () => readFacts(lab, knobs),
    deployer: newDeployer(options, { clients: newDeployClients(place), clock }),
    invoker: newInvoker(newInvocationClient(place)),
    coldForcer: newColdForcer(newControlClient(place), clock, LAB_FORCE_BOUNDS),
    logReader: newLogReader(newLogsClient(place), options.functions.logFormat),
    findBounds: LAB_FIND_BOUNDS,
    settleMs: SETTLE_MS,
    phaseTimeoutMs: PHASE_TIMEOUT_MS,
  };
}

function labEnded(how: string, log: readonly string[]): BenchError {
  return new BenchError({
    exitCode: EXIT_CODES.environment,
    what: 'The lab ended under the run.',
    why: [`its first process ended (${how})`, ...log].join('\n       '),
    tryCommands: ['npm run bench', 'dmesg | tail   (did the kernel run out of memory?)'],
    leftBehind: 'Nothing is running: everything that was deployed went with the lab. What was measured until then is kept.',
  });
}

/** Starts the lab and gives what the run needs of it. Throws `BenchError`; then nothing is left running. */
export async function openLabPlace(knobs: LabKnobs, clock: Clock, io: CommandIo): Promise<OpenLabPlace> {
  const log: string[] = [];
  const lab = await startLab(knobs, 0, io.env, (line) => {
    log.push(line);
    if (log.length > KEPT_LOG_LINES) log.shift();
  });
  const failure = new AbortController();
  let closing = false;
  void lab.ended.then((how) => {
    if (!closing) failure.abort(labEnded(how, log));
  });
  return {
    ...measuringPlaceIn(lab, knobs, clock),
    failed: failure.signal,
    admin: lab.ready,
    close: async () => {
      closing = true;
      await lab.stop();
    },
  };
}
