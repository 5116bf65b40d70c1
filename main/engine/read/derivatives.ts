/** What other programs made of a BIDS tree: the folders below `derivatives`. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { settingError } from '#app/contract/errors.ts';
import { someOf } from '#app/study/labelling.ts';
import { sentence } from '#app/text/sentence.ts';
import { isScan, listFiles } from './find-files.ts';

/** @returns names of those that have folders of subjects, in their order */
export async function derivativesOf(root: string): Promise<string[]> {
  const folder = join(root, 'derivatives');
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.toSorted().map(async (name) => {
      const inside = await readdir(join(folder, name)).catch(() => []);
      return inside.some((each) => each.startsWith('sub-')) ? [name] : [];
    }),
  );
  return found.flat();
}

/**
 * @returns paths relative to the root
 * @throws SpectroscopeError (kind 'setting') when there is no such folder or no scan in it
 */
export async function scansOfDerivative(
  root: string,
  name: string,
  known: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const there =
    known.length === 0 ? sentence('There are none') : sentence('There are: {known}', { known: someOf(known) });
  if (!known.includes(name)) {
    throw settingError(
      'derivatives-unknown',
      sentence("{root} has no derivatives '{name}'. {there}.", { root: basename(root), name, there }),
      {
        field: 'derivatives',
        expected: known.length === 0 ? sentence('a folder of derivatives') : known.join(', '),
      },
    );
  }
  const scans = (await listFiles(join(root, 'derivatives', name), [], signal)).filter(isScan);
  if (scans.length === 0) {
    throw settingError(
      'derivatives-empty',
      sentence("The derivatives '{name}' hold no NIfTI scan. {there}.", { name, there }),
      {
        field: 'derivatives',
        expected: sentence('derivatives with scans'),
      },
    );
  }
  return scans.map((path) => `derivatives/${name}/${path}`);
}
