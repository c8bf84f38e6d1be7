const FIRST = 64;

type Numbers = Uint32Array | Float64Array;

/** Numbers that are added one by one, in the memory of typed arrays: an array takes eight bytes each, and three times that while it grows. */
export class NumberList<Of extends Numbers = Uint32Array> {
  readonly #make: (length: number) => Of;
  #numbers: Of;
  #length = 0;

  constructor(make: (length: number) => Of, expected = FIRST) {
    this.#make = make;
    this.#numbers = make(expected);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const wider = this.#make(Math.max(FIRST, Math.ceil(1.5 * this.#length)));
      wider.set(this.#numbers);
      this.#numbers = wider;
    }
    this.#numbers[this.#length++] = value;
  }

  /** The numbers, in the order in which they came: the list's own memory while nothing more is added. */
  toArray(): Of {
    return this.#numbers.subarray(0, this.#length) as Of;
  }
}

/** An empty list of whole numbers below 2^32. */
export function newPlaceList(): NumberList {
  return new NumberList((length) => new Uint32Array(length));
}
