/** A variable of a network. */
export interface NamedArray {
  shape: readonly number[];
  values: Float32Array;
}
