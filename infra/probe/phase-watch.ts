import type { ProbePhase, ProbePhases } from '../../harness/domain/probe-wire.ts';

/** Bounds on an operation: each phase for itself (the timed ones), or all of it together (proof requests). */
export interface TimeLimit {
  readonly milliseconds: number;
  readonly bounds: 'each-phase' | 'whole';
}

/** An operation that ran to its end; phases sum to the total exactly. */
export interface FinishedPhases {
  readonly phases: ProbePhases;
  readonly totalNs: number;
}

/** An operation that ended in the middle of a phase. */
export interface AbandonedPhases {
  /** The phase that was under way. */
  readonly phase: ProbePhase;
  /** Those that had ended before it. */
  readonly phases: ProbePhases;
  readonly elapsedNs: number;
}

/**
 * Stamps the phases of one operation. A phase begins where the one before ended, by the same stamp, so nothing falls
 * between them. The clock starts at construction. `onTimeout` is called at most once, when a bound is passed.
 */
export class PhaseWatch {
  readonly #now: () => bigint;
  readonly #startedAt: bigint;
  readonly #ended: { [phase in ProbePhase]?: number } = {};
  readonly #timer: NodeJS.Timeout;
  readonly #limit: TimeLimit;
  #phase: ProbePhase;
  #phaseBeganAt: bigint;

  constructor(first: ProbePhase, limit: TimeLimit, onTimeout: (phase: ProbePhase) => void, now = () => process.hrtime.bigint()) {
    this.#limit = limit;
    this.#timer = setTimeout(() => onTimeout(this.#phase), limit.milliseconds);
    this.#now = now;
    this.#phase = first;
    this.#startedAt = now();
    this.#phaseBeganAt = this.#startedAt;
  }

  get phase(): ProbePhase {
    return this.#phase;
  }

  /** Ends the current phase and begins the next. */
  next(phase: ProbePhase): void {
    this.#endPhase();
    this.#phase = phase;
    if (this.#limit.bounds === 'each-phase') this.#timer.refresh();
  }

  /** Ends the last phase and the operation. */
  finish(): FinishedPhases {
    this.#endPhase();
    clearTimeout(this.#timer);
    return { phases: this.#ended, totalNs: Number(this.#phaseBeganAt - this.#startedAt) };
  }

  /** Ends the operation in the middle of a phase. */
  abandon(): AbandonedPhases {
    clearTimeout(this.#timer);
    return { phase: this.#phase, phases: this.#ended, elapsedNs: Number(this.#now() - this.#startedAt) };
  }

  #endPhase(): void {
    const at = this.#now();
    this.#ended[this.#phase] = (this.#ended[this.#phase] ?? 0) + Number(at - this.#phaseBeganAt);
    this.#phaseBeganAt = at;
  }
}
