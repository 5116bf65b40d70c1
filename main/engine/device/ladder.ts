/**
 * The ladder of devices: an NVIDIA card, then the processor; WebGPU only when it is asked for. A rung is taken after a probe
 * in a throw-away process, once in the engine's life and before TensorFlow loads, since TensorFlow cannot give a card back.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { sentence, type Words } from '#app/text/sentence.ts';
import { driverVersion } from './nvidia.ts';
import { probe, type Probe } from './probe.ts';

export type Asked = RunConfiguration['device'];
type Rung = 'cuda' | 'webgpu';

export interface Refusal {
  kind: Rung;
  /** What is missing, and what to do. */
  reason: Words;
}

export interface Claim {
  /** Where TensorFlow computes in this process. */
  kind: 'cpu' | 'cuda';
  /** The name of the card that WebGPU was found to compute rightly on; null until it was asked for and passed. */
  webgpu: string | null;
  /** Rungs that were looked at and not taken. */
  refused: readonly Refusal[];
}

const probes = new Map<Rung, Promise<Probe>>();
let claiming: Promise<Claim> | null = null;
let settled: Claim = {
  kind: 'cpu',
  webgpu: null,
  refused: [
    {
      kind: 'webgpu',
      reason: sentence('It is experimental and tried only when it is asked for.'),
    },
  ],
};

/**
 * Decides where TensorFlow computes; the first call decides. A later one adds what was asked for since to what is known.
 * Call it before TensorFlow is loaded. Never rejects: the processor is always there.
 */
export async function claimDevice(asked: Asked): Promise<Claim> {
  const first = claiming === null;
  await (claiming ??= climb(asked));
  if (asked === 'webgpu') await consider('webgpu');
  if (!first && asked === 'cuda') await consider('cuda');
  return settled;
}

/** The claim as it stands. */
export const claimed = (): Claim => settled;

async function climb(asked: Asked): Promise<Claim> {
  const wished = asked === 'auto' ? (process.env['SPECTROSCOPE_DEVICE'] ?? 'auto') : asked;
  const passed = wished === 'cpu' ? refuse('cuda', sentence('The processor was asked for.')) : await consider('cuda');
  if (passed) {
    settled = { ...settled, kind: 'cuda' };
    process.env['SPECTROSCOPE_CLAIMED'] = 'cuda';
  }
  return settled;
}

/** @returns whether a rung holds; otherwise its reason is added to the refusals */
async function consider(kind: Rung): Promise<boolean> {
  const obstacle = kind === 'cuda' ? obstacleToCuda() : null;
  if (obstacle !== null) return refuse(kind, obstacle);
  const known = probes.get(kind) ?? probe(kind);
  probes.set(kind, known);
  const result = await known;
  if (!result.passed) return refuse(kind, result.reason);
  if (kind === 'webgpu') {
    settled = { ...settled, webgpu: result.name, refused: settled.refused.filter((each) => each.kind !== kind) };
  }
  return true;
}

function refuse(kind: Rung, reason: Words): false {
  const others = settled.refused.filter((each) => each.kind !== kind);
  const refused = [...others, { kind, reason }];
  settled = { ...settled, refused: refused.sort((a, b) => a.kind.localeCompare(b.kind)) };
  return false;
}

/** What can be known without a process: no driver, or a build of TensorFlow that knows no card. */
function obstacleToCuda(): Words | null {
  const driver = driverVersion();
  if (driver === null) return sentence('This computer has no NVIDIA driver: install it if there is an NVIDIA card.');
  if (hasCudaBuild()) return null;
  return sentence(
    "An NVIDIA driver is here ({driver}), but TensorFlow's build for the processor is installed: npm run setup -- --cuda fetches the one for NVIDIA cards (3.3 GB).",
    { driver },
  );
}

/** NVIDIA's libraries stand beside the binding in the CUDA build. */
function hasCudaBuild(): boolean {
  const require = createRequire(import.meta.url);
  const tfjs = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  return existsSync(join(tfjs, 'lib', 'napi-v8', 'libcudart.so.12'));
}
