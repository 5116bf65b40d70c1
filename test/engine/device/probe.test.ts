import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inWriting } from '#app/text/sentence.ts';
import { tolerance, wrongGradients } from '../../../main/engine/device/probe-arithmetic.ts';
import { probe, type Probe } from '../../../main/engine/device/probe.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { swiftShader } from './swiftshader.ts';

const empty = mkdtempSync(join(tmpdir(), 'spectroscope-probe-'));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

function reasonOf(probed: Probe): string {
  return probed.passed ? 'it passed' : inWriting(probed.reason);
}

describe('a probe', () => {
  it('passes the processor: its fused kernels give the gradients of the plain ones', async () => {
    expect(await probe('cpu')).toEqual({ passed: true, name: '' });
  });

  it('passes WebGPU on a card in software, and tells its name', async () => {
    expect(await probe('webgpu', swiftShader())).toEqual({
      passed: true,
      name: expect.stringContaining('SwiftShader') as string,
    });
  });

  it('refuses WebGPU where Vulkan finds no card, with what to do', async () => {
    const none = { ...process.env, VK_DRIVER_FILES: join(empty, 'none.json'), LD_LIBRARY_PATH: empty };
    const refused = await probe('webgpu', none);
    expect(reasonOf(refused)).toMatch(/No graphics card .*: install/);
  });

  it('refuses a card that TensorFlow cannot see', async () => {
    const refused = await probe('cuda', { ...process.env, CUDA_VISIBLE_DEVICES: '-1' });
    expect(reasonOf(refused)).toMatch(/.+\.$/);
  });

  it('that ends its process is a refusal with the last words', async () => {
    const broken = await probe('cpu', { ...process.env, NODE_OPTIONS: '--no-such-option' });
    expect(reasonOf(broken)).toMatch(/ended the process .*code 9/);
  });
});

describe('the arithmetic of a probe', () => {
  it('names each gradient that is wrong by more than the tolerance', async () => {
    const off = {
      ...nativeKernels,
      matMul: (...args: Parameters<typeof nativeKernels.matMul>) =>
        tf.mul(nativeKernels.matMul(...args), 1 + 20 * tolerance),
    };
    expect(await wrongGradients('tensorflow', nativeKernels)).toEqual([]);
    expect((await wrongGradients('tensorflow', off)).map(inWriting)).toEqual([
      'the weight gradient of a product',
      'the input gradient of a product',
    ]);
  });
});
