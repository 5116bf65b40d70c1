/** Where training runs, and why there. */
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, release, totalmem } from 'node:os';
import { settingError } from '#app/contract/errors.ts';
import type { Device } from '#app/contract/operations.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { cardName, driverVersion, graphicsCard } from './nvidia.ts';
import { tf } from './tensorflow.ts';

interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version?: string };
}

const backend = tf.backend() as unknown as NodeBackend;

function refusedDevices(): Device['refused'] {
  return [
    ...(backend.isUsingGpuDevice ? [] : [{ kind: 'cuda', reason: whyNotCuda() }]),
    { kind: 'webgpu', reason: 'WebGPU is not in this version.' },
  ];
}

/**
 * The kind of device that a run is given.
 * @throws SpectroscopeError (setting) when the one that was asked for cannot be used, with the reason
 */
export function chooseDevice(asked: RunConfiguration['device']): Device['kind'] {
  const kind = asked === 'auto' ? (backend.isUsingGpuDevice ? 'cuda' : 'cpu') : asked;
  const refusal = refusedDevices().find((each) => each.kind === kind);
  if (refusal !== undefined) {
    throw settingError('device-unavailable', `The device '${kind}' cannot be used: ${refusal.reason}`, {
      field: 'device',
    });
  }
  if (kind === 'cpu' && backend.isUsingGpuDevice) {
    throw settingError(
      'device-chosen-at-start',
      'TensorFlow has taken the GPU already: start with SPECTROSCOPE_DEVICE=cpu to train on the CPU.',
      { field: 'device' },
    );
  }
  return kind;
}

/**
 * The device that a run is given, in words.
 * @throws SpectroscopeError as `chooseDevice`
 */
export function describeDevice(asked: RunConfiguration['device']): Device {
  const kind = chooseDevice(asked);
  const cores = availableParallelism();
  return {
    kind,
    name: kind === 'cuda' ? cardName(graphicsCard()) : `CPU, ${cores} ${cores === 1 ? 'core' : 'cores'}`,
    reason: reason(asked, kind),
    cores,
    memoryBytes: totalmem(),
    versions: versions(),
    refused: refusedDevices(),
  };
}

/** For the session: what computed it. */
export function provenance(device: Device): Record<string, string> {
  return {
    device: device.name,
    'device reason': device.reason,
    processor: cpus()[0]?.model.trim() ?? '',
    'free memory': `${(freemem() / 2 ** 30).toFixed(1)} GiB`,
    ...device.versions,
  };
}

function reason(asked: RunConfiguration['device'], kind: 'cpu' | 'cuda' | 'webgpu'): string {
  if (asked !== 'auto') return 'It was asked for.';
  return kind === 'cuda' ? 'TensorFlow found an NVIDIA GPU.' : `No NVIDIA GPU: ${whyNotCuda()}`;
}

function whyNotCuda(): string {
  const driver = driverVersion();
  if (driver === null) return 'this computer has no NVIDIA driver.';
  if (process.env['SPECTROSCOPE_DEVICE'] === 'cpu') return 'SPECTROSCOPE_DEVICE=cpu keeps training on the processor.';
  return `a driver is here (${driver}), but TensorFlow did not take the GPU; run npm run setup, and see its messages with SPECTROSCOPE_VERBOSE=1.`;
}

function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const binding = require('@tensorflow/tfjs-node-gpu/package.json') as { version: string };
  return {
    tensorflow: backend.binding.TF_Version ?? 'unknown',
    'tfjs-node-gpu': binding.version,
    node: process.versions.node,
    system: `${process.platform} ${process.arch} ${release()}`,
  };
}
