import { formatArm } from '../domain/arm.ts';
import type { Sample } from '../domain/sample.ts';
import { countCalls } from '../plan/duration.ts';
import type { ProgressListener } from '../run/progress.ts';
import { type CommandIo, canRedraw } from './io.ts';
import { describeProgress } from './progress-lines.ts';

const REDRAW_EVERY_MS = 200;
const HEARTBEAT_EVERY_MS = 30_000;
/** Where a terminal does not say how wide it is. */
const USUAL_COLUMNS = 100;
/** Arms in the status line, and calls that an arm's median is taken of. */
const SHOWN_ARMS = 4;
const RECENT_CALLS = 100;
/** Below this share of the calls the time that is left is guesswork. */
const FIRST_ESTIMATE = 0.02;
const CLEAR_LINE = '\r\x1b[2K';

/** What the status line is made of. */
export interface LiveState {
  readonly round: number;
  readonly rounds: number;
  readonly observed: number;
  readonly planned: number;
  readonly failed: number;
  readonly elapsedMs: number;
  /** Median of the last calls' fn_total, by arm, milliseconds. */
  readonly latest: string;
  /** What it has cost so far, in words; absent where nothing is billed. */
  readonly spent?: string;
}

function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One status line: where the run is, how it goes, when it ends. Repeated calls were not planned, so the share stops at all. */
export function formatStatus(state: LiveState): string {
  const share = state.planned === 0 ? 0 : Math.min(1, state.observed / state.planned);
  const eta = share > FIRST_ESTIMATE ? `ETA ${formatClock((state.elapsedMs / share) * (1 - share))}` : 'ETA …';
  const failed = state.failed === 0 ? '' : `  failed ${state.failed}`;
  const spent = state.spent === undefined ? '' : `  ${state.spent}`;
  return `round ${state.round}/${state.rounds}  calls ${state.observed}/${state.planned} (${Math.round(share * 100)} %)  ${eta}${spent}${failed}  ${state.latest}`;
}

/** What has been seen of a run so far. */
interface Course {
  round: number;
  observed: number;
  failed: number;
  /** Last fn_total of measured calls on new connections, by arm, milliseconds. */
  readonly recent: Map<string, readonly number[]>;
}

function noteSample(course: Course, sample: Sample, rounds: number): void {
  const { call, outcome, fn } = sample;
  course.observed++;
  course.round = Math.max(course.round, Math.min(rounds, call.round));
  if (outcome !== 'ok' && call.purpose !== 'blocked') course.failed++;
  if (fn?.total === undefined || call.purpose !== 'measure' || call.connection !== 'new') return;
  const arm = formatArm(call);
  course.recent.set(arm, [...(course.recent.get(arm) ?? []).slice(1 - RECENT_CALLS), fn.total / 1e6]);
}

function formatLatest({ recent }: Course): string {
  const parts = [...recent].slice(0, SHOWN_ARMS).map(([arm, values]) => {
    const sorted = [...values].sort((a, b) => a - b);
    return `${arm} ${(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0).toFixed(2)} ms`;
  });
  return parts.join('  ');
}

/** Lines that scroll, with a status line below them that is drawn over where the terminal can do that. */
interface Scroll {
  say(line: string): void;
  show(status: string): void;
  clear(): void;
}

function newScroll({ stderr }: CommandIo, redraw: boolean): Scroll {
  let status = '';
  const clear = (): void => {
    if (status !== '') stderr.write(CLEAR_LINE);
  };
  return {
    say: (line) => {
      clear();
      stderr.write(`${line}\n`);
      if (status !== '') stderr.write(status);
    },
    show: (line) => {
      clear();
      status = redraw ? line.slice(0, (stderr.columns || USUAL_COLUMNS) - 1) : '';
      stderr.write(redraw ? status : `${line}\n`);
    },
    clear: () => {
      clear();
      status = '';
    },
  };
}

/** Draws progress on stderr: a status line that redraws on a terminal, a heartbeat line elsewhere; events scroll above. */
export interface LiveView {
  readonly onProgress: ProgressListener;
  /** Takes the status line away. */
  stop(): void;
}

/** What a view is told about the run before it begins. */
export interface Expected {
  readonly calls: number;
  readonly rounds: number;
  /** What it has cost, from the begin of the deploy on, in words. */
  readonly spent?: (elapsedSeconds: number, roundsDone: number) => string;
}

/** A live view over the calls and rounds that are expected until a pilot says better; `nowMs` is a clock in milliseconds. */
export function newLiveView(io: CommandIo, expected: Expected, nowMs: () => number): LiveView {
  let [planned, rounds] = [expected.calls, expected.rounds];
  const openedMs = nowMs();
  const redraw = canRedraw(io);
  const scroll = newScroll(io, redraw);
  const course: Course = { round: 0, observed: 0, failed: 0, recent: new Map() };
  let [drawnMs, begunMs] = [0, 0];
  const draw = (): void => {
    const at = nowMs();
    if (at - drawnMs < (redraw ? REDRAW_EVERY_MS : HEARTBEAT_EVERY_MS)) return;
    drawnMs = at;
    const { round, observed, failed } = course;
    const spent = expected.spent?.((at - openedMs) / 1000, Math.max(0, round - 1));
    const cost = spent === undefined ? {} : { spent };
    scroll.show(formatStatus({ round, rounds, observed, planned, failed, elapsedMs: at - begunMs, latest: formatLatest(course), ...cost }));
  };
  const onProgress: ProgressListener = (progress) => {
    if (progress.kind === 'deployed') begunMs = nowMs();
    if (progress.kind === 'sized') [planned, rounds] = [countCalls(progress.plan).total, progress.plan.rounds];
    for (const line of describeProgress(progress)) scroll.say(line);
    if (progress.kind === 'observed') {
      noteSample(course, progress.sample, rounds);
      draw();
    }
    if (progress.kind !== 'round') return;
    course.round = progress.number;
    // Where nothing is redrawn, the first figures come with the first round.
    if (!redraw && progress.number === 1) scroll.say(`round 1/${progress.of} done: ${formatLatest(course)}`);
  };
  return { onProgress, stop: scroll.clear };
}
