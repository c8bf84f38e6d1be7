import { randomBytes, randomUUID } from 'node:crypto';

/** The engine's only source of randomness. */
export interface StackIds {
  /** For stack ids and event ids. */
  uuid(): string;
  /** Twelve characters of `A-Z0-9`, the end of a name that CloudFormation makes. */
  suffix(): string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const SUFFIX_LENGTH = 12;

/** Ids from the system's random source. */
export const randomStackIds: StackIds = {
  uuid: () => randomUUID(),
  suffix: () => [...randomBytes(SUFFIX_LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join(''),
};
