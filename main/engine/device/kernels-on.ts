/** The kernels of a device, with tfjs's backend switched to it. */
import type { Device } from '#app/contract/operations.ts';
import type { Kernels } from '../model/kernels/kernels.ts';
import { nativeKernels } from '../model/kernels/native.ts';
import { portableSequence } from '../model/kernels/sequence-portable.ts';
import { tf } from './tensorflow.ts';

/** @throws Error when WebGPU cannot be opened, which its probe would have told */
export async function kernelsOn(kind: Device['kind']): Promise<Kernels> {
  if (kind !== 'webgpu') {
    await tf.setBackend('tensorflow');
    // Of layers over time the native version computes on the processor: a card takes the one of public operations.
    return kind === 'cuda' ? { ...nativeKernels, sequence: portableSequence } : nativeKernels;
  }
  // Loaded only here: nobody waits for Dawn who does not compute with it.
  const [{ openWebgpu }, { webgpuKernels }] = await Promise.all([
    import('./webgpu.ts'),
    import('../model/kernels/webgpu.ts'),
  ]);
  await openWebgpu();
  await tf.setBackend('webgpu');
  return webgpuKernels;
}
