import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type CallEnd, type EnvironmentLog, newEnvironmentLog, newStreamName } from './environment-log.ts';
import type { EnvironmentPorts, EnvironmentSeat, PendingCall } from './environment-ports.ts';
import { type EnvironmentProcess, LOG_FD, type ProcessExit } from './environment-process.ts';
import { environmentVariables } from './environment-variables.ts';
import { exitFailure, type Failure, timeoutFailure, tooLargeFailure } from './failures.ts';
import type { InitPhase } from './platform-lines.ts';
import { type Answer, type Deliver, RESPONSE_LIMIT_BYTES, type RuntimeApiEvents } from './runtime-api.ts';
import type { Deployment } from './wire.ts';

interface Call extends PendingCall {
  /** Init that this call does not pay in its Duration. */
  initNs?: bigint;
  /** Hand-out; of a folded init, its start. Absent until then. */
  begunNs?: bigint;
  startMs?: number;
  started: boolean;
  /** Answered, but its last lines are still being read. */
  ending: boolean;
  timer?: NodeJS.Timeout;
}

type Stage =
  | { readonly kind: 'starting'; readonly phase: InitPhase; readonly sinceNs: bigint; readonly timer?: NodeJS.Timeout }
  | { readonly kind: 'idle'; readonly deliver: Deliver }
  | { readonly kind: 'running' }
  /** Answered, not yet polling again. */
  | { readonly kind: 'settling' }
  /** No process; the next call starts one, at its own cost. `init` while none ever came up. */
  | { readonly kind: 'down'; readonly phase: InitPhase }
  | { readonly kind: 'gone' };

/** How busy it is; an environment takes a call in every state but `busy` and `gone`. */
export type Availability = 'idle' | 'settling' | 'busy' | 'gone';

/**
 * One execution environment: a log stream and, one after the other, the processes that serve it. It takes one call at
 * a time. A process that crashed or was too slow is replaced inside the next call, whose Duration then has the init in it.
 */
export class Environment implements RuntimeApiEvents {
  readonly deployment: Deployment;
  readonly metadataToken = randomUUID();
  readonly stream: string;
  readonly #seat: EnvironmentSeat;
  readonly #ports: EnvironmentPorts;
  readonly #log: EnvironmentLog;
  #stage: Stage = { kind: 'down', phase: 'init' };
  #process: EnvironmentProcess | undefined;
  /** Resolves when the last process of this environment is gone. */
  #ended: Promise<void>;
  #call: Call | undefined;
  #retiring = false;
  #lastMemoryMb: number | undefined;
  #initFailure: Failure | undefined;

  constructor(deployment: Deployment, seat: EnvironmentSeat, ports: EnvironmentPorts) {
    this.deployment = deployment;
    this.#seat = seat;
    this.#ended = seat.free;
    this.#ports = ports;
    this.stream = newStreamName(ports.wallMs());
    this.#log = newEnvironmentLog(deployment, this.stream, ports.wallMs, ports.deliverLogs);
  }

