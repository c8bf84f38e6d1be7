import { type Arm, formatArm } from '../domain/arm.ts';
import type { Deployment } from '../domain/deployment.ts';
import { elapsed, type Nanoseconds, nanoseconds, toMilliseconds } from '../domain/nanoseconds.ts';
import type { Plan, Round } from '../domain/plan.ts';
import type { Clock, ColdForcer, Invoker } from '../domain/ports.ts';
import type { RoundTimes } from '../domain/round-times.ts';
import type { Call } from '../domain/sample.ts';
import { type ArmState, FRESH_ARM, nextArmState } from './arm-state.ts';
import { withBurnIn } from './burn-in.ts';
import type { ClientTimer } from './client-timing.ts';
import type { DriverHealth } from './driver-health.ts';
import { judgeProof, type WrongPath } from './judge-proof.ts';
import { type Observation, observe } from './observation.ts';
import { type EncodeProbeEvent, newProbeEventEncoder } from './probe-event.ts';
import { type RoundStopwatch, startRoundStopwatch } from './round-stopwatch.ts';

/** What the driver tells while it drives; the recorder writes it down before the next call. */
export interface DriveListener {
  onAsked(call: Call, askedAt: string): void;
  onObserved(observation: Observation): void;
  onRoundForced(round: Round): void;
  onRoundEnd(round: Round): Promise<void>;
  /** After `onRoundEnd`, whose work is in the total; not for a round that was broken off. */
  onRoundTimed(round: Round, times: RoundTimes): void;
  /** An arm is not asked any more in this run. */
  onArmDropped(arm: Arm, why: string): void;
}

export interface DriveOptions {
  readonly plan: Plan;
  readonly deployment: Deployment;
  readonly invoker: Invoker;
  readonly coldForcer: ColdForcer;
  readonly clock: Clock;
  readonly timer: ClientTimer;
  readonly health: DriverHealth;
  readonly listener: DriveListener;
  readonly signal: AbortSignal;
  /** Pause between the last `Successful` and the first cold call of a round, milliseconds. */
  readonly settleMs: number;
  readonly phaseTimeoutMs: number;
  /** Least time between the begins of two calls of one function, milliseconds: Lambda throttles an environment that is called more often. */
  readonly callGapMs?: number;
  /** Before a throttled call is asked again, milliseconds. Absent: a second. */
  readonly throttlePauseMs?: number;
  /** The first so many rounds: their cold calls are discarded as `burn-in`. */
  readonly burnInRounds?: number;
  /** Asked when all rounds of the plan are over: a longer plan that begins with the same rounds, or nothing more. */
  readonly extend?: () => Promise<Plan | undefined>;
  /** Asked before each round: false when the time that was set for the run is over. */
  readonly mayGoOn?: () => boolean;
}

export type DriveResult =
  | { readonly kind: 'complete' }
  /** Rounds of the plan were left out, because the time that was set is over. */
  | { readonly kind: 'budget' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'wrong-path'; readonly wrongPaths: readonly WrongPath[] };

/** How often a cold call that met the old environment is asked again in its round. */
const STALE_REPEATS = 5;
const STALE_PAUSE_MS = 200;
/** Doubled with each repeat: whoever is throttled and asks again at once stays throttled. */
const THROTTLE_PAUSE_MS = 1_000;
/** An arm that was blocked in so many rounds in a row is not asked any more: every further call would only wait. */
const BLOCKED_ROUNDS_BEFORE_DROP = 3;

/** Drives one run: the state that lasts over calls and rounds. */
interface Drive {
  readonly options: DriveOptions;
  readonly functionNames: ReadonlyMap<string, string>;
  readonly encode: EncodeProbeEvent;
  readonly wrongPaths: WrongPath[];
  readonly blockedRounds: Map<string, number>;
  readonly dropped: Set<string>;
  /** When each function was last asked. */
  readonly lastBegun: Map<string, Nanoseconds>;
}

interface RoundContext {
  readonly watch: RoundStopwatch;
  readonly nonce: string;
  readonly successfulAt: ReadonlyMap<string, Nanoseconds>;
}

function functionNameOf(drive: Drive, arm: Arm): string {
  const name = drive.functionNames.get(formatArm(arm));
  if (name === undefined) throw new Error(`no function was deployed for ${formatArm(arm)}`);
  return name;
}

