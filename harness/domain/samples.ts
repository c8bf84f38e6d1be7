import { newPlaceList } from './number-list.ts';
import type { ProbePhase } from './probe-wire.ts';
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

/** Numbers that samples may have in columns: those of the client and the function in total, of the REPORT, of the function's phases, and the round. */
export type FigureName = 'round' | 'client' | 'duration' | 'init' | 'fn' | `fn ${ProbePhase}`;

/** What `filter`, `map` and the others do wherever samples are not an array. */
export abstract class SampleSequence implements Samples {
  abstract readonly length: number;
  abstract at(place: number): ReportedSample | undefined;
  abstract newReader(): SampleReader;
  /** Fills in the figure of the samples at these places, or of all, one after the other; NaN where a sample has none. */
  abstract fillFigures(name: FigureName, into: Float64Array, places?: Uint32Array): void;

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

  fillFigures(name: FigureName, into: Float64Array, places?: Uint32Array): void {
    const of = places === undefined ? this.#places : places.map((place) => this.#places[place] as number);
    if (this.#samples instanceof SampleSequence) this.#samples.fillFigures(name, into, of);
    else
      of.forEach((place, at) => {
        into[at] = figureOf(this.#samples.at(place) as ReportedSample, name) ?? Number.NaN;
      });
  }
}

function figureOf({ call, client, fn, report }: ReportedSample, name: FigureName): number | undefined {
  switch (name) {
    case 'round':
      return call.round;
    case 'client':
      return client?.total;
    case 'duration':
    case 'init':
      return report[name];
    case 'fn':
      return fn?.total;
    default:
      return fn?.phases[name.slice('fn '.length) as ProbePhase];
  }
}

/** One figure of all samples, in their order; NaN where one has none. */
export function figuresOf(samples: Samples, name: FigureName): Float64Array {
  const figures = new Float64Array(samples.length);
  if (samples instanceof SampleSequence) samples.fillFigures(name, figures);
  else
    samples.forEach((sample, place) => {
      figures[place] = figureOf(sample, name) ?? Number.NaN;
    });
  return figures;
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
