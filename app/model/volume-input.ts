/** Refusals that models for scans share. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { ModelDefinition } from './description.ts';

/** @throws SpectroscopeError (setting) when an edge of a volume has fewer voxels than the model needs */
export function requireEdges(
  { title }: Pick<ModelDefinition, 'title'>,
  inputShape: readonly number[],
  smallest: number,
): void {
  const edges = inputShape.slice(0, 3);
  if (edges.every((edge) => edge >= smallest)) return;
  throw settingError(
    'volume-too-small',
    t('Volumes of {size} voxels are too small for {model}: take a smaller voxel size.', {
      size: edges.join(' x '),
      model: title,
    }),
    { field: 'preparation.targetSpacingMm', expected: t('at least {smallest} voxels along each edge', { smallest }) },
  );
}

/** @throws SpectroscopeError (setting) when a network of convolutions is given none */
export function requireFilters({ title }: Pick<ModelDefinition, 'title'>, filters: readonly number[]): void {
  if (filters.length > 0) return;
  throw settingError(
    'no-filters',
    t('{model} needs at least one convolution: name its filters, for example 8, 16.', { model: title }),
    {
      field: 'filters',
    },
  );
}
