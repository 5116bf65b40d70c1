/**
 * Where a step of training goes: milliseconds of each TensorFlow operation, and of each function of our own in the binding,
 * on the training thread, plain and captured.
 * One line of JSON: node test/bench/profile.ts MODEL
 */
import { tf } from '../../main/engine/device/tensorflow.ts';
import { milliseconds, round } from './timing.ts';

interface Spent {
  calls: number;
  ms: number;
}

type Native = (...values: readonly unknown[]) => unknown;

const warmUp = 10;
const profiledMs = 1_500;

let spent = new Map<string, Spent>();

/** Operations run to their end before the call returns, so its time is theirs. */
function timed(call: Native, nameOf: (values: readonly unknown[]) => string): Native {
  return (...values) => {
    const started = performance.now();
    const result = call(...values);
    const name = nameOf(values);
    const entry = spent.get(name) ?? { calls: 0, ms: 0 };
    spent.set(name, { calls: entry.calls + 1, ms: entry.ms + performance.now() - started });
    return result;
  };
}

// The engine takes hold of the binding when it is loaded, so it is loaded after the binding was replaced by a timed one.
const backend = tf.backend() as unknown as { binding: Record<string, Native> & { executeOp: Native } };
const { binding } = backend;
// Our own functions are the binding's own; the capture is a class, which is not called.
const own = Object.keys(binding).filter((name) => /^[a-z]/.test(name) && typeof binding[name] === 'function');
const replaced = own.map((name) => [
  name,
  {
    value: timed(
      (...values) => binding[name]?.(...values),
      () => name,
    ),
  },
]);
const execute = timed(
  (...values) => binding.executeOp(...values),
  ([name]) => String(name),
);
// Properties of the binding cannot be assigned.
backend.binding = Object.create(binding, {
  ...(Object.fromEntries(replaced) as PropertyDescriptorMap),
  executeOp: { value: execute },
}) as typeof binding;
const { createCapture } = await import('../../main/engine/capture/capture.ts');
const { caseNamed, randomBatch } = await import('./cases.ts');
const { planOf, trainerOf } = await import('./measure.ts');

const one = caseNamed(process.argv[2] ?? '');
const batch = randomBatch(one);

/** Milliseconds a step by operation; 'outside' is what is left: this program, and handing over. */
async function profile(captured: boolean): Promise<Record<string, number>> {
  const capture = captured ? createCapture(planOf(one)) : null;
  const trainer = trainerOf(one, capture);
  let step = 0;
  const next = async (): Promise<void> => {
    await trainer.step(batch, capture === null ? null : step);
    step += 1;
    capture?.collect();
  };
  for (let i = 0; i < warmUp; i++) await next();
  spent = new Map();
  const first = step;
  let totalMs = 0;
  while (totalMs < profiledMs) totalMs += await milliseconds(next);
  const steps = step - first;
  capture?.drain();
  capture?.dispose();
  trainer.dispose();
  const operations = [...spent].map(
    ([name, { calls, ms }]) => [`${name} x${round(calls / steps)}`, ms / steps] as const,
  );
  const inside = operations.reduce((sum, [, ms]) => sum + ms, 0);
  const all = [...operations, ['outside', totalMs / steps - inside] as const, ['step', totalMs / steps] as const];
  return Object.fromEntries(all.toSorted(([, a], [, b]) => b - a).map(([name, ms]) => [name, round(ms)]));
}

console.info(JSON.stringify({ plain: await profile(false), captured: await profile(true) }));
