/** An IPv4 address as an unsigned 32-bit integer, 0 … 4 294 967 295. */
export type Address = number;

/** A block of addresses; the bits of `base` behind the prefix are zero. */
export interface Cidr {
  readonly base: Address;
  /** Length of the network part in bits, 0 … 32. */
  readonly prefix: number;
}

const SPACE = 2 ** 32;

/** `10.0.0.1` → integer; undefined for anything else (leading zeros, which some readers take as octal, included). */
export function parseAddress(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((address, byte) => address * 256 + byte, 0);
}

/** Integer → `10.0.0.1`. */
export function formatAddress(address: Address): string {
  return bytesOf(address).join('.');
}

function bytesOf(address: Address): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
}

/** Number of addresses in a block. */
export function sizeOf(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

/** The block of that length that holds the address. */
export function blockOf(address: Address, prefix: number): Cidr {
  const size = 2 ** (32 - prefix);
  return { base: address - (address % size), prefix };
}

/** `10.0.1.7/24` → the block 10.0.1.0/24, as EC2 itself canonicalises; undefined where it is no block at all. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(text);
  const address = parseAddress(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  return address === undefined || prefix > 32 ? undefined : blockOf(address, prefix);
}

/** Block → `10.0.1.0/24`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.base)}/${cidr.prefix}`;
}

/** A block that the code itself writes down. Throws for anything but canonical text. */
export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed || formatCidr(parsed) !== text) throw new Error(`not an IPv4 block: ${text}`);
  return parsed;
}

/** Whether the whole of `inner` lies in `outer`; a block lies in itself. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.prefix >= outer.prefix && blockOf(inner.base, outer.prefix).base === outer.base;
}

/** Whether the block holds the address. */
export function containsAddress(outer: Cidr, address: Address): boolean {
  return containsCidr(outer, { base: address, prefix: 32 });
}

/** Whether two blocks share an address; of two blocks that do, one lies in the other. */
export function overlaps(one: Cidr, other: Cidr): boolean {
  return containsCidr(one, other) || containsCidr(other, one);
}

/** The address at a place in the block, counted from 0; from the end when negative (−1 is the last). Throws outside it. */
export function addressAt(block: Cidr, index: number): Address {
  const offset = index < 0 ? sizeOf(block) + index : index;
  if (offset < 0 || offset >= sizeOf(block) || block.base + offset >= SPACE)
    throw new RangeError(`no address ${index} in ${formatCidr(block)}`);
  return block.base + offset;
}

/**
 * A locally administered MAC made of the address, so that an address given out again keeps its MAC and no neighbour
 * table sends to the former holder.
 */
export function macOf(address: Address): string {
  return ['02', '6c', ...bytesOf(address).map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
