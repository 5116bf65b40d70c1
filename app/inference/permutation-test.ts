/**
 * Permutation tests over a course of training: of the mean over all steps, of its largest deviation anywhere
 * (max-statistic), and of the mass of clusters of neighbouring deviating blocks. The observed labelling is one of the
 * permutations, so p = (1 + those at least as extreme) / (1 + permutations) (Phipson and Smyth 2010).
 */

/** Values of one test: [blocks x labellings], the observed labelling first; NaN where a block has no value. */
export interface TestCourse {
  labellings: number;
  /** First and last step of each block. */
  blocks: readonly { first: number; last: number; steps: number }[];
  /** Sum over the block's steps. */
  sums: Float64Array;
  sides: 'two' | 'greater';
}

export interface TestResult {
  /** First and last step that the result speaks of. */
  first: number;
  last: number;
  /** Mean over the window under the true labels. */
  observed: number;
  /** Mean over the permutations: not zero where the sizes of the groups alone make a difference. */
  expected: number;
  /** observed - expected */
  effect: number;
  /** 95 %, by inversion of the permutation distribution under a constant shift. */
  interval: readonly [number, number];
  /** effect / standard deviation over the permutations. */
  z: number;
  p: number;
}

/** Two-sided 5 % of a normal: blocks beyond it form clusters. It only shapes clusters; their p is exact whatever it is. */
const clusterThreshold = 1.96;

/** Whether labellings differ in any block: if not, nothing can be tested; if so, that there is no cluster is a result too. */
export function isTestable(course: TestCourse): boolean {
  return standardised(course).some(Number.isFinite);
}

/** The mean over all blocks. */
export function windowTest(course: TestCourse): TestResult | null {
  return resultOf(course, 0, course.blocks.length - 1);
}

/**
 * The block that deviates most, its p corrected for having been looked for among all (family-wise, Westfall and Young
 * 1993): the largest |z| of every permutation, over the blocks.
 */
export function maxStatisticTest(course: TestCourse): TestResult | null {
  const z = standardised(course);
  const { labellings, blocks } = course;
  const extremes = new Float64Array(labellings).fill(-Infinity);
  let best = -1;
  let bestZ = -Infinity;
  for (let block = 0; block < blocks.length; block++) {
    for (let labelling = 0; labelling < labellings; labelling++) {
      const value = extremity(z[block * labellings + labelling] as number, course.sides);
      if (value > (extremes[labelling] as number)) extremes[labelling] = value;
      if (labelling === 0 && value > bestZ) [best, bestZ] = [block, value];
    }
  }
  const result = best === -1 ? null : resultOf(course, best, best);
  return result === null ? null : { ...result, p: exceeding(extremes) };
}

/**
 * Clusters of neighbouring blocks with |z| above 1.96 and one sign, each with its mass, the sum of |z| - 1.96, against the
 * largest mass of every permutation (Maris and Oostenveld 2007). Heaviest first.
 */
export function clusterTest(course: TestCourse): TestResult[] {
  const z = standardised(course);
  const { labellings, blocks, sides } = course;
  const largest = new Float64Array(labellings);
  let observed: Cluster[] = [];
  for (let labelling = 0; labelling < labellings; labelling++) {
    const of = clustersOf(
      blocks.map((_, block) => z[block * labellings + labelling] as number),
      sides,
    );
    if (labelling === 0) observed = of;
    largest[labelling] = Math.max(0, ...of.map(({ mass }) => mass));
  }
  return observed
    .sort((a, b) => b.mass - a.mass)
    .flatMap(({ first, last, mass }) => {
      const result = resultOf(course, first, last);
      if (result === null) return [];
      largest[0] = mass;
      return [{ ...result, p: exceeding(largest) }];
    });
}

interface Cluster {
  first: number;
  last: number;
  mass: number;
}

function clustersOf(z: readonly number[], sides: TestCourse['sides']): Cluster[] {
  const clusters: Cluster[] = [];
  let open: (Cluster & { sign: number }) | null = null;
  z.forEach((value, block) => {
    const beyond = extremity(value, sides) - clusterThreshold;
    const sign = Math.sign(value);
    if (!(beyond > 0)) open = null;
    else if (open?.sign === sign) {
      open.last = block;
      open.mass += beyond;
    } else {
      open = { first: block, last: block, mass: beyond, sign };
      clusters.push(open);
    }
  });
  return clusters;
}

function extremity(z: number, sides: TestCourse['sides']): number {
  return sides === 'two' ? Math.abs(z) : z;
}

/** [blocks x labellings] in standard deviations over all labellings of the block; NaN where it has none. */
function standardised({ labellings, blocks, sums }: TestCourse): Float64Array {
  const z = new Float64Array(sums.length);
  blocks.forEach(({ steps }, block) => {
    const of = sums.subarray(block * labellings, (block + 1) * labellings);
    const { mean, deviation } = momentsOf(of);
    const constant = !(deviation > noDeviation * steps);
    of.forEach((value, labelling) => {
      z[block * labellings + labelling] = constant ? Number.NaN : (value - mean) / deviation;
    });
  });
  return z;
}

function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : Number.NaN };
}

/**
 * What labellings differ by less is rounding of float32 spectra: a layer of one output has adjoints of rank 1 under every
 * labelling. Statistics are of the order of 1 (ranks, logarithms, cosines, relative distances).
 */
const noDeviation = 1e-5;

/** @returns null where the window has no value, or the same one under every labelling */
function resultOf(course: TestCourse, firstBlock: number, lastBlock: number): TestResult | null {
  const { labellings, blocks, sums, sides } = course;
  const means = new Float64Array(labellings);
  let steps = 0;
  for (let block = firstBlock; block <= lastBlock; block++) {
    const of = sums.subarray(block * labellings, (block + 1) * labellings);
    if (Number.isNaN(of[0])) continue;
    of.forEach((value, labelling) => (means[labelling] = (means[labelling] as number) + value));
    steps += blocks[block]?.steps ?? 0;
  }
  if (steps === 0) return null;
  means.forEach((sum, labelling) => (means[labelling] = sum / steps));
  const { mean: expected, deviation } = momentsOf(means);
  if (!(deviation > noDeviation)) return null;
  const observed = means[0] as number;
  const effect = observed - expected;
  const deviations = means.map((value) => value - expected);
  return {
    first: blocks[firstBlock]?.first ?? 0,
    last: blocks[lastBlock]?.last ?? 0,
    observed,
    expected,
    effect,
    interval: intervalOf(effect, deviations.subarray(1)),
    z: effect / deviation,
    p: exceeding(deviations.map((value) => extremity(value, sides))),
  };
}

/** Share of the labellings, the observed one among them, that are at least as extreme; ties within rounding count. */
function exceeding(extremes: Float64Array): number {
  const observed = extremes[0] as number;
  const slack = 1e-9 * Math.abs(observed);
  let count = 0;
  for (const value of extremes) if (value >= observed - slack) count += 1;
  return count / extremes.length;
}

function intervalOf(effect: number, deviations: Float64Array): readonly [number, number] {
  const sorted = deviations.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return [effect - at(0.975), effect - at(0.025)];
}
