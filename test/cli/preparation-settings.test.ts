/** What the train command makes of the options of the preparation. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { usualPreparation } from '#app/run/preparation.ts';
import { preparationOf } from '../../main/cli/preparation-settings.ts';

describe('the options of the preparation', () => {
  it('leave everything as usual when none is given', () => {
    expect(preparationOf({}, usualPreparation)).toEqual(usualPreparation);
  });

  it('set what they name, 0 for none', () => {
    const usual = { ...usualPreparation, targetSpacingMm: 6 };
    const given = preparationOf(
      {
        standardise: false,
        spacing: 0,
        smoothMm: 4.5,
        mask: 'masks/brain.nii.gz',
        impute: 'median',
        harmonise: 'site',
        harmoniseKeep: ['age'],
        covariates: ['age', 'sex'],
        storage: 'disk',
      },
      usual,
    );
    expect(given).toEqual({
      ...usual,
      standardise: false,
      targetSpacingMm: null,
      smoothMm: 4.5,
      mask: resolve('masks/brain.nii.gz'),
      impute: 'median',
      harmonise: { site: 'site', keep: ['age'] },
      covariates: ['age', 'sex'],
      storage: 'disk',
    });
    expect(preparationOf({ smoothMm: 0 }, given).smoothMm).toBeNull();
  });

  it('read changes to training samples as words, with usual sizes where none is named', () => {
    const augment = (...words: string[]) => preparationOf({ augment: words }, usualPreparation).augment;
    expect(augment('flip', 'shift')).toEqual({ flip: true, shiftVoxels: 2, window: 1, scale: 0, noise: 0 });
    expect(augment('shift:1', 'scale:0.2', 'noise:0.3', 'window:0.5')).toEqual({
      flip: false,
      shiftVoxels: 1,
      window: 0.5,
      scale: 0.2,
      noise: 0.3,
    });
  });

  it.each(['turn', 'flip:2', 'shift:1.5', 'scale:1', 'window:0', 'noise:x'])('refuse %s as a change', (word) => {
    expect(() => preparationOf({ augment: [word] }, usualPreparation)).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'bad-augment', field: '--augment' }) as Error,
    );
  });

  it('refuse what ComBat keeps without a site', () => {
    expect(() => preparationOf({ harmoniseKeep: ['age'] }, usualPreparation)).toThrow('name the site');
  });
});