/** Waits until the function may be asked again; gives how long. */
async function pace({ options, lastBegun }: Drive, functionName: string): Promise<Nanoseconds> {
  const { clock, callGapMs = 0, signal } = options;
  const [last, from] = [lastBegun.get(functionName), clock.now()];
  const leftMs = last === undefined ? 0 : callGapMs - toMilliseconds(from - last);
  if (leftMs <= 0) return nanoseconds(0);
  // Whoever aborts is heard by the loop that asks, which also saves what is known.
  await clock.sleep(leftMs, signal).catch(() => undefined);
  return elapsed(from, clock.now());
}

/** One call that was asked, and when on the driver's clock. */
interface Asked extends Observation {
  readonly paced: Nanoseconds;
  readonly took: Nanoseconds;
  readonly endedAt: Nanoseconds;
}

/** Asks once. Everything but the invocation itself happens outside the timed span. */
async function ask(drive: Drive, call: Call, state: ArmState, round?: RoundContext): Promise<Asked> {
  const { invoker, clock, timer, health, listener } = drive.options;
  const functionName = functionNameOf(drive, call);
  const payload = drive.encode(call);
  const paced = await pace(drive, functionName);
  const askedAt = clock.wallTime().toISOString();
  listener.onAsked(call, askedAt);
  const timed = await timer.time(() => invoker.invoke(functionName, payload));
  drive.lastBegun.set(functionName, timed.startedAt);
  await health.notePauses();
  const successfulAt = round?.successfulAt.get(functionName);
  const observation = observe({
    call,
    askedAt,
    timed,
    state,
    perturbed: health.heldUp(timed.instants),
    ...(round === undefined ? {} : { nonce: round.nonce }),
    ...(successfulAt === undefined ? {} : { successfulAt }),
  });
  const took = elapsed(timed.startedAt, timed.endedAt);
  return { ...withBurnIn(observation, drive.options.burnInRounds ?? 0), paced, took, endedAt: timed.endedAt };
}

/** A call id of its own for each repeat, so that every asked call has its own record. */
function repeatOf(call: Call, attempt: number): Call {
  return attempt === 0 ? call : { ...call, callId: `${call.callId}-${attempt}` };
}

/**
 * Asks one call of a round; a cold call that met the old environment, and a throttled call, are asked again.
 *
 * A throttle repeats its call and not its round. Lambda refused it before any environment: it left no trace in one, and its record has no time.
 * The pause falls between two calls, where it belongs to no time; as the arms take turns, the next call of each other arm waits just as long, and
 * `age_ms` and `idle_gap_ms` show it. The round once more would be another update of every function, from an account that has just said that
 * it is asked too much, and would throw away calls that were not disturbed. Who stays throttled loses the arm for this round alone.
 */
async function askInRound(drive: Drive, call: Call, state: ArmState, round: RoundContext): Promise<ArmState> {
  const { plan, deployment, clock, listener, signal, throttlePauseMs = THROTTLE_PAUSE_MS } = drive.options;
  for (let attempt = 0; ; attempt++) {
    const asked = await ask(drive, repeatOf(call, attempt), state, round);
    if (attempt === 0) round.watch.paced(asked.paced);
    const { observation, proven, wrongPath } = judgeProof(plan, deployment, asked);
    if (wrongPath !== undefined) drive.wrongPaths.push(wrongPath);
    listener.onObserved(observation);
    const { outcome } = observation.sample;
    const again = outcome === 'stale_env' || outcome === 'throttled';
    if (!again || attempt >= STALE_REPEATS || signal.aborted) {
      round.watch.called(asked.took);
      return nextArmState(state, observation.sample, asked.endedAt, proven);
    }
    await clock.sleep(outcome === 'throttled' ? throttlePauseMs * 2 ** attempt : STALE_PAUSE_MS, signal).catch(() => undefined);
  }
}

function armsOfRound(drive: Drive, round: Round): readonly Call[] {
  return round.calls.filter((call) => call.purpose === 'cold' && !drive.dropped.has(formatArm(call)));
}

