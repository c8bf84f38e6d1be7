import type { Server } from 'node:net';
import { Environment } from './environment.ts';
import type { EnvironmentPorts } from './environment-ports.ts';
import { type RuntimeApi, serveRuntimeApi } from './runtime-api.ts';
import type { Deployment, SlotPlace } from './wire.ts';

/** Opens the listener of a Runtime API inside a place's namespace. */
export type ListenAt = (place: SlotPlace) => Promise<Server>;

/**
 * A place for one environment at a time: a namespace and the Runtime API's listener in it. Both are dear to make, so
 * they are kept and handed to the next environment; only the process is new.
 */
export class Slot {
  readonly place: SlotPlace;
  readonly networkKey: string;
  readonly #api: RuntimeApi;
  readonly #ports: EnvironmentPorts;
  #environment: Environment | undefined;
  /** Resolves when the last environment's processes are gone. */
  #free: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];
  #closing = false;

  constructor(place: SlotPlace, networkKey: string, server: Server, ports: EnvironmentPorts) {
    this.place = place;
    this.networkKey = networkKey;
    this.#ports = ports;
    this.#api = serveRuntimeApi(server, place.zoneId, ports.monotonicNs, () => this.#environment);
  }

  /** The environment that lives here, if one does. */
  environment(): Environment | undefined {
    return this.#environment;
  }

  /** Whether a new environment may move in. */
  isFree(): boolean {
    return this.#environment === undefined && !this.#closing;
  }

  /** Whether it has been told to close. */
  isClosing(): boolean {
    return this.#closing;
  }

  /** Resolves when nothing lives or runs here any more. */
  vacated(): Promise<void> {
    if (this.#environment === undefined) return this.#free;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Makes a new environment here; only while there is none. It waits until the last one's processes are gone. */
  occupy(deployment: Deployment): Environment {
    const seat = {
      place: this.place,
      runtimeApi: this.#api.address,
      free: this.#free,
      processEnded: () => this.#api.dropConnections(),
      gone: () => this.#vacated(environment),
    };
    const environment = new Environment(deployment, seat, this.#ports);
    this.#environment = environment;
    return environment;
  }

  #vacated(environment: Environment): void {
    this.#environment = undefined;
    this.#free = environment.ended();
    void this.#free.then(() => {
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  /** Nobody moves in any more. Ends what lives here, `now` or after its call, then closes the listener. */
  async close(now: boolean): Promise<void> {
    this.#closing = true;
    this.#environment?.retire(now);
    await this.vacated();
    this.#api.close();
  }
}
