/** A seeded source of numbers: the same seed gives the same run, order and report everywhere. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform whole number in [0, bound); `bound` ≥ 1. */
  below(bound: number): number;
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
export function newRandom(seed: string): Random {
  let a = hashText(`${seed}/a`);
  let b = hashText(`${seed}/b`);
  let c = hashText(`${seed}/c`);
  let counter = 1;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) draw();
  return { next: () => draw() / 2 ** 32, below: (bound) => Math.floor((draw() / 2 ** 32) * bound) };
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
