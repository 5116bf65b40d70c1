/** The options of `import` and `train` for 4-D scans, which an atlas makes series of. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { SpectroscopeError, inputError } from '#app/contract/errors.ts';
import type { Input } from '#app/contract/operations.ts';

export interface AtlasOptions {
  atlas?: string | undefined;
  atlasNames?: string | undefined;
  atlasMask?: string | undefined;
  confounds?: string | undefined;
}

type AtlasInput = NonNullable<Input<'study.import'>['atlas']>;

export function addAtlasOptions(command: Command): Command {
  return command
    .option('--atlas <file>', 'of 4-D scans: image of labels; the series are the means of its regions')
    .option('--atlas-names <file>', 'table of the names of its labels (index and name), or ColorLUT.txt of FreeSurfer')
    .option('--atlas-mask <file>', 'only voxels of this image count')
    .option(
      '--confounds <pattern[:columns]>',
      'of 4-D scans: tables of confounds, and their columns with commas (without: those of fMRIPrep are looked for)',
    );
}

/** @throws SpectroscopeError (kind 'usage' or 'input') for a file that is not there, and for options that need an atlas */
export function atlasInput({ atlas, atlasNames, atlasMask, confounds }: AtlasOptions): AtlasInput | null {
  if (atlas === undefined) {
    const [option] = Object.entries({
      '--atlas-names': atlasNames,
      '--atlas-mask': atlasMask,
      '--confounds': confounds,
    })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name);
    if (option === undefined) return null;
    throw new SpectroscopeError('usage', 'no-atlas', `${option} belongs to an atlas: name its image with --atlas.`, {
      field: option,
      expected: '--atlas labels.nii.gz',
    });
  }
  return {
    labels: fileOf(atlas, '--atlas'),
    names: atlasNames === undefined ? null : fileOf(atlasNames, '--atlas-names'),
    mask: atlasMask === undefined ? null : fileOf(atlasMask, '--atlas-mask'),
    confounds: confounds === undefined ? null : confoundsOf(confounds),
  };
}

function fileOf(path: string, option: string): { path: string } {
  if (existsSync(path)) return { path: resolve(path) };
  throw inputError('not-found', `${path}: there is no such file (${option}).`, { file: path, field: option });
}

function confoundsOf(text: string): AtlasInput['confounds'] {
  const at = text.lastIndexOf(':');
  if (at < 1) return { files: text, columns: [] };
  const columns = text.slice(at + 1).split(',');
  return {
    files: text.slice(0, at),
    columns: columns.map((name) => name.trim()).filter((name) => name !== ''),
  };
}
