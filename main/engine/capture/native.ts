/** What the native binding exports beside tfjs-node's own functions (main/engine/native/spectral_capture.cc). */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../device/tensorflow.ts';
import type { CapturedStep } from './types.ts';

interface SpectralCapture {
  /** @param keepsGrams 1 or 0 */
  begin(step: number, groupSizes: Int32Array, keepsGrams: number): void;
  /** Tensors by their number in the binding; -1 for none. */
  layer(index: number, activations: number, adjoints: number, parts: Int32Array, total: number): void;
  end(): void;
  collect(): CapturedStep[];
  wait(): void;
  times(): { waitedMs: number; busyMs: number };
  dispose(): void;
}

/** The parts of tfjs-node's backend that its types leave out. */
interface NodeBackend {
  binding: {
    SpectralCapture?: new (shapes: Int32Array, groups: number, queuedSteps: number) => SpectralCapture;
    spectraOfSampleGrams?: (
      shape: Int32Array,
      groupSizes: Int32Array,
      gramA: Float64Array,
      gramD: Float64Array,
    ) => Float32Array;
    summariesOfPermutations?: (
      shape: Int32Array,
      groups: number,
      groupSizes: Int32Array,
      orders: Int32Array,
      gramA: Float64Array,
      gramD: Float64Array,
      products: Float64Array,
      floors: Float64Array,
      factors: Float64Array,
      wantsSpectra: number,
      threads: number,
    ) => Promise<[Float32Array, Float32Array, Float32Array]>;
  };
  getInputTensorIds(tensors: readonly Tensor[]): number[];
}

export const noTensor = -1;

export function openSpectralCapture(shapes: Int32Array, groups: number, queuedSteps: number): SpectralCapture {
  const { SpectralCapture } = backend().binding;
  if (SpectralCapture === undefined) throw notBuilt();
  return new SpectralCapture(shapes, groups, queuedSteps);
}

/**
 * The row of a layer of one row per sample.
 *
 * @param shape numbers of `LayerShape`; values of quantities that are not on the sample side become NaN
 * @param gramA K_A and K_D [samples x samples], sorted by group
 */
export function spectraOfSampleGrams(
  shape: Int32Array,
  groupSizes: Int32Array,
  gramA: Float64Array,
  gramD: Float64Array,
): Float32Array {
  const { spectraOfSampleGrams: solve } = backend().binding;
  if (solve === undefined) throw notBuilt();
  return solve(shape, groupSizes, gramA, gramD);
}

/** One layer of one batch under many labellings; quantities in the order activations, adjoints, gradient. */
export interface PermutationProblem {
  /** Numbers of `LayerShape`; quantities that are not on the sample side become NaN. */
  shape: Int32Array;
  groups: number;
  /** Of each labelling, in this batch [labellings x groups]. */
  groupSizes: Int32Array;
  /** [labellings x samples]: the samples sorted by group, as each labelling has them. */
  orders: Int32Array;
  /** K_A, K_D and <G_i, G_j> [samples x samples]. */
  gramA: Float64Array;
  gramD: Float64Array;
  products: Float64Array;
  /** Fraction of the largest at or below which a value is not resolved [quantities]. */
  floors: Float64Array;
  /** From raw to size-normalised values of a set of n samples, n from 1 [quantities x samples]. */
  factors: Float64Array;
  /** Whether all statistics of the spectra are wanted, or energies and alignments alone, which need no eigenvalues. */
  wantsSpectra: boolean;
}

export interface PermutationSummaries {
  /** [labellings x 3 quantities x groups x statistics of a spectrum (app/inference/statistics.ts)] */
  summaries: Float32Array;
  /** [labellings x 3 quantities x pairs of groups] */
  distances: Float32Array;
  /** [labellings x pairs of groups] */
  cosines: Float32Array;
}

/**
 * Computed on Node's pool of threads, so several problems can be in hand at once; the arrays may be used again at once.
 *
 * @param threads among which the labellings of this problem are shared out
 */
export async function summariesOfPermutations(
  problem: PermutationProblem,
  threads: number,
): Promise<PermutationSummaries> {
  const { summariesOfPermutations: solve } = backend().binding;
  if (solve === undefined) throw notBuilt();
  const { shape, groups, groupSizes, orders, gramA, gramD, products, floors, factors, wantsSpectra } = problem;
  const [summaries, distances, cosines] = await solve(
    shape,
    groups,
    groupSizes,
    orders,
    gramA,
    gramD,
    products,
    floors,
    factors,
    wantsSpectra ? 1 : 0,
    threads,
  );
  return { summaries, distances, cosines };
}

function notBuilt(): Error {
  return new Error('The TensorFlow binding was built without the capture; run "npm run setup" to build it.');
}

/** The number of a tensor in the binding; hands its values to TensorFlow when they are still in JavaScript. */
export function tensorId(tensor: Tensor): number {
  const [id] = backend().getInputTensorIds([tensor]);
  if (id === undefined) throw new Error('The tensor has no number in TensorFlow.');
  return id;
}

function backend(): NodeBackend {
  // By its name: another backend may be the one that computes.
  return tf.engine().findBackend('tensorflow') as unknown as NodeBackend;
}
