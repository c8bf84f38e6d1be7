import { FunctionPool, type PoolPorts } from './function-pool.ts';
import type { InvokeAnswer, InvokeRequest, RouteRequest, SlotRequest } from './wire.ts';

/** Everything that the runtime process does for control. */
export interface FunctionPools {
  route(request: RouteRequest): void;
  addSlot(request: SlotRequest): Promise<void>;
  invoke(request: InvokeRequest): Promise<InvokeAnswer>;
  /** Ends a function's environments, also in the middle of a call; a function that is not there is not an error. */
  remove(functionName: string): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

/** No functions yet. */
export function newFunctionPools(ports: PoolPorts): FunctionPools {
  const pools = new Map<string, FunctionPool>();
  const poolOf = (functionName: string): FunctionPool => {
    const pool = pools.get(functionName) ?? new FunctionPool(functionName, ports);
    pools.set(functionName, pool);
    return pool;
  };
  return {
    route: ({ deployment, lagMs }) => poolOf(deployment.functionName).route(deployment, lagMs),
    addSlot: ({ functionName, networkKey, place }) => poolOf(functionName).addSlot(networkKey, place),
    invoke: ({ functionName, requestId, payload }) =>
      new Promise((answer, reject) => {
        poolOf(functionName).invoke({ requestId, payload, answer }).catch(reject);
      }),
    async remove(functionName) {
      const pool = pools.get(functionName);
      pools.delete(functionName);
      await pool?.close();
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
