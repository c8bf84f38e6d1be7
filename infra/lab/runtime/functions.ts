import { randomUUID } from 'node:crypto';
import type { Account } from '../account/identity.ts';
import { functionTimes } from '../faults/function-times.ts';
import type { LabKnobs } from '../faults/knobs.ts';
import { scaledMs } from '../faults/scaled-clock.ts';
import type { InterfaceRelease, NetworkFabric } from '../realise/fabric.ts';
import { Refusal } from '../refusal.ts';
import { changeConfiguration } from './configuration.ts';
import { invoke, newDeployment } from './deployment.ts';
import { type FunctionInterfaces, networkOf, newVpcConfig } from './function-network.ts';
import { checkManagement, checkUpdatable, conflict, notNow, throttled, USER } from './function-refusals.ts';
import type {
  ConfigurationChange,
  FunctionConfiguration,
  FunctionService,
  Invocation,
  LambdaAccount,
  RuntimeManagement,
} from './service.ts';
import type { DeployedCredentials, DeployedNetwork, InvokeAnswer, InvokeRequest, RouteRequest, SlotRequest } from './wire.ts';

/** The runtime process, as control asks it. Requests arrive in the order in which they are made. */
export interface RuntimePort {
  route(request: RouteRequest): Promise<void>;
  addSlot(request: SlotRequest): Promise<void>;
  invoke(request: InvokeRequest): Promise<InvokeAnswer>;
  remove(functionName: string): Promise<void>;
}

export interface FunctionsOptions {
  readonly account: Account;
  readonly fabric: Pick<NetworkFabric, 'vpcOf'>;
  readonly interfaces: FunctionInterfaces;
  readonly runtime: RuntimePort;
  /** Read whenever a delay begins. */
  readonly knobs: () => LabKnobs;
  /** Throws `Refusal` when Lambda cannot assume the role. */
  readonly credentialsOf: (roleArn: string) => DeployedCredentials;
  readonly publicCaFile?: string;
  /** Told of each read that still shows the configuration from before an update. */
  readonly onStaleRead?: () => void;
  /** Calls that the account may have out at once. */
  readonly concurrency: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A function as CreateFunction describes it, checked; `codeFolder` has the unpacked zip. */
export interface NewFunction {
  readonly configuration: Omit<FunctionConfiguration, 'functionArn' | 'state' | 'lastUpdateStatus' | 'revisionId' | 'lastModified'>;
  readonly codeFolder: string;
}

/** Lambda, with what its resource needs beside the API. */
export interface Functions extends FunctionService {
  /** Resolves when the function is `Active`; until then it can be described. Throws `Refusal`, and then nothing is left. */
  create(request: NewFunction): Promise<FunctionConfiguration>;
  /** Forgets updates that are under way. */
  stop(): void;
}

export interface FunctionRecord {
  configuration: FunctionConfiguration;
  readonly codeFolder: string;
  generation: number;
  management: RuntimeManagement;
  /** What the next so many reads still show after an update; absent: nothing stale. */
  stale?: { readonly configuration: FunctionConfiguration; polls: number };
}

/** For what never came to be: nobody has seen it. */
const AT_ONCE: InterfaceRelease = { afterMs: 0, afterPolls: 0 };

/** The account's functions. */
export class LambdaFunctions implements Functions {
  readonly #options: FunctionsOptions;
  readonly #records = new Map<string, FunctionRecord>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #outstanding = 0;

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  get(functionName: string): FunctionConfiguration {
    const record = this.#recordOf(functionName);
    const { stale } = record;
    if (stale === undefined || stale.polls === 0) return record.configuration;
    stale.polls -= 1;
    this.#options.onStaleRead?.();
    return stale.configuration;
  }

