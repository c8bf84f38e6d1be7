import { formatArm } from '../domain/arm.ts';
import type { ProgressListener } from '../run/progress.ts';
import { type CommandIo, canRedraw } from './io.ts';

const REDRAW_EVERY_MS = 200;
const HEARTBEAT_EVERY_MS = 30_000;

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
}

function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One status line: where the run is, how it goes, when it ends. */
export function formatStatus(state: LiveState): string {
  const share = state.planned === 0 ? 0 : state.observed / state.planned;
  const eta = share > 0.02 ? `ETA ${formatClock((state.elapsedMs / share) * (1 - share))}` : 'ETA …';
  const failed = state.failed === 0 ? '' : `  failed ${state.failed}`;
  return `round ${state.round}/${state.rounds}  calls ${state.observed}/${state.planned} (${Math.round(share * 100)} %)  ${eta}${failed}  ${state.latest}`;
}

/** Draws progress on stderr: a status line that redraws on a terminal, a heartbeat line elsewhere; events scroll above. */
export interface LiveView {
  readonly onProgress: ProgressListener;
  stop(): void;
}

/** A live view over `planned` calls in `rounds` rounds; `nowMs` is a clock in milliseconds. */
export function newLiveView(io: CommandIo, planned: number, rounds: number, nowMs: () => number): LiveView {
  const redraw = canRedraw(io);
  let [round, observed, failed, drawn, begun] = [0, 0, 0, 0, 0];
  const recent = new Map<string, number[]>();
  let status = '';
  const clear = (): void => {
    if (redraw && status !== '') io.stderr.write(`\r\x1b[2K`);
  };
  const say = (line: string): void => {
    clear();
    io.stderr.write(`${line}\n`);
    if (redraw && status !== '') io.stderr.write(status);
  };
  const latest = (): string => {
    const parts = [...recent].slice(0, 4).map(([arm, values]) => {
      const sorted = [...values].sort((a, b) => a - b);
      return `${arm} ${(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0).toFixed(2)} ms`;
    });
    return parts.join('  ');
  };
  const draw = (): void => {
    const at = nowMs();
    if (at - drawn < (redraw ? REDRAW_EVERY_MS : HEARTBEAT_EVERY_MS)) return;
    drawn = at;
    const line = formatStatus({ round, rounds, observed, planned, failed, elapsedMs: at - begun, latest: latest() });
    clear();
    status = redraw ? line.slice(0, (io.stderr.columns ?? 100) - 1) : '';
    io.stderr.write(redraw ? status : `${line}\n`);
  };
  const onProgress: ProgressListener = (progress) => {
    switch (progress.kind) {
      case 'started':
        say(`run ${progress.runId}  results in ${progress.location}`);
        break;
      case 'deploying':
        if (/^(CREATE_COMPLETE|.*FAILED|.*ROLLBACK.*)$/.test(progress.event.status) && progress.event.resource === undefined) {
          say(
            `  ${progress.event.stack}  ${progress.event.status}${progress.event.reason === undefined ? '' : `: ${progress.event.reason}`}`,
          );
        }
        break;
      case 'deployed':
        begun = nowMs();
        say(`✓ deployed ${progress.functions} functions in ${progress.seconds.toFixed(1)} s`);
        break;
      case 'observed': {
        const { sample } = progress;
        observed++;
        round = Math.max(round, Math.min(rounds, sample.call.round));
        if (sample.outcome !== 'ok' && sample.call.purpose !== 'blocked') failed++;
        if (sample.fn?.total !== undefined && sample.call.purpose === 'measure' && sample.call.connection === 'new') {
          const arm = formatArm(sample.call);
          recent.set(arm, [...(recent.get(arm) ?? []).slice(-99), sample.fn.total / 1e6]);
        }
        draw();
        break;
      }
      case 'round':
        round = progress.number;
        if (!redraw && progress.number === 1) say(`round 1/${progress.of} done: ${latest()}`);
        break;
      case 'arm-dropped':
        say(`! ${progress.arm} is not asked any more: ${progress.why}`);
        break;
      case 'collecting':
        say(`collecting ${progress.open} late REPORTs`);
        break;
      case 'removing':
        if (progress.event === undefined) say('removing what was deployed');
        break;
      case 'removed':
        for (const { kind, id, why } of progress.leftovers) say(`✗ left: ${kind} ${id}: ${why}`);
        break;
    }
  };
  return {
    onProgress,
    stop: () => {
      clear();
      status = '';
    },
  };
}
