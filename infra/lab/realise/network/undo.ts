/** Registers what takes a step back. */
export type Undo = (step: () => unknown) => void;

/**
 * Runs something that has several steps; when one throws, those registered before it are taken back, last first, and
 * the error goes on. A step back that fails itself does not keep the others from running.
 */
export async function orUndo<Result>(work: (undo: Undo) => Promise<Result>): Promise<Result> {
  const steps: (() => unknown)[] = [];
  try {
    return await work((step) => steps.push(step));
  } catch (error) {
    for (const step of steps.reverse()) {
      try {
        await step();
      } catch {
        // The first error is the one that tells what went wrong.
      }
    }
    throw error;
  }
}

/** Waits for all, also when one rejects: what is taken back afterwards meets nothing that still runs. Rejects with the first error. */
export async function allDone(promises: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find((settled) => settled.status === 'rejected');
  if (failed) throw failed.reason;
}
