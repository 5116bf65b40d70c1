/**
 * The steps of training.ts on a device that is asked for: node test/bench/on-device.ts DEVICE MODEL [--quick]
 *
 * The device is taken before TensorFlow is loaded, which cannot give a card back: what computes is imported after it.
 */
import { devices } from '../../main/cli/arguments.ts';
import { claimDevice, type Asked } from '../../main/engine/device/ladder.ts';
import type { TrainingRow } from './measure.ts';

const [asked = '', model = '', ...options] = process.argv.slice(2);
const device = devices.find((each) => each === asked);
if (device === undefined) throw new Error(`There is no device '${asked}': choose among ${devices.join(', ')}.`);
console.info(JSON.stringify(await measured(device)));

/** @throws SpectroscopeError (setting) 'device-unavailable', with the reason */
async function measured(on: Asked): Promise<TrainingRow> {
  await claimDevice(on);
  const [{ chooseDevice }, { kernelsOn }, { caseNamed }, { measure, quick, thorough }] = await Promise.all([
    import('../../main/engine/device/device.ts'),
    import('../../main/engine/device/kernels-on.ts'),
    import('./cases.ts'),
    import('./measure.ts'),
  ]);
  const one = caseNamed(model);
  const kernels = await kernelsOn(chooseDevice(on));
  return await measure(one, options.includes('--quick') ? quick : thorough, kernels);
}
