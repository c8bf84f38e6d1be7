const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;
/** Below this, comparing is faster. */
const FEWEST = 1000;
const LARGEST = 2 ** 32 - 1;

/** Memory of the last sort, for the next one. */
let scratch = { keys: new Uint32Array(0), others: new Uint32Array(0), beside: new Uint32Array(0), besideOthers: new Uint32Array(0) };

function scratchOf(size: number): typeof scratch {
  if (scratch.keys.length < size) {
    const [keys, others] = [new Uint32Array(size), new Uint32Array(size)];
    scratch = { keys, others, beside: new Uint32Array(size), besideOthers: new Uint32Array(size) };
  }
  return scratch;
}

/** Copies the values as keys and gives the largest; undefined when one is no whole number from 0 (but not −0) to 2^32 − 1. */
function takeKeys(values: Float64Array, keys: Uint32Array): number | undefined {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value <= LARGEST) || value >>> 0 !== value || (value === 0 && 1 / value < 0)) return undefined;
    keys[i] = value;
    if (value > largest) largest = value;
  }
  return largest;
}

const places = new Uint32Array(DIGITS);

/** Where the keys of each digit begin, in `places`. */
function countDigits(keys: Uint32Array, size: number, shift: number): void {
  places.fill(0);
  for (let i = 0; i < size; i++) {
    const digit = ((keys[i] as number) >>> shift) & MASK;
    places[digit] = (places[digit] as number) + 1;
  }
  let before = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = places[digit] as number;
    places[digit] = before;
    before += count;
  }
}

function moveKeys(from: Uint32Array, to: Uint32Array, size: number, shift: number): void {
  for (let i = 0; i < size; i++) {
    const key = from[i] as number;
    const digit = (key >>> shift) & MASK;
    const place = places[digit] as number;
    to[place] = key;
    places[digit] = place + 1;
  }
}

function movePairs(from: Uint32Array, to: Uint32Array, besideFrom: Uint32Array, besideTo: Uint32Array, size: number, shift: number): void {
  for (let i = 0; i < size; i++) {
    const key = from[i] as number;
    const digit = (key >>> shift) & MASK;
    const place = places[digit] as number;
    to[place] = key;
    besideTo[place] = besideFrom[i] as number;
    places[digit] = place + 1;
  }
}

/**
 * Sorts many whole numbers below 2^32 by their digits instead of comparing them; `beside`, where given, goes along. False for few
 * values and for others: then nothing was done.
 */
export function radixSort(values: Float64Array, beside?: Uint32Array): boolean {
  const size = values.length;
  if (size < FEWEST) return false;
  const memory = scratchOf(size);
  let { keys, others, beside: besideKeys, besideOthers } = memory;
  const largest = takeKeys(values, keys);
  if (largest === undefined) return false;
  if (beside !== undefined) besideKeys.set(beside);
  for (let shift = 0; shift < 32 && largest >= 2 ** shift; shift += DIGIT_BITS) {
    countDigits(keys, size, shift);
    if (beside === undefined) moveKeys(keys, others, size, shift);
    else movePairs(keys, others, besideKeys, besideOthers, size, shift);
    [keys, others] = [others, keys];
    [besideKeys, besideOthers] = [besideOthers, besideKeys];
  }
  values.set(keys.subarray(0, size));
  if (beside !== undefined) beside.set(besideKeys.subarray(0, size));
  return true;
}
