/**
 * Where a step of training goes: milliseconds of each TensorFlow operation on the training thread, plain and captured.
 * One line of JSON: node test/bench/profile.ts MODEL
 */
import { tf } from '../../main/engine/device/tensorflow.ts';
import { milliseconds, round } from './timing.ts';

interface Spent {
  calls: number;
  ms: number;
}

type Execute = (name: string, ...rest: unknown[]) => unknown;

const warmUp = 10;
const profiledMs = 1_500;

let spent = new Map<string, Spent>();

// The engine takes hold of the binding when it is loaded, so it is loaded after the binding was replaced by a timed one.
const backend = tf.backend() as unknown as { binding: { executeOp: Execute } };
const execute = backend.binding.executeOp;
backend.binding = Object.create(backend.binding, {
  executeOp: {
    // Operations run to their end before the call returns, so its time is theirs.
    value: (name: string, ...rest: unknown[]): unknown => {
      const started = performance.now();
      const result = execute(name, ...rest);
      const entry = spent.get(name) ?? { calls: 0, ms: 0 };
      spent.set(name, { calls: entry.calls + 1, ms: entry.ms + performance.now() - started });
      return result;
    },
  },
}) as { executeOp: Execute };
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
