/** A seeded source of numbers: the same seed gives the same run, order and report everywhere. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform whole number in [0, bound); `bound` ≥ 1. */
  below(bound: number): number;
}

/** One that can also count what it draws, for who draws by the million. */
export interface TallyingRandom extends Random {
  /** As often as `bound` says, takes a number {@link below} it and adds 1 to its place in `counts`, the places beginning at `from`. */
  tally(bound: number, counts: Uint16Array | Uint32Array, from: number): void;
}

/** FNV-1a over UTF-16 units, 32 bits: turns a seed's text into a number. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** sfc32 (C. Doty-Humphrey, PractRand), seeded by text: integer arithmetic only, so equal on every platform. */
class Sfc32 implements TallyingRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#a = hashText(`${seed}/a`) | 0;
    this.#b = hashText(`${seed}/b`) | 0;
    this.#c = hashText(`${seed}/c`) | 0;
    for (let i = 0; i < 15; i++) this.next();
  }

  next(): number {
    const [b, c] = [this.#b, this.#c];
    const sum = (((this.#a + b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  // The same steps on variables of its own: a field that is read and written for each number takes most of the time.
  tally(bound: number, counts: Uint16Array | Uint32Array, from: number): void {
    let [a, b, c, counter] = [this.#a, this.#b, this.#c, this.#counter];
    for (let i = 0; i < bound; i++) {
      const sum = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      const place = from + Math.floor(((sum >>> 0) / 2 ** 32) * bound);
      counts[place] = (counts[place] as number) + 1;
    }
    [this.#a, this.#b, this.#c, this.#counter] = [a, b, c, counter];
  }
}

/** A source that gives the same numbers for the same text. */
export function newRandom(seed: string): TallyingRandom {
  return new Sfc32(seed);
}

/** A new array in uniformly random order (Fisher–Yates). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swapped = result[i] as T;
    result[i] = result[j] as T;
    result[j] = swapped;
  }
  return result;
}