  availability(): Availability {
    if (this.#stage.kind === 'gone') return 'gone';
    if (this.#call !== undefined || this.#retiring) return 'busy';
    return this.#stage.kind === 'settling' ? 'settling' : 'idle';
  }

  /** Resolves when no process of this environment is left. */
  ended(): Promise<void> {
    return this.#ended;
  }

  /** Gives it a call; only while `idle` or `settling`. */
  take(pending: PendingCall): void {
    const call: Call = { ...pending, started: false, ending: false };
    this.#call = call;
    const stage = this.#stage;
    if (stage.kind === 'idle') this.#handOut(call, stage.deliver);
    else if (stage.kind === 'down') void this.#start(stage.phase);
  }

  /** No further call. A call that is out may finish, unless `now`, for a function that is deleted. */
  retire(now = false): void {
    this.#retiring = true;
    if (now && this.#call !== undefined) this.#fail(this.#call, exitFailure(this.#call.requestId, { signal: 'SIGKILL' }));
    else if (this.#call === undefined) this.#end();
  }

  polled(deliver: Deliver): boolean {
    const stage = this.#stage;
    // A function that asks for a second call itself gets none.
    if (stage.kind !== 'starting' && stage.kind !== 'settling') return false;
    if (stage.kind === 'starting') this.#initDone(stage);
    this.#stage = { kind: 'idle', deliver };
    const call = this.#call;
    if (call === undefined) this.#rest();
    else if (!call.ending) this.#handOut(call, deliver);
    return true;
  }

  responded(answer: Answer): boolean {
    if (!this.#isTurnOf(answer.requestId)) return false;
    const tooLarge = Buffer.byteLength(answer.body) > RESPONSE_LIMIT_BYTES;
    const failure = tooLarge ? tooLargeFailure(RESPONSE_LIMIT_BYTES) : undefined;
    this.#answered(answer, failure?.payload ?? answer.body, tooLarge ? 'error' : 'success', failure?.errorType);
    return true;
  }

  failed(answer: Answer): boolean {
    if (!this.#isTurnOf(answer.requestId)) return false;
    this.#answered(answer, answer.body, 'error');
    return true;
  }

  initFailed(errorType: string, body: string): boolean {
    if (this.#stage.kind !== 'starting') return false;
    // The bootstrap ends by itself after this; the exit decides what comes next.
    this.#initFailure = { errorType, payload: body };
    this.#readMemory();
    return true;
  }

  #isTurnOf(requestId: string): boolean {
    return this.#stage.kind === 'running' && this.#call?.requestId === requestId;
  }

  async #start(phase: InitPhase): Promise<void> {
    const call = this.#call;
    if (call !== undefined && phase === 'invoke') this.#beginClock(call);
    await this.#ended;
    // The call may have run into its time limit while the old process ended.
    if (this.#call !== call || this.#stage.kind === 'gone') return;
    this.#initFailure = undefined;
    this.#log.initStarted(phase);
    const sinceNs = this.#ports.monotonicNs();
    this.#spawn();
    // On demand, AWS gives an init more than the function's share; one inside a call, or provisioned, gets no more than that.
    if (phase === 'invoke' || this.deployment.initializationType === 'provisioned-concurrency') this.#process?.holdCpu();
    const timer = phase === 'init' ? setTimeout(() => this.#initTimedOut(), this.#ports.initLimitMs) : undefined;
    this.#stage = { kind: 'starting', phase, sinceNs, ...(timer === undefined ? {} : { timer }) };
  }

  #spawn(): void {
    const { place, runtimeApi, processEnded } = this.#seat;
    const temporaryFolder = join(this.#ports.temporaryRoot, randomBytes(8).toString('hex'));
    const { metadataToken, stream: logStream } = this;
    const variables = environmentVariables(this.deployment, { runtimeApi, metadataToken, logStream, temporaryFolder, logFd: LOG_FD });
    this.#ended = new Promise((resolve) => {
      this.#process = this.#ports.spawn({
        variables,
        temporaryFolder,
        memoryMb: this.deployment.memorySizeMb,
        workingFolder: this.deployment.codeFolder,
        ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
        onLine: (line) => this.#log.application(line),
        onExit: (exit) => {
          processEnded();
          this.#process = undefined;
          resolve();
          this.#exited(exit);
        },
      });
    });
  }

  #initDone(stage: Stage & { kind: 'starting' }): void {
    clearTimeout(stage.timer);
    const initNs = this.#ports.monotonicNs() - stage.sinceNs;
    const { phase } = stage;
    this.#process?.holdCpu();
    this.#readMemory();
    if (phase === 'init' && this.#call !== undefined) this.#call.initNs = initNs;
    this.#log.initEnded(phase, initNs, 'success');
  }

  #handOut(call: Call, deliver: Deliver): void {
    this.#process?.thaw();
    this.#stage = { kind: 'running' };
    this.#logStart(call);
    const spentMs = this.#beginClock(call);
    const deadlineMs = this.#ports.wallMs() + this.deployment.timeoutSeconds * 1000 - spentMs;
    deliver({ requestId: call.requestId, payload: call.payload, functionArn: this.deployment.functionArn, deadlineMs });
  }

  #logStart(call: Call): void {
    if (call.started) return;
    call.started = true;
    this.#log.callStarted(call.requestId);
  }

  /** Starts the call's Duration and time limit; returns what of it is already spent, in ms: above 0 only after a folded init. */
  #beginClock(call: Call): number {
    if (call.begunNs !== undefined) return Number(this.#ports.monotonicNs() - call.begunNs) / 1e6;
    // Node's timers may fire up to 1 ms early on the monotonic clock; a time limit never does.
    call.timer = setTimeout(() => this.#callTimedOut(call), this.deployment.timeoutSeconds * 1000 + 1);
    call.startMs = this.#ports.wallMs();
    call.begunNs = this.#ports.monotonicNs();
    return 0;
  }

  #answered(answer: Answer, payload: string, status: 'success' | 'error', errorType?: string): void {
    this.#stage = { kind: 'settling' };
    const call = this.#call;
    if (call === undefined) return;
    clearTimeout(call.timer);
    call.ending = true;
    // Lines that the call wrote lie in the pipe before its answer does: one turn of the loop reads them.
    const outcome = errorType === undefined ? { status } : { status, errorType };
    setImmediate(() => this.#finish(call, { payload, ...outcome, answer, endNs: answer.completeNs }));
  }

  #callTimedOut(call: Call): void {
    const failure = timeoutFailure(call.requestId, this.deployment.timeoutSeconds);
    const endNs = this.#ports.monotonicNs();
    if (this.#stage.kind === 'starting') this.#log.initEnded(this.#stage.phase, endNs - this.#stage.sinceNs, 'timeout');
    this.#readMemory();
    this.#stage = { kind: 'down', phase: 'invoke' };
    this.#process?.kill();
    this.#finish(call, { payload: failure.payload, status: 'timeout', endNs });
  }

  #initTimedOut(): void {
    const stage = this.#stage;
    if (stage.kind !== 'starting') return;
    this.#log.initEnded(stage.phase, this.#ports.monotonicNs() - stage.sinceNs, 'timeout');
    this.#stage = { kind: 'down', phase: 'invoke' };
    this.#process?.kill();
    if (this.#call !== undefined) void this.#start('invoke');
  }

  #exited(exit: ProcessExit): void {
    const stage = this.#stage;
    switch (stage.kind) {
      case 'gone':
        return;
      case 'starting':
        this.#initExited(stage, exit);
        return;
      case 'running':
        this.#stage = { kind: 'down', phase: 'invoke' };
        this.#callExited(exit);
        return;
      case 'idle':
      case 'settling':
        this.#stage = { kind: 'down', phase: 'invoke' };
        if (this.#call !== undefined && !this.#call.started) void this.#start('invoke');
        return;
      case 'down':
        return;
    }
  }

  #initExited(stage: Stage & { kind: 'starting' }, exit: ProcessExit): void {
    clearTimeout(stage.timer);
    const call = this.#call;
    const failure = this.#initFailure ?? exitFailure(call?.requestId ?? '', exit);
    this.#log.initEnded(stage.phase, this.#ports.monotonicNs() - stage.sinceNs, 'error', failure.errorType);
    this.#stage = { kind: 'down', phase: 'invoke' };
    if (call === undefined) return;
    // A failed init is tried once more, inside the call.
    if (stage.phase === 'init') void this.#start('invoke');
    else this.#fail(call, failure);
  }

  #callExited(exit: ProcessExit): void {
    const call = this.#call;
    if (call !== undefined) this.#fail(call, exitFailure(call.requestId, exit));
  }

