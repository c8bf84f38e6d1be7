import { type Address, addressAt, type Cidr, containsAddress, sizeOf } from './ipv4.ts';

/** The free and taken addresses of a block. */
export interface AddressPool {
  /** The next free address, or undefined when none is left. Goes round, so that one just released is not given out at once. */
  take(): Address | undefined;
  /** Gives an address back; one that was never taken is passed over. */
  release(address: Address): void;
  /** How many are taken now. */
  taken(): number;
}

/** How many addresses at the ends of a block are never given out. */
export interface Reserved {
  readonly first: number;
  readonly last: number;
}

/**
 * EC2 keeps the first four addresses (network, router, DNS, future use) and the last (broadcast) of every subnet
 * (VPC User Guide, "Subnet CIDR blocks").
 */
export const SUBNET_RESERVED: Reserved = { first: 4, last: 1 };

/** A pool over a block without its reserved ends. */
export function newAddressPool(block: Cidr, reserved: Reserved): AddressPool {
  const count = Math.max(0, sizeOf(block) - reserved.first - reserved.last);
  const inUse = new Set<Address>();
  let next = 0;
  return {
    take: () => {
      for (let tried = 0; tried < count && inUse.size < count; tried += 1) {
        const address = addressAt(block, reserved.first + next);
        next = (next + 1) % count;
        if (inUse.has(address)) continue;
        inUse.add(address);
        return address;
      }
      return undefined;
    },
    release: (address) => {
      if (containsAddress(block, address)) inUse.delete(address);
    },
    taken: () => inUse.size,
  };
}
