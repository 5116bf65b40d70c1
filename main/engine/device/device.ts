/** Where training runs, and why there. */
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { settingError } from '#app/contract/errors.ts';
import type { Device } from '#app/contract/operations.ts';
import { programVersion } from '#app/version.ts';
import { sentence, spoken, type Words } from '#app/text/sentence.ts';
import { claimed, type Asked } from './ladder.ts';
import { freeSystemBytes } from './memory.ts';
import { cardName, graphicsCard, type GraphicsCard } from './nvidia.ts';
import { tf } from './tensorflow.ts';

const backend = tf.backend() as unknown as { binding: { TF_Version?: string } };

/**
 * The kind of device that a run is given. The ladder must have been climbed (`claimDevice`).
 * @throws SpectroscopeError (setting) when the one that was asked for cannot be used, with the reason
 */
export function chooseDevice(asked: Asked): Device['kind'] {
  const { kind, webgpu, refused } = claimed();
  if (asked === 'auto' || asked === kind) return kind;
  if (asked === 'webgpu' && webgpu !== null) return 'webgpu';
  if (asked === 'cpu') {
    throw settingError(
      'device-chosen-at-start',
      sentence(
        'TensorFlow has taken the NVIDIA card in this engine already: start Spectroscope again to train on the processor.',
      ),
      { field: 'device' },
    );
  }
  const reason =
    refused.find((each) => each.kind === asked)?.reason ??
    sentence('TensorFlow computes on the processor in this engine already: start Spectroscope again.');
  throw settingError(
    'device-unavailable',
    sentence("The device '{asked}' cannot be used: {reason}", { asked, reason }),
    {
      field: 'device',
    },
  );
}

/**
 * The device that a run is given, in words.
 * @throws SpectroscopeError as `chooseDevice`
 */
export function describeDevice(asked: Asked): Device {
  const kind = chooseDevice(asked);
  const card = kind === 'cuda' ? graphicsCard() : null;
  const cores = availableParallelism();
  return {
    kind,
    name: spoken(nameOf(kind, card, cores)),
    reason: spoken(reason(asked, kind)),
    cores,
    memoryBytes: totalmem(),
    ...freeMemory(card),
    versions: versions(),
    refused: claimed().refused.map((each) => ({ ...each, reason: spoken(each.reason) })),
  };
}

function nameOf(kind: Device['kind'], card: GraphicsCard | null, cores: number): Words {
  if (kind === 'cuda') return cardName(card);
  if (kind === 'webgpu')
    return sentence('{name}, WebGPU (experimental)', { name: claimed().webgpu ?? sentence('Graphics card') });
  return sentence('CPU, {count} cores', { count: cores });
}

/** The card's where it is known, the system's otherwise. */
function freeMemory(card: GraphicsCard | null): Pick<Device, 'freeBytes' | 'freeOf'> {
  if (card !== null && card.freeBytes !== null) return { freeBytes: card.freeBytes, freeOf: 'card' };
  return { freeBytes: freeSystemBytes(), freeOf: 'system' };
}

/** For the session: what computes a run that asks for this device. */
export function provenance(asked: Asked): Record<string, Words> {
  const kind = chooseDevice(asked);
  const card = kind === 'cuda' ? graphicsCard() : null;
  return {
    device: nameOf(kind, card, availableParallelism()),
    'device reason': reason(asked, kind),
    processor: cpus()[0]?.model.trim() ?? '',
    'free memory': `${(freeMemory(card).freeBytes / 2 ** 30).toFixed(1)} GiB`,
    spectroscope: programVersion,
    ...versions(),
  };
}

function reason(asked: Asked, kind: Device['kind']): Words {
  if (asked !== 'auto') return sentence('It was asked for.');
  if (kind === 'cuda') return sentence("TensorFlow found an NVIDIA card, and its gradients equal the processor's.");
  const refusal = claimed().refused.find((each) => each.kind === 'cuda');
  return refusal === undefined
    ? sentence('No NVIDIA card is used: none was looked for.')
    : sentence('No NVIDIA card is used: {reason}', { reason: refusal.reason });
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