  #fail(call: Call, failure: Failure): void {
    this.#finish(call, { payload: failure.payload, status: 'error', errorType: failure.errorType, endNs: this.#ports.monotonicNs() });
  }

  #finish(call: Call, end: Ending): void {
    if (this.#call !== call) return;
    clearTimeout(call.timer);
    this.#readMemory();
    this.#logStart(call);
    const memory = this.#lastMemoryMb === undefined ? {} : { memoryMb: this.#lastMemoryMb };
    this.#log.callEnded({ ...callFigures(call), ...memory, ...end });
    const tailBase64 = this.#log.tail().toString('base64');
    this.#call = undefined;
    call.answer({ payload: end.payload, tailBase64, ...(end.status === 'success' ? {} : { functionError: 'Unhandled' }) });
    if (this.#retiring) this.#end();
    if (this.#stage.kind === 'idle') this.#rest();
    else this.#log.flush(this.#ports.wallMs());
  }

  /** It polls and there is nothing to do. What it wrote after its answer belongs to no call. */
  #rest(): void {
    this.#log.flush(this.#ports.wallMs());
    this.#process?.freeze();
  }

  /** `Max Memory Used` is the environment's, not the call's. A process that has ended has none to read. */
  #readMemory(): void {
    this.#lastMemoryMb = this.#process?.peakMemoryMb() ?? this.#lastMemoryMb;
  }

  #end(): void {
    if (this.#stage.kind === 'starting') clearTimeout(this.#stage.timer);
    this.#stage = { kind: 'gone' };
    this.#process?.kill();
    this.#seat.gone();
  }
}

/** What ends a call, beside what the call itself knows. */
type Ending = Pick<CallEnd, 'status' | 'errorType' | 'endNs' | 'answer'> & { readonly payload: string };

function callFigures(call: Call): Pick<CallEnd, 'requestId' | 'initNs' | 'begunNs' | 'startMs'> {
  return {
    requestId: call.requestId,
    ...(call.initNs === undefined ? {} : { initNs: call.initNs }),
    ...(call.begunNs === undefined ? {} : { begunNs: call.begunNs }),
    ...(call.startMs === undefined ? {} : { startMs: call.startMs }),
  };
}
