/**
 * What capture costs as batch, width, groups and depth of an MLP grow, one at a time. One line of JSON:
 * node test/bench/scaling.ts [--quick]
 */
import type { LayerStack } from '#app/model/layers.ts';
import type { Case } from './cases.ts';
import { measure, type Effort } from './measure.ts';

interface ScalingPoint {
  /** What grows, and how far. */
  axis: 'batch' | 'width' | 'groups' | 'depth';
  size: number;
  plainMs: number;
  capturedMs: number;
  ratio: number;
  /** Time of all cores together. */
  plainCpuMs: number;
  capturedCpuMs: number;
}

interface Shape {
  batch: number;
  width: number;
  groups: number;
  /** Hidden layers. */
  depth: number;
}

const usual: Shape = { batch: 64, width: 512, groups: 2, depth: 2 };
const sizes = {
  batch: [8, 16, 32, 64, 128, 256],
  width: [64, 128, 256, 512, 1024, 2048, 4096],
  groups: [2, 4, 8, 16],
  depth: [1, 2, 4, 8, 16],
} as const;
const effort: Effort = { blocks: 7, blockMs: 100, longestMs: 6_000 };
const hasty: Effort = { blocks: 1, blockMs: 1, longestMs: 1_000 };

function caseOf({ batch, width, groups, depth }: Shape): Case {
  const build = (stack: LayerStack): LayerStack => {
    for (let layer = 0; layer < depth; layer++) stack.dense(width).relu();
    return stack.dense(2);
  };
  return { model: 'mlp', title: '', samples: batch, groups, inputShape: [width], build };
}

const isQuick = process.argv.includes('--quick');
const points: ScalingPoint[] = [];
for (const axis of ['batch', 'width', 'groups', 'depth'] as const) {
  const ends = [sizes[axis][0], sizes[axis].at(-1) ?? 0].map((size) => Math.min(size, 1024));
  for (const size of isQuick ? ends : sizes[axis]) {
    const found = await measure(caseOf({ ...usual, [axis]: size }), isQuick ? hasty : effort);
    const { plainMs, capturedMs, ratio, plainCpuMs, capturedCpuMs } = found;
    points.push({ axis, size, plainMs, capturedMs, ratio, plainCpuMs, capturedCpuMs });
  }
}
console.info(JSON.stringify({ usual, points }));
