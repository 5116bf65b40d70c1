/**
 * How long the background thread works on one step of each network of the benchmark, with nothing beside it, and how long
 * handing over takes: node test/bench/capture-thread.ts [MODEL ...]
 */
import type { LayerPlan } from '#app/spectra/plan.ts';
import { createCapture } from '../../main/engine/capture/capture.ts';
import { tf } from '../../main/engine/device/tensorflow.ts';
import { caseNamed, cases, type Case } from './cases.ts';
import { planOf } from './measure.ts';
import { median, round } from './timing.ts';

const warmUp = 5;
const steps = 60;

const models = process.argv.slice(2);
for (const one of models.length > 0 ? models.map(caseNamed) : cases) measure(one);

function measure(one: Case): void {
  const capture = createCapture(planOf(one));
  const sizes = new Array<number>(one.groups).fill(one.samples / one.groups);
  const handed = capture.plan.map((layer) => handedOver(layer, one));
  const busy: number[] = [];
  const handing: number[] = [];
  for (let step = 0; step < warmUp + steps; step++) {
    const before = capture.times().busyMs;
    const start = performance.now();
    capture.begin(step, sizes);
    handed.forEach(({ activations, adjoints, parts, total }, i) =>
      capture.layer(i, activations, adjoints, parts, total),
    );
    capture.end();
    const end = performance.now();
    capture.drain();
    if (step < warmUp) continue;
    handing.push(end - start);
    busy.push(capture.times().busyMs - before);
  }
  const operations = capture.plan.reduce((sum, layer) => sum + layer.operations, 0);
  const bytes = capture.plan.reduce((sum, layer) => sum + layer.bytes, 0);
  console.info(
    `${one.model}: busy ${round(median(busy))} ms a step (least ${round(Math.min(...busy))}), ` +
      `handing over ${round(median(handing))} ms; ` +
      `${round(operations / 1e6)} million operations, ${round(bytes / 1024)} kB`,
  );
  capture.dispose();
}

/** Random values of the shapes that a step hands over; activations as a rectifier leaves them. */
function handedOver({ weight, groupGradients }: LayerPlan, { samples, groups }: Case) {
  const numbers = weight.inputShape.reduce((product, size) => product * size, 1);
  const parts = groupGradients
    ? Array.from({ length: groups }, () => tf.randomNormal([weight.gradient.rows, weight.gradient.columns]))
    : null;
  return {
    activations: tf.relu(tf.randomNormal([samples, numbers])),
    adjoints: tf.randomNormal([samples * weight.adjoints.rowsPerSample, weight.adjoints.columns]),
    parts,
    total: parts === null ? null : tf.addN(parts),
  };
}
