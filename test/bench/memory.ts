/**
 * The most memory that a process of its own holds while it trains, in MiB:
 * node test/bench/memory.ts MODEL plain|captured [--quick]
 */
import { createCapture } from '../../main/engine/capture/capture.ts';
import { caseNamed, randomBatch } from './cases.ts';
import { planOf, trainerOf } from './measure.ts';

/** Enough for the queue of the background thread to be full more than once. */
const steps = process.argv.includes('--quick') ? 12 : 40;

const [model = '', way] = process.argv.slice(2);
const one = caseNamed(model);
const capture = way === 'captured' ? createCapture(planOf(one)) : null;
const trainer = trainerOf(one, capture);
const batch = randomBatch(one);
for (let step = 0; step < steps; step++) {
  await trainer.step(batch, capture === null ? null : step);
  capture?.collect();
}
capture?.drain();
console.info(JSON.stringify(Math.round(process.resourceUsage().maxRSS / 1024)));
