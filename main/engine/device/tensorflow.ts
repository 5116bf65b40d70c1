/**
 * The one place that loads TensorFlow. tfjs-node still calls two functions that Node 23 removed from `util`;
 * they are put back before its first import.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const util = require('node:util') as Record<string, unknown>;
util['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
util['isArray'] ??= Array.isArray;

// Warnings of TensorFlow stay on stderr; its banners do not.
process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';

// A card is shown to TensorFlow only when the ladder has taken it, after its probe (ladder.ts).
if (process.env['SPECTROSCOPE_CLAIMED'] !== 'cuda') process.env['CUDA_VISIBLE_DEVICES'] = '-1';

export const tf = require('@tensorflow/tfjs-node-gpu') as typeof import('@tensorflow/tfjs-node-gpu');
