import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newAddressPool, SUBNET_RESERVED } from '../../infra/lab/realise/network/address-pool.ts';
import {
  addressAt,
  blockOf,
  containsAddress,
  containsCidr,
  formatAddress,
  formatCidr,
  macOf,
  overlaps,
  parseAddress,
  parseCidr,
  sizeOf,
} from '../../infra/lab/realise/network/ipv4.ts';

const address = fc.integer({ min: 0, max: 0xffff_ffff });
const block = fc.record({ at: address, prefix: fc.integer({ min: 0, max: 32 }) }).map(({ at, prefix }) => blockOf(at, prefix));
/** Two blocks that touch often enough for both answers to be tried. */
const neighbours = fc
  .record({
    at: address,
    one: fc.integer({ min: 0, max: 32 }),
    other: fc.integer({ min: 0, max: 32 }),
    flip: fc.integer({ min: 0, max: 31 }),
  })
  .map(({ at, one, other, flip }) => [blockOf(at, one), blockOf((at ^ (1 << flip)) >>> 0, other)] as const);

describe('IPv4 arithmetic', () => {
  test('text and number are two forms of one address', () => {
    fc.assert(fc.property(address, (number) => parseAddress(formatAddress(number)) === number));
  });

  test('text and block are two forms of one block, and host bits do not matter', () => {
    fc.assert(
      fc.property(block, fc.nat(), (one, offset) => {
        expect(parseCidr(formatCidr(one))).toEqual(one);
        const inside = addressAt(one, offset % sizeOf(one));
        expect(parseCidr(`${formatAddress(inside)}/${one.prefix}`)).toEqual(one);
      }),
    );
  });

  test('a block holds exactly the addresses between its first and its last', () => {
    fc.assert(
      fc.property(block, address, (one, number) => {
        const between = number >= one.base && number <= addressAt(one, -1);
        expect(containsAddress(one, number)).toBe(between);
      }),
    );
  });

  test('overlap and containment are those of the ranges', () => {
    fc.assert(
      fc.property(neighbours, ([one, other]) => {
        const [oneLast, otherLast] = [addressAt(one, -1), addressAt(other, -1)];
        expect(overlaps(one, other)).toBe(one.base <= otherLast && other.base <= oneLast);
        expect(containsCidr(one, other)).toBe(one.base <= other.base && otherLast <= oneLast);
      }),
    );
  });

  test('different addresses have different MACs, none of them multicast', () => {
    fc.assert(fc.property(address, address, (one, other) => (macOf(one) === macOf(other)) === (one === other)));
    fc.assert(fc.property(address, (one) => (Number.parseInt(macOf(one).slice(0, 2), 16) & 0b11) === 0b10));
  });
});

const NOT_ADDRESSES = [
  ['', 'nothing'],
  ['10.0.0', 'three parts'],
  ['10.0.0.0.0', 'five parts'],
  ['10.0.0.256', 'more than a byte'],
  ['10.0.0.01', 'a leading zero, octal to some'],
  ['10.0.0.1 ', 'white space'],
  ['::1', 'the other protocol'],
] as const;

describe('what is no address', () => {
  test.each(NOT_ADDRESSES)('%j: %s', (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(parseCidr(`${text}/24`)).toBeUndefined();
  });
  test.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8/8'])('nor is %j a block', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe('address pool', () => {
  const subnet = fc.record({ at: address, prefix: fc.integer({ min: 24, max: 28 }) }).map(({ at, prefix }) => blockOf(at, prefix));

  test('gives out each address once, never a reserved one, and then none', () => {
    fc.assert(
      fc.property(subnet, (one) => {
        const pool = newAddressPool(one, SUBNET_RESERVED);
        const all = Array.from({ length: sizeOf(one) - 5 }, () => pool.take());
        expect(new Set(all).size).toBe(sizeOf(one) - 5);
        expect(Math.min(...all.map(Number))).toBe(addressAt(one, 4));
        expect(Math.max(...all.map(Number))).toBe(addressAt(one, -2));
        expect(pool.take()).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  test('whatever is taken and released, no address is held twice', () => {
    fc.assert(
      fc.property(subnet, fc.array(fc.option(fc.nat(300), { nil: undefined }), { maxLength: 400 }), (one, acts) => {
        const pool = newAddressPool(one, SUBNET_RESERVED);
        const held: number[] = [];
        for (const act of acts) {
          if (act === undefined) {
            const taken = pool.take();
            if (taken !== undefined) {
              expect(held).not.toContain(taken);
              held.push(taken);
            }
          } else {
            const [gone] = held.splice(act % Math.max(1, held.length), 1);
            if (gone !== undefined) pool.release(gone);
          }
          expect(pool.taken()).toBe(held.length);
        }
      }),
      { numRuns: 50 },
    );
  });
});
