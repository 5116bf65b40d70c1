/**
 * WebGPU in plain Node through Dawn: for cards that TensorFlow has no build for. Experimental, loaded only when it is asked
 * for. Its errors never throw: they are collected, and whoever computes must look at them.
 */
import { inputError } from '#app/contract/errors.ts';
import { sentence, type Words } from '#app/text/sentence.ts';
import { createRequire } from 'node:module';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { tf } from './tensorflow.ts';

export interface WebgpuDevice {
  /** The adapter's own name for itself. */
  name: string;
  /** Errors since the device was opened, oldest first. */
  errors(): Words[];
}

/** The parts of Dawn's objects that are used here. */
interface DawnDevice {
  addEventListener(event: 'uncapturederror', listener: (event: { error: { message: string } }) => void): void;
  lost: Promise<{ reason: string; message: string }>;
}
interface DawnAdapter {
  info: { vendor: string; architecture: string; device: string; description: string };
}

let opened: Promise<WebgpuDevice> | null = null;

/**
 * Registers tfjs's backend 'webgpu'; once in a process.
 * @throws SpectroscopeError (input) 'no-card' when Dawn finds no card; Error when it does not load
 */
export function openWebgpu(): Promise<WebgpuDevice> {
  return (opened ??= open());
}

async function open(): Promise<WebgpuDevice> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // tfjs looks for it where a browser has it.
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const adapter = (await gpu.requestAdapter({ powerPreference: 'high-performance' })) as DawnAdapter | null;
  if (adapter === null) {
    throw inputError(
      'no-card',
      sentence(
        'No graphics card that WebGPU can use was found: install its driver with Vulkan and the Vulkan loader libvulkan.so.1 (vulkaninfo --summary lists the cards).',
      ),
    );
  }
  const require = createRequire(import.meta.url);
  require('@tensorflow/tfjs-backend-webgpu');
  const before = tf.getBackend();
  await tf.setBackend('webgpu');
  const { device } = tf.backend() as unknown as WebGPUBackend & { device: DawnDevice };
  await tf.setBackend(before);
  const errors: Words[] = [];
  device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message.split('\n')[0] ?? ''));
  void device.lost.then(({ reason, message }) =>
    errors.push(sentence('The card was lost ({reason}): {message}', { reason, message })),
  );
  const { vendor, architecture, device: model, description } = adapter.info;
  const name = description || [vendor, architecture, model].filter((word) => word !== '').join(' ');
  return { name, errors: () => [...errors] };
}
