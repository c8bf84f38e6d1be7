import { newPlaceList } from './number-list.ts';
import type { ReportedSample } from './sample.ts';

/**
 * The samples of a run, in the order in which they were asked: as much of an array as analyses need, so that an array will do, and so will a
 * table of columns. What a table hands to a callback is good until the callback returns: it is one object, which then stands for the next row.
 * Samples of `at` and of the iteration can be kept. `filter` gives a selection that costs four bytes a sample.
 */
export interface Samples extends Iterable<ReportedSample> {
  readonly length: number;
  /** The sample at a place from 0; undefined beyond the last. */
  at(place: number): ReportedSample | undefined;
  forEach(take: (sample: ReportedSample, place: number) => void): void;
  filter(predicate: (sample: ReportedSample) => boolean): Samples;
  map<T>(make: (sample: ReportedSample) => T): T[];
  flatMap<T>(make: (sample: ReportedSample) => T | readonly T[]): T[];
  some(predicate: (sample: ReportedSample) => boolean): boolean;
}

/** Gives one sample after the other by its place; each is good until the next is asked for. */
export type SampleReader = (place: number) => ReportedSample;

/** What `filter`, `map` and the others do wherever samples are not an array. */
export abstract class SampleSequence implements Samples {
  abstract readonly length: number;
  abstract at(place: number): ReportedSample | undefined;
  abstract newReader(): SampleReader;

  *[Symbol.iterator](): Generator<ReportedSample> {
    for (let place = 0; place < this.length; place++) yield this.at(place) as ReportedSample;
  }

  forEach(take: (sample: ReportedSample, place: number) => void): void {
    const [read, length] = [this.newReader(), this.length];
    for (let place = 0; place < length; place++) take(read(place), place);
  }

  filter(predicate: (sample: ReportedSample) => boolean): Samples {
    const places = newPlaceList();
    this.forEach((sample, place) => {
      if (predicate(sample)) places.push(place);
    });
    return selectSamples(this, places.toArray().slice());
  }

  map<T>(make: (sample: ReportedSample) => T): T[] {
    const made: T[] = [];
    this.forEach((sample) => {
      made.push(make(sample));
    });
    return made;
  }

  flatMap<T>(make: (sample: ReportedSample) => T | readonly T[]): T[] {
    const made: T[] = [];
    this.forEach((sample) => {
      const one = make(sample);
      if (Array.isArray(one)) for (const part of one as readonly T[]) made.push(part);
      else made.push(one as T);
    });
    return made;
  }

  some(predicate: (sample: ReportedSample) => boolean): boolean {
    const read = this.newReader();
    for (let place = 0; place < this.length; place++) if (predicate(read(place))) return true;
    return false;
  }
}

class Selection extends SampleSequence {
  readonly #samples: Samples;
  readonly #places: Uint32Array;

  constructor(samples: Samples, places: Uint32Array) {
    super();
    this.#samples = samples;
    this.#places = places;
  }

  get length(): number {
    return this.#places.length;
  }

  at(place: number): ReportedSample | undefined {
    const of = this.#places[place];
    return of === undefined ? undefined : this.#samples.at(of);
  }

  newReader(): SampleReader {
    const [read, places] = [sampleReaderOf(this.#samples), this.#places];
    return (place) => read(places[place] as number);
  }
}

/** A reader of any samples, for loops that cannot hand a callback over. */
export function sampleReaderOf(samples: Samples): SampleReader {
  return samples instanceof SampleSequence ? samples.newReader() : (place) => samples.at(place) as ReportedSample;
}

/** The samples at these places, in this order; they stay where they are. */
export function selectSamples(samples: Samples, places: Uint32Array): Samples {
  return new Selection(samples, places);
}

/** How many samples are so. */
export function countSamples(samples: Samples, predicate: (sample: ReportedSample) => boolean): number {
  let count = 0;
  samples.forEach((sample) => {
    if (predicate(sample)) count++;
  });
  return count;
}
