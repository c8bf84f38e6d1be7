import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Account } from '../account/identity.ts';
import type { LabKnobs } from '../faults/knobs.ts';
import { scaledMs } from '../faults/scaled-clock.ts';
import { openChannel } from '../kernel/channel.ts';
import type { CpuGroups } from '../kernel/cpu-quota.ts';
import { spawnLabProcess } from '../kernel/node-process.ts';
import type { NetworkFabric } from '../realise/fabric.ts';
import { newFunctionRealiser } from '../realise/function.ts';
import { newLogGroupRealiser } from '../realise/log-group.ts';
import type { Realiser } from '../realise/realiser.ts';
import { type KeyRegister, newRoles, type Roles } from '../realise/role.ts';
import { newCodeStore } from './code-store.ts';
import { newFunctionInterfaces } from './function-network.ts';
import { type Functions, LambdaFunctions, type RuntimePort } from './functions.ts';
import { type LogStore, newLogStore } from './log-store.ts';
import type { AttachRequest, LogDelivery } from './wire.ts';

/** Calls that the lab's account may have out at once. */
const ACCOUNT_CONCURRENCY = 20;

export interface RuntimeOptions {
  readonly account: Account;
  readonly fabric: NetworkFabric;
  /** Read whenever a delay begins. */
  readonly knobs: () => LabKnobs;
  /** Code of functions. Throws S3's `Refusal`. */
  readonly readObject: (bucket: string, key: string) => Promise<Uint8Array>;
  /** Where the keys of roles become valid. */
  readonly keys: KeyRegister;
  /** The lab's own folder, e.g. `/run/lab`: code goes to `code`, temporary files of environments to `environments`. */
  readonly folder: string;
  /** Told of each read of a function that was spoilt by `staleUpdatePolls`. */
  readonly onStaleRead?: () => void;
  /** CA certificates that environments trust beside the public ones. */
  readonly publicCaFile?: string;
  /** Where functions get their share of the CPU; absent: they run unthrottled. */
  readonly cpu?: CpuGroups;
  /** Default 20. */
  readonly concurrency?: number;
}

/** Functions, logs and roles of the lab, with the process that runs the functions. */
export interface Runtime {
  readonly functions: Functions;
  readonly logs: LogStore;
  readonly functionRealiser: Realiser;
  readonly logGroupRealiser: Realiser;
  readonly roleRealiser: Realiser;
  readonly policyRealiser: Realiser;
  readonly roles: Roles;
  /** The runtime process, so that its starter can watch it. */
  readonly child: ChildProcess;
  /** Resolves when no environment is left. */
  stop(): Promise<void>;
}

/** Starts the runtime process and puts Lambda, CloudWatch Logs and the roles in front of it. */
export function startRuntime(options: RuntimeOptions): Runtime {
  const { account, fabric, knobs } = options;
  const logs = newLogStore({ now: Date.now, delayMs: () => scaledMs(knobs(), knobs().logDelayMs) });
  const interfaces = newFunctionInterfaces(fabric, account);
  const roles = newRoles(account, options.keys);
  const child = spawnLabProcess('runtime', {
    args: [join(options.folder, 'environments'), ...(options.cpu === undefined ? [] : [JSON.stringify(options.cpu)])],
  });
  const channel = openChannel(child, {
    attach: ({ functionName, network }: AttachRequest) => interfaces.attach(functionName, network),
    detach: (interfaceId: string) => interfaces.detach(interfaceId),
    logs: (delivery: LogDelivery) => logs.deliver(delivery),
  });
  const runtime: RuntimePort = {
    route: (request) => channel.request('route', request),
    addSlot: (request) => channel.request('slot', request),
    invoke: (request) => channel.request('invoke', request),
    remove: (functionName) => channel.request('remove', functionName),
  };
  const functions = new LambdaFunctions({
    account,
    fabric,
    interfaces,
    runtime,
    knobs,
    credentialsOf: roles.roleCredentials,
    concurrency: options.concurrency ?? ACCOUNT_CONCURRENCY,
    now: Date.now,
    ...(options.onStaleRead === undefined ? {} : { onStaleRead: options.onStaleRead }),
    ...(options.publicCaFile === undefined ? {} : { publicCaFile: options.publicCaFile }),
  });
  const code = newCodeStore(join(options.folder, 'code'));
  const { readObject } = options;
  return {
    functions,
    logs,
    functionRealiser: newFunctionRealiser({ region: account.region, functions, code, fabric, readObject, roleAllows: roles.allows }),
    logGroupRealiser: newLogGroupRealiser(logs, account),
    roleRealiser: roles.roleRealiser,
    policyRealiser: roles.policyRealiser,
    roles,
    child,
    async stop() {
      functions.stop();
      await endChild(child);
    },
  };
}

/** The process ends its environments first. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.disconnect();
  else child.kill('SIGKILL');
  await ended;
}
