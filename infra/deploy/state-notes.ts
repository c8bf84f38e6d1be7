import { type DeploymentState, type DeploymentStateStore, type StackRecord, withStack } from '../../harness/domain/deployment-state.ts';

/** Keeps a run's state while stacks are made and removed side by side; without a store it keeps nothing. */
export interface StateNotes {
  /** The state of a run that begins. Rejects when it cannot be written: then nothing may be made. */
  begin(state: DeploymentState): Promise<void>;
  /** What a later process knows of an earlier one's run; nothing is noted of a run without a state. */
  resume(): Promise<void>;
  stack(record: StackRecord): Promise<void>;
}

/** Writes are done one after the other, in the order of asking. */
export function newStateNotes(store: DeploymentStateStore | undefined): StateNotes {
  let state: DeploymentState | undefined;
  let last: Promise<void> = Promise.resolve();
  const change = (next: (before: DeploymentState) => DeploymentState): Promise<void> => {
    if (store === undefined || state === undefined) return Promise.resolve();
    const changed = next(state);
    state = changed;
    const mine = last.then(() => store.write(changed));
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    begin: (first) => {
      state = first;
      return change((same) => same);
    },
    resume: async () => {
      if (state !== undefined || store === undefined) return;
      const found = await store.read();
      if (found.kind === 'found') state = found.state;
    },
    stack: (record) => change((before) => withStack(before, record)),
  };
}
