import type { Environment } from './environment.ts';
import type { EnvironmentPorts, PendingCall } from './environment-ports.ts';
import { type ListenAt, Slot } from './slot.ts';
import type { DeployedNetwork, Deployment, SlotPlace } from './wire.ts';

/** What a function's pool needs from the world. */
export interface PoolPorts extends EnvironmentPorts {
  readonly listen: ListenAt;
  /** One more place in the function's network. */
  readonly attach: (functionName: string, network: DeployedNetwork) => Promise<SlotPlace>;
  /** Gives a place back. */
  readonly detach: (place: SlotPlace) => Promise<void>;
}

/** The environments of one function, and which of them takes a call. */
export class FunctionPool {
  readonly functionName: string;
  readonly #ports: PoolPorts;
  #slots: readonly Slot[] = [];
  #current: Deployment | undefined;
  /** Runs while environments of older generations may still serve. */
  #lag: NodeJS.Timeout | undefined;
  /** Environments by last use, newest last. */
  #recent: readonly Environment[] = [];
  #closed = false;

  constructor(functionName: string, ports: PoolPorts) {
    this.functionName = functionName;
    this.#ports = ports;
  }

  /** Adds a place; resolves when its Runtime API listens. */
  async addSlot(networkKey: string, place: SlotPlace): Promise<void> {
    const slot = await this.#openSlot(networkKey, place);
    this.#slots = [...this.#slots, slot];
  }

  /** From now on `deployment` answers; environments of older generations may for `lagMs` more, if there are any. */
  route(deployment: Deployment, lagMs: number): void {
    clearTimeout(this.#lag);
    this.#current = deployment;
    if (lagMs > 0) this.#lag = setTimeout(() => this.#recycle(), lagMs);
    else this.#recycle();
  }

  /** Gives the call to an environment, a new one if none is free. Rejects when no place can be had for it. */
  async invoke(call: PendingCall): Promise<void> {
    const deployment = this.#current;
    if (deployment === undefined) throw new Error(`function ${this.functionName} has no deployment`);
    const environment = this.#choose() ?? this.#occupyFree(deployment) ?? (await this.#newEnvironment(deployment.network));
    this.#recent = [...this.#recent.filter((other) => other !== environment && other.availability() !== 'gone'), environment];
    environment.take(call);
  }

  /** Ends everything, also in the middle of a call. Resolves when no process is left. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#lag);
    await Promise.all(this.#slots.map((slot) => slot.close(true)));
  }

  /** Older generations first while they may serve, the last used first; one that is about to poll only when none is idle. */
  #choose(): Environment | undefined {
    const newestFirst = this.#recent.toReversed();
    for (const wanted of ['idle', 'settling'] as const) {
      const free = newestFirst.filter((environment) => environment.availability() === wanted);
      const old = free.find((environment) => environment.deployment !== this.#current);
      const found = old ?? free[0];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #occupyFree(deployment: Deployment): Environment | undefined {
    return this.#slots.find((slot) => slot.networkKey === deployment.network.key && slot.isFree())?.occupy(deployment);
  }

  /** An environment in a place of its own, of whatever generation answers once the place is there. */
  async #newEnvironment(network: DeployedNetwork): Promise<Environment> {
    const slot = await this.#openSlot(network.key, await this.#ports.attach(this.functionName, network));
    this.#slots = [...this.#slots, slot];
    const current = this.#current;
    if (current === undefined || this.#closed) throw new Error(`function ${this.functionName} is gone`);
    if (current.network.key === slot.networkKey) return slot.occupy(current);
    void this.#abandon(slot);
    return this.#occupyFree(current) ?? this.#newEnvironment(current.network);
  }

  async #openSlot(networkKey: string, place: SlotPlace): Promise<Slot> {
    const slot = new Slot(place, networkKey, await this.#ports.listen(place), this.#ports);
    if (this.#closed) await slot.close(true);
    return slot;
  }

  /** Old environments go, busy ones after their call, and so do places in a network that the function has left. */
  #recycle(): void {
    const current = this.#current;
    if (current === undefined) return;
    for (const slot of this.#slots) {
      const environment = slot.environment();
      if (slot.networkKey !== current.network.key) void this.#abandon(slot);
      else if (environment !== undefined && environment.deployment !== current) environment.retire();
    }
  }

  async #abandon(slot: Slot): Promise<void> {
    if (slot.isClosing()) return;
    await slot.close(false);
    this.#slots = this.#slots.filter((other) => other !== slot);
    await this.#ports.detach(slot.place);
  }
}
