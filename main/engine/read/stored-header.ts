/** What a reader of a scan's format hands over: where the values are and how they are stored. */
import { inputError } from '#app/contract/errors.ts';
import { voxelCount, type ScanHeader, type Triple } from '#app/data/volume.ts';
import { sentence } from '#app/text/sentence.ts';

export interface StoredHeader extends ScanHeader {
  /** First part of the codes of its problems. */
  format: 'nifti' | 'mgh';
  littleEndian: boolean;
  /** Of NIfTI. */
  typeCode: number;
  bytesPerVoxel: number;
  /** First byte of the values in the file that holds them. */
  offset: number;
  slope: number;
  intercept: number;
  /** The values are in an `.img` file beside the header. */
  inPair: boolean;
  /** Images one after another over time; 1: a scan of three dimensions. */
  volumes: number;
  /** Seconds from one volume to the next; null: the header does not say. */
  repetitionTimeS: number | null;
}

export const copyAgain = sentence('Copy it again or exclude the subject.');

/** More voxels than this are taken for a damaged header: 2 GiB as float32, a cube of 812. */
const mostVoxels = 2 ** 29;

/** @throws SpectroscopeError (kind 'input') before anything of that size is read or allocated */
export function checkVoxelCount(name: string, format: StoredHeader['format'], shape: Triple, field: string): void {
  if (voxelCount(shape) <= mostVoxels) return;
  const written = shape.join(' x ');
  throw inputError(
    `${format}-too-large`,
    sentence(
      '{name}: the header gives {written} voxels, more than a scan can have (at most 812 x 812 x 812). The header is damaged, or the scan must be resampled first.',
      { name, written },
    ),
    {
      file: name,
      field,
      found: sentence('{written} voxels', { written }),
      expected: sentence('at most {mostVoxels} voxels', { mostVoxels }),
    },
  );
}

/** Bytes of the values of one volume. */
export function volumeBytes({ shape, bytesPerVoxel }: StoredHeader): number {
  return voxelCount(shape) * bytesPerVoxel;
}

export function contentBytes(header: StoredHeader): number {
  return header.offset + header.volumes * volumeBytes(header);
}
