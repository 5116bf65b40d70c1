/** A throw-away process: takes the device that it is told to take, computes on it, says what came out, and ends. */
import '../speak.ts';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { nativeKernels } from '../model/kernels/native.ts';
import { webgpuKernels } from '../model/kernels/webgpu.ts';
import { wrongGradients } from './probe-arithmetic.ts';
import type { ProbeAnswer } from './probe.ts';
import { tf } from './tensorflow.ts';
import { openWebgpu } from './webgpu.ts';

async function answer(kind: string): Promise<ProbeAnswer> {
  if (kind === 'webgpu') {
    const device = await openWebgpu();
    const wrong = await wrongGradients('webgpu', webgpuKernels);
    return { used: true, name: device.name, wrong, errors: device.errors() };
  }
  const used = (tf.backend() as unknown as { isUsingGpuDevice: boolean }).isUsingGpuDevice;
  const wrong = kind === 'cuda' && !used ? [] : await wrongGradients('tensorflow', nativeKernels);
  return { used: used || kind === 'cpu', name: '', wrong, errors: [] };
}

const kind = process.argv[2] ?? '';
answer(kind)
  .catch((error: unknown): ProbeAnswer => {
    const message = error instanceof Error ? error.message : String(error);
    const said = error instanceof SpectroscopeError ? error.said.message : undefined;
    return { used: false, name: '', wrong: [], errors: [said ?? message] };
  })
  // Ends it whatever the device's own threads still do.
  .then((said) => process.send?.(said, undefined, undefined, () => process.exit(0)))
  .catch((error: unknown) => {
    console.error(error);
    process.exit(3);
  });
