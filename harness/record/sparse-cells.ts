const FIRST_VALUES = 16;

/** The numbers as they are sent to another thread. */
export interface SharedCells {
  readonly places: Uint16Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/** Few numbers by place, in the order of places: ten to twenty bytes each, and nothing for the places between. */
export class SparseCells {
  #places = new Uint16Array(FIRST_VALUES);
  #values = new Float64Array(FIRST_VALUES);
  #size = 0;

  static of({ places, values }: SharedCells): SparseCells {
    const cells = new SparseCells();
    cells.#places = places;
    cells.#values = values;
    cells.#size = places.length;
    return cells;
  }

  share(): SharedCells {
    return { places: this.#places.slice(0, this.#size), values: this.#values.slice(0, this.#size) };
  }

  get size(): number {
    return this.#size;
  }

  get(place: number): number | undefined {
    const at = this.#find(place);
    return at < this.#size && this.#places[at] === place ? this.#values[at] : undefined;
  }

  /** A place that has a number already gets this one instead. */
  set(place: number, value: number): void {
    const at = this.#find(place);
    if (at === this.#size || this.#places[at] !== place) this.#insert(at, place);
    this.#values[at] = value;
  }

  delete(place: number): void {
    const at = this.#find(place);
    if (at === this.#size || this.#places[at] !== place) return;
    this.#places.copyWithin(at, at + 1, this.#size);
    this.#values.copyWithin(at, at + 1, this.#size);
    this.#size--;
  }

  forEach(take: (place: number, value: number) => void): void {
    for (let at = 0; at < this.#size; at++) take(this.#places[at] as number, this.#values[at] as number);
  }

  /** Where the place is, or where it would be. */
  #find(place: number): number {
    // Rows come nearly always in ascending order.
    if (this.#size === 0 || (this.#places[this.#size - 1] as number) < place) return this.#size;
    let low = 0;
    let high = this.#size - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] as number) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, place: number): void {
    if (this.#size === this.#places.length) {
      const [places, values] = [new Uint16Array(2 * this.#size), new Float64Array(2 * this.#size)];
      places.set(this.#places);
      values.set(this.#values);
      [this.#places, this.#values] = [places, values];
    }
    this.#places.copyWithin(at + 1, at, this.#size);
    this.#values.copyWithin(at + 1, at, this.#size);
    this.#places[at] = place;
    this.#size++;
  }
}
