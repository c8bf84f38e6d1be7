import type { DependencyGraph } from './order.ts';

/** Where a walk stands when it ends. */
export interface WalkEnd {
  readonly failed: readonly string[];
  /** Still being visited when the walk was stopped. Their visits go on; nobody starts the next one. */
  readonly running: readonly string[];
}

export interface Walk {
  /** Resolves when nothing more will be started. Never rejects. */
  readonly ended: Promise<WalkEnd>;
  /** Starts no more visits and ends the walk at once. */
  stop(): void;
}

/**
 * Visits each id as soon as all that it needs were visited with success, independent ones at once. A visit resolves to
 * whether it succeeded and must not reject. After a failure `stop` starts nothing more and ends; `continue` goes on with
 * whatever does not need the failed one.
 */
export function walkGraph(graph: DependencyGraph, visit: (id: string) => Promise<boolean>, afterFailure: 'stop' | 'continue'): Walk {
  const waiting = new Map(graph);
  const succeeded = new Set<string>();
  const running = new Set<string>();
  const failed: string[] = [];
  let isStopped = false;
  let end: (result: WalkEnd) => void = () => {};
  const ended = new Promise<WalkEnd>((resolve) => {
    end = resolve;
  });

  const stop = (): void => {
    isStopped = true;
    end({ failed: [...failed], running: [...running] });
  };
  const advance = (): void => {
    for (const [id, needs] of waiting) {
      if (![...needs].every((needed) => succeeded.has(needed))) continue;
      waiting.delete(id);
      running.add(id);
      void visit(id).then((isSuccess) => settle(id, isSuccess));
    }
    if (running.size === 0) stop();
  };
  const settle = (id: string, isSuccess: boolean): void => {
    running.delete(id);
    if (isSuccess) succeeded.add(id);
    else failed.push(id);
    if (isStopped) return;
    if (!isSuccess && afterFailure === 'stop') stop();
    else advance();
  };
  advance();
  return { ended, stop };
}