  list(): readonly FunctionConfiguration[] {
    return [...this.#records.values()].map(({ configuration }) => configuration).toSorted(byName);
  }

  account(): LambdaAccount {
    const functions = this.list();
    const codeBytes = functions.reduce((sum, { codeSize }) => sum + codeSize, 0);
    return { concurrency: this.#options.concurrency, functionCount: functions.length, codeBytes };
  }

  runtimeManagement(functionName: string): RuntimeManagement {
    return this.#recordOf(functionName).management;
  }

  setRuntimeManagement(functionName: string, management: RuntimeManagement): void {
    const record = this.#recordOf(functionName);
    checkManagement(record.configuration, management);
    record.management = management;
  }

  async create({ configuration, codeFolder }: NewFunction): Promise<FunctionConfiguration> {
    const { functionName } = configuration;
    if (this.#records.has(functionName)) throw conflict(`Function already exist: ${functionName}`);
    this.#options.credentialsOf(configuration.role);
    const record: FunctionRecord = {
      configuration: this.#pending(configuration),
      codeFolder,
      generation: 0,
      management: { updateOn: 'Auto' },
    };
    this.#records.set(functionName, record);
    try {
      await Promise.all([
        this.#delay(this.#times(configuration.vpcConfig).pendingMs),
        this.#prepareSlot(functionName, networkOf(configuration.vpcConfig)),
      ]);
      await this.#putIntoEffect(record, 0);
    } catch (error) {
      await this.#remove(functionName, AT_ONCE);
      throw error;
    }
    revise(record, { state: 'Active' });
    return record.configuration;
  }

  updateConfiguration(functionName: string, change: ConfigurationChange): FunctionConfiguration {
    const record = this.#recordOf(functionName);
    const { configuration } = record;
    checkUpdatable(configuration, change);
    const vpcConfig = change.vpcConfig === undefined ? configuration.vpcConfig : newVpcConfig(this.#options.fabric, change.vpcConfig);
    const next = changeConfiguration(configuration, change, vpcConfig);
    record.stale = { configuration, polls: this.#options.knobs().staleUpdatePolls };
    record.configuration = { ...next, revisionId: randomUUID(), lastModified: formatLastModified(this.#options.now()) };
    void this.#update(record, networkOf(configuration.vpcConfig));
    return record.configuration;
  }

  async invoke(functionName: string, payload: Uint8Array): Promise<Invocation> {
    const { configuration } = this.#recordOf(functionName);
    if (configuration.state !== 'Active') throw notNow(configuration);
    if (this.#outstanding >= this.#options.concurrency) throw throttled();
    this.#outstanding += 1;
    try {
      return await invoke(this.#options.runtime, functionName, payload);
    } finally {
      this.#outstanding -= 1;
    }
  }

  delete(functionName: string): Promise<void> {
    return this.#remove(functionName, this.#release());
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #release(): InterfaceRelease {
    const knobs = this.#options.knobs();
    return { afterMs: scaledMs(knobs, knobs.interfaceReleaseMs), afterPolls: knobs.interfaceReleasePolls };
  }

  #recordOf(functionName: string): FunctionRecord {
    const record = this.#records.get(functionName);
    if (record === undefined) throw new Refusal('ResourceNotFoundException', 404, `Function not found: ${this.#arnOf(functionName)}`, USER);
    return record;
  }

  #arnOf(functionName: string): string {
    const { region, accountId } = this.#options.account;
    return `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;
  }

  #pending(configuration: NewFunction['configuration']): FunctionConfiguration {
    return {
      ...configuration,
      functionArn: this.#arnOf(configuration.functionName),
      state: 'Pending',
      lastUpdateStatus: 'Successful',
      revisionId: randomUUID(),
      lastModified: formatLastModified(this.#options.now()),
    };
  }

  #times(vpcConfig: FunctionConfiguration['vpcConfig']): ReturnType<typeof functionTimes> {
    return functionTimes(this.#options.knobs(), vpcConfig !== undefined);
  }

  #delay(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, milliseconds);
      this.#timers.add(timer);
    });
  }

  /** A place ready before the first call, as AWS makes a function's interface before it says `Active`. */
  async #prepareSlot(functionName: string, network: DeployedNetwork): Promise<void> {
    this.#options.interfaces.hold(functionName, network);
    const place = await this.#options.interfaces.attach(functionName, network);
    await this.#options.runtime.addSlot({ functionName, networkKey: network.key, place });
  }

  async #putIntoEffect(record: FunctionRecord, lagMs: number): Promise<void> {
    record.generation += 1;
    await this.#options.runtime.route({ deployment: newDeployment(this.#options, record), lagMs });
  }

  async #update(record: FunctionRecord, before: DeployedNetwork): Promise<void> {
    const { functionName, vpcConfig } = record.configuration;
    const network = networkOf(vpcConfig);
    const { updateMs, routingLagMs } = this.#times(vpcConfig);
    try {
      const slot = network.key === before.key ? undefined : this.#prepareSlot(functionName, network);
      await Promise.all([this.#delay(updateMs), slot]);
      if (!this.#records.has(functionName)) return await this.#remove(functionName, AT_ONCE);
      await this.#putIntoEffect(record, routingLagMs);
      this.#options.interfaces.keepOnly(functionName, network, this.#release());
      revise(record, { lastUpdateStatus: 'Successful' });
    } catch {
      this.#options.interfaces.keepOnly(functionName, before, AT_ONCE);
      // AWS says so in the status and goes on serving what was there before.
      revise(record, { lastUpdateStatus: 'Failed' });
    }
  }

  async #remove(functionName: string, release: InterfaceRelease): Promise<void> {
    this.#records.delete(functionName);
    await this.#options.runtime.remove(functionName);
    await this.#options.interfaces.releaseAll(functionName, release);
  }
}

function revise(record: FunctionRecord, changes: Partial<FunctionConfiguration>): void {
  record.configuration = { ...record.configuration, ...changes, revisionId: randomUUID() };
}

function byName(one: FunctionConfiguration, other: FunctionConfiguration): number {
  return one.functionName < other.functionName ? -1 : 1;
}

/** `2026-11-23T10:00:00.000+0000`, Lambda's own way to write a time. */
function formatLastModified(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '+0000');
}
