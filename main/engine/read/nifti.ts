/** Scans in NIfTI-1 and NIfTI-2: `.nii`, `.nii.gz`, `.hdr` with `.img`. */
import type { ScanHeader, Volume } from '#app/data/volume.ts';
import { inputError } from '#app/contract/errors.ts';

/**
 * What a scan's header says, with cheap checks of the file's size; inflates no more than the header.
 * @throws SpectroscopeError (kind 'input') when the file cannot be a usable three-dimensional scan
 */
export async function readVolumeHeader(path: string): Promise<ScanHeader> {
  return await Promise.reject(inputError('nifti-not-read', `${path}: scans are not read yet.`));
}

/**
 * A scan with its values: slope and intercept applied, in the file's own order (i fastest).
 * @throws SpectroscopeError (kind 'input')
 */
export async function readVolume(path: string): Promise<Volume> {
  return await Promise.reject(inputError('nifti-not-read', `${path}: scans are not read yet.`));
}

/** A whole scan read once and checked to its last byte: what an import keeps of it. */
export interface CheckedScan {
  header: ScanHeader;
  bytes: number;
  /** Hex SHA-256 of the file as it lies on disk. */
  sha256: string;
}

/**
 * Reads and decodes the whole file (gzip checksum, length, values that are not numbers, constant images).
 * @throws SpectroscopeError (kind 'input')
 */
export async function checkVolume(path: string): Promise<CheckedScan> {
  return await Promise.reject(inputError('nifti-not-read', `${path}: scans are not read yet.`));
}
