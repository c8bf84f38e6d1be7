import {
  type DeploymentStateStore,
  type FoundDeploymentState,
  formatDeploymentState,
  parseDeploymentState,
} from '../domain/deployment-state.ts';
import type { RunStore } from '../domain/ports.ts';

/** The file of a run's folder. */
export const DEPLOYMENT_STATE_FILE = 'deployment.json';

/** Keeps the state of a run's deployment in the run's folder. */
export function newDeploymentStateStore(store: Pick<RunStore, 'writeFile' | 'readFile'>): DeploymentStateStore {
  return {
    write: (state) => store.writeFile(DEPLOYMENT_STATE_FILE, formatDeploymentState(state)),
    read: () => found(store),
  };
}

async function found(store: Pick<RunStore, 'readFile'>): Promise<FoundDeploymentState> {
  try {
    return { kind: 'found', state: parseDeploymentState(new TextDecoder().decode(await store.readFile(DEPLOYMENT_STATE_FILE))) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'missing' };
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}
