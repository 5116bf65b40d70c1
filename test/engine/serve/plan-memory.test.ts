/** What memory a training is said to take. */
import { describe, expect, it } from 'vitest';
import { previewPreparation } from '#app/data/preview.ts';
import { modelForStudy } from '#app/model/input.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { describeDevice } from '../../../main/engine/device/device.ts';
import { planMemory } from '../../../main/engine/serve/plan-memory.ts';
import { openSample } from '../../../main/engine/study/samples.ts';

const call = { signal: new AbortController().signal, progress: () => undefined };
const study = await openSample('lesymap-lesions', call);

function planned(change: Partial<PreparationSettings>, freeBytes: number) {
  const usual = defaultConfiguration(study, 'cnn3d');
  const configuration: RunConfiguration = { ...usual, preparation: { ...usual.preparation, ...change } };
  const preview = previewPreparation(study, configuration);
  const { model } = modelForStudy(configuration.model, preview, { kind: 'classification', classes: 2 });
  const device = { ...describeDevice('cpu'), freeBytes, freeOf: 'system' } as const;
  return planMemory({ study, root: study.root }, configuration, { preview, model }, device);
}

describe('a training that fits', () => {
  it('proposes nothing', () => {
    expect(planned({}, 64e9)).toMatchObject({ warnings: [], proposedSpacingMm: null });
  });

  it('takes less when its scans are streamed, and says where they are', () => {
    const [memory, disk] = [planned({}, 64e9), planned({ storage: 'disk' }, 64e9)];
    expect(disk.memoryBytes).toBeLessThan(memory.memoryBytes);
    expect(disk.warnings.join()).toMatch(/streamed from a file of about .*float16/);
  });
});

describe('a training that does not fit', () => {
  it('is told with voxels that would', () => {
    const { proposedSpacingMm, warnings } = planned({ targetSpacingMm: 1, storage: 'disk' }, 1.5e9);
    expect(proposedSpacingMm).toBeGreaterThan(1);
    expect(warnings.at(-1)).toBe(`With voxels of ${proposedSpacingMm ?? NaN} mm it would fit.`);
    expect(planned({ targetSpacingMm: proposedSpacingMm, storage: 'disk' }, 1.5e9).proposedSpacingMm).toBeNull();
  });

  it('proposes nothing when nothing would', () => {
    expect(planned({ targetSpacingMm: 1, storage: 'disk' }, 1e4).proposedSpacingMm).toBeNull();
  });
});
