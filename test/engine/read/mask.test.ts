/** The mask's path in a session: from the study's folder, wherever that is. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { withPortableMask } from '../../../main/engine/read/mask.ts';

const root = join('/', 'data', 'study');
const usual = defaultConfiguration({ kind: 'volumes', subjects: [] }, 'cnn3d');
const stored = (mask: string | null): string | null =>
  withPortableMask({ ...usual, preparation: { ...usual.preparation, mask } }, root).preparation.mask;

describe('the path of a mask', () => {
  it('is kept from the study on', () => {
    expect(stored(join(root, 'masks', 'brain.nii.gz'))).toBe('masks/brain.nii.gz');
    expect(stored('masks/brain.nii.gz')).toBe('masks/brain.nii.gz');
    expect(stored(join('/', 'data', 'brain.nii'))).toBe('../brain.nii');
    expect(stored(null)).toBeNull();
  });
});
