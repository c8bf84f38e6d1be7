import { randomBytes } from 'node:crypto';
import { moduleBeganAt } from './module-begin.ts';

/** What one invocation knows of the execution environment that serves it. */
export interface EnvironmentFacts {
  readonly environmentId: string;
  /** True in the environment's first invocation only; the two spans come with it. */
  readonly first: boolean;
  /** End of module load → handler entry. */
  readonly initGapNs?: number;
  /** Begin of the bundle's evaluation → its end. */
  readonly moduleNs?: number;
}

/** The execution environment as module scope sees it: made once, at module load. */
export class ExecutionEnvironment {
  readonly #environmentId = randomBytes(16).toString('hex');
  #loadedAt: bigint | undefined;
  #entered = false;

  /** To be called as the handler module's last statement. */
  moduleLoaded(): void {
    this.#loadedAt = process.hrtime.bigint();
  }

  /** To be called first in each invocation. */
  enter(): EnvironmentFacts {
    const enteredAt = process.hrtime.bigint();
    const first = !this.#entered;
    this.#entered = true;
    const identity = { environmentId: this.#environmentId, first };
    if (!first || this.#loadedAt === undefined) return identity;
    return { ...identity, initGapNs: Number(enteredAt - this.#loadedAt), moduleNs: Number(this.#loadedAt - moduleBeganAt) };
  }
}
