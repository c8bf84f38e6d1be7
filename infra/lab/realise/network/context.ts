import type { Account } from '../../account/identity.ts';
import type { NetworkKernel } from '../../kernel/network.ts';
import { type StackClock, systemStackClock } from '../../stack/clock.ts';
import type { Resolver, S3Fronts } from '../fabric.ts';
import { type AddressPool, newAddressPool } from './address-pool.ts';
import { ELASTIC_BLOCK, FIRST_ROUTE_TABLE } from './addressing.ts';
import { type Ledger, newLedger } from './ledger.ts';
import { type Links, newLinks } from './links.ts';

/** What the network is built with. */
export interface FabricOptions {
  readonly account: Account;
  readonly resolver: Resolver;
  readonly s3Fronts: S3Fronts;
  /** A new EC2 id: `newId('vpc')` → `vpc-` and 17 hexadecimal digits, never the same twice. */
  readonly newId: (prefix: string) => string;
  /** Default: Linux. */
  readonly kernel?: NetworkKernel;
  /** Told of each answer that still shows an interface as attached whose last function is gone. */
  readonly onHeldPoll?: () => void;
  /** Default: the machine's own. */
  readonly clock?: Pick<StackClock, 'after'>;
}

/** What the realisers of the network share. */
export interface FabricContext {
  readonly account: Account;
  readonly kernel: NetworkKernel;
  readonly resolver: Resolver;
  readonly s3Fronts: S3Fronts;
  readonly ledger: Ledger;
  readonly links: Links;
  readonly elasticAddresses: AddressPool;
  readonly newId: (prefix: string) => string;
  /** A short device name of its own: `b1`, `e2`; the kernel allows 15 characters. */
  readonly newDevice: (prefix: string) => string;
  readonly newTable: () => number;
  readonly onHeldPoll: () => void;
  /** Runs an action once, later. */
  readonly after: StackClock['after'];
  /** Runs tasks about one namespace one after the other, in the order in which they were asked for. */
  readonly inOrder: <Result>(namespace: string, task: () => Promise<Result>) => Promise<Result>;
}

export function newFabricContext(options: FabricOptions, kernel: NetworkKernel): FabricContext {
  let devices = 0;
  let tables = FIRST_ROUTE_TABLE;
  return {
    account: options.account,
    kernel,
    resolver: options.resolver,
    s3Fronts: options.s3Fronts,
    ledger: newLedger(),
    links: newLinks(),
    elasticAddresses: newAddressPool(ELASTIC_BLOCK, { first: 1, last: 1 }),
    newId: options.newId,
    newDevice: (prefix) => {
      devices += 1;
      // Decimal: `ip link add br …` is an abbreviated `broadcast`, and other letters make other words.
      return `${prefix}${devices}`;
    },
    newTable: () => {
      tables += 1;
      return tables;
    },
    onHeldPoll: options.onHeldPoll ?? (() => undefined),
    after: (options.clock ?? systemStackClock).after,
    inOrder: newOrder(),
  };
}

function newOrder(): FabricContext['inOrder'] {
  const last = new Map<string, Promise<unknown>>();
  return (namespace, task) => {
    const before = last.get(namespace) ?? Promise.resolve();
    const turn = before.then(task, task);
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (last.get(namespace) === settled) last.delete(namespace);
      });
    last.set(namespace, settled);
    return turn;
  };
}
