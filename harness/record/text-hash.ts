const FIRST = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), of four letters at a time and with its high bits brought down after each. */
function mixed(hash: number, letters: number): number {
  const product = Math.imul(hash ^ letters, PRIME);
  return product ^ (product >>> 15);
}

/** A hash, 32 bits, of a text's UTF-16 units. */
export function hashOfText(text: string): number {
  const fours = text.length & ~3;
  let hash = FIRST;
  for (let i = 0; i < fours; i += 4) {
    const low = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 8);
    hash = mixed(hash, low | (text.charCodeAt(i + 2) << 16) | (text.charCodeAt(i + 3) << 24));
  }
  for (let i = fours; i < text.length; i++) hash = mixed(hash, text.charCodeAt(i));
  return hash >>> 0;
}

/** The same of ASCII text that is still bytes. */
export function hashOfAscii(bytes: Uint8Array, from: number, to: number): number {
  const fours = from + ((to - from) & ~3);
  let hash = FIRST;
  for (let i = from; i < fours; i += 4) {
    const low = (bytes[i] as number) | ((bytes[i + 1] as number) << 8);
    hash = mixed(hash, low | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24));
  }
  for (let i = fours; i < to; i++) hash = mixed(hash, bytes[i] as number);
  return hash >>> 0;
}
