import type { Refusal } from '../../refusal.ts';
import type { PropertyReader } from '../property-reader.ts';
import { type Cidr, parseCidr } from './ipv4.ts';

/** A property that is a block of addresses, canonicalised as EC2 does it (10.0.1.7/24 is 10.0.1.0/24); throws `refused(text)` for anything else. */
export function readBlock(properties: PropertyReader, name: string, refused: (text: string) => Refusal): Cidr {
  const text = properties.required(name);
  const block = parseCidr(text);
  if (!block) throw refused(text);
  return block;
}