/** After the round: arms that were blocked too often are dropped, with a word to the listener. */
function noteBlockedArms(drive: Drive, round: Round, states: ReadonlyMap<string, ArmState>): void {
  for (const call of armsOfRound(drive, round)) {
    const arm = formatArm(call);
    const inARow = states.get(arm)?.abandoned ? (drive.blockedRounds.get(arm) ?? 0) + 1 : 0;
    drive.blockedRounds.set(arm, inARow);
    if (inARow < BLOCKED_ROUNDS_BEFORE_DROP) continue;
    drive.dropped.add(arm);
    drive.options.listener.onArmDropped(call, `not reached in ${inARow} rounds in a row`);
  }
}

/** Updates every function of the round behind the barrier, then asks the calls in their order. */
async function driveRound(drive: Drive, round: Round, watch: RoundStopwatch): Promise<void> {
  const { coldForcer, clock, listener, signal, settleMs } = drive.options;
  const names = armsOfRound(drive, round).map((call) => functionNameOf(drive, call));
  const forced = await coldForcer.force(names, round.nonce, signal);
  watch.forced(forced);
  listener.onRoundForced(round);
  await clock.sleep(settleMs, signal);
  const context: RoundContext = {
    watch,
    nonce: round.nonce,
    successfulAt: new Map(forced.map(({ functionName, successfulAt }) => [functionName, successfulAt])),
  };
  const states = new Map<string, ArmState>();
  for (const call of round.calls) {
    const arm = formatArm(call);
    const state = states.get(arm) ?? FRESH_ARM;
    if (signal.aborted || drive.wrongPaths.length > 0) return;
    if (state.abandoned || drive.dropped.has(arm)) continue;
    states.set(arm, await askInRound(drive, call, state, context));
  }
  noteBlockedArms(drive, round, states);
}

async function driveBlocked(drive: Drive, calls: readonly Call[]): Promise<void> {
  for (const call of calls) {
    if (drive.options.signal.aborted) return;
    drive.options.listener.onObserved(await ask(drive, call, FRESH_ARM));
  }
}

/** All rounds of the plan, and of the longer one that it may become; gives the plan that it was in the end. */
async function driveRounds(drive: Drive): Promise<{ readonly plan: Plan; readonly result: DriveResult }> {
  const { clock, settleMs, listener, signal, extend, mayGoOn } = drive.options;
  let { plan } = drive.options;
  for (let next = 0; ; next++) {
    if (next >= plan.schedule.length && !signal.aborted) plan = (await extend?.()) ?? plan;
    const round = plan.schedule[next];
    if (round === undefined) return { plan, result: { kind: 'complete' } };
    if (signal.aborted) return { plan, result: { kind: 'interrupted' } };
    if (mayGoOn?.() === false) return { plan, result: { kind: 'budget' } };
    const watch = startRoundStopwatch(clock, settleMs);
    await driveRound(drive, round, watch);
    await listener.onRoundEnd(round);
    if (drive.wrongPaths.length > 0) return { plan, result: { kind: 'wrong-path', wrongPaths: drive.wrongPaths } };
    if (!signal.aborted) listener.onRoundTimed(round, watch.end());
  }
}

async function driveAll(drive: Drive): Promise<DriveResult> {
  const { signal } = drive.options;
  await driveBlocked(drive, drive.options.plan.blockedBefore);
  const { plan, result } = await driveRounds(drive);
  if (result.kind === 'interrupted' || result.kind === 'wrong-path') return result;
  await driveBlocked(drive, plan.blockedAfter);
  return signal.aborted ? { kind: 'interrupted' } : result;
}

/** Drives the plan's calls against the deployment, one at a time. An abort ends it after the call that is out. */
export async function driveRun(options: DriveOptions): Promise<DriveResult> {
  const functionNames = new Map(options.deployment.functions.map((fn) => [formatArm(fn), fn.functionName]));
  const encode = newProbeEventEncoder(options.deployment.targets, options.phaseTimeoutMs);
  const drive: Drive = {
    options,
    functionNames,
    encode,
    wrongPaths: [],
    blockedRounds: new Map(),
    dropped: new Set(),
    lastBegun: new Map(),
  };
  options.health.start();
  try {
    return await driveAll(drive);
  } catch (error) {
    if (options.signal.aborted) return { kind: 'interrupted' };
    throw error;
  } finally {
    options.health.stop();
  }
}
