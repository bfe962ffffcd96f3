// What one of our own pages shows: a state that changes piece by piece, and is drawn only where it comes out
// other than before, because drawing anew costs the reader's selection and the screen reader's place.
export interface Showing<S> {
  readonly state: S;
  update(change: Partial<S>): void;
}

export function showing<S extends object>(first: S, draw: (state: S) => void): Showing<S> {
  let state = first;
  let drawn = "";
  return {
    get state() {
      return state;
    },
    update(change) {
      state = { ...state, ...change };
      const next = JSON.stringify(state, keysOfMaps);
      if (next === drawn) return;
      drawn = next;
      draw(state);
    },
  };
}

/** A map holds pictures by their names: two with the same names show the same. */
const keysOfMaps = (_: string, value: unknown): unknown => (value instanceof Map ? [...value.keys()] : value);
