/** Three planes through a scan. */
import { join } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { Planes } from '#app/contract/planes.ts';
import { inRasOrder, planesThrough, type DisplayVolume } from '#app/data/planes.ts';
import type { Study } from '#app/study/study.ts';
import { applyAffine, invertAffine } from '#app/data/affine.ts';
import { t } from '#app/text/text.ts';
import { readVolume } from '../read/nifti.ts';
import { preparedScan } from '../read/prepare-one.ts';
import type { Call, Handlers, ParsedInput } from './handlers.ts';

/** Decoded scans that stay at hand while a person moves through them. */
const mostBytesKept = 384 * 1024 ** 2;

/**
 * Planes are in neurological convention: in coronal and axial planes the subject's left is on the left, in the sagittal
 * plane anterior is on the right. The letters at the edges always say so, or '?' where the header does not.
 */
export function scanHandlers(openStudy: () => { study: Study; root: string } | null): {
  handlers: Pick<Handlers, 'scan.planes'>;
} {
  const kept = new Map<string, DisplayVolume>();

  async function volumeOf(key: string, read: () => Promise<DisplayVolume>): Promise<DisplayVolume> {
    const found = kept.get(key);
    // Put last: the first in a map's order is the one that was not used for longest.
    kept.delete(key);
    const volume = found ?? (await read());
    kept.set(key, volume);
    let bytes = [...kept.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
    for (const [name, { values }] of kept) {
      if (bytes <= mostBytesKept || name === key) break;
      kept.delete(name);
      bytes -= values.byteLength;
    }
    return volume;
  }

  const planes = async (
    { subject, voxel, prepared }: ParsedInput<'scan.planes'>,
    { signal }: Pick<Call, 'signal'>,
  ): Promise<Planes> => {
    const open = openStudy();
    if (open === null) throw inputError('no-study', t('No study is open. Open or import one on the Data page.'));
    const found = open.study.subjects.find(({ id }) => id === subject);
    if (found === undefined) {
      throw inputError(
        'no-subject',
        t('{subject}: is not in the study {name}. Reload the Data page.', { subject, name: open.study.name }),
      );
    }
    if (found.scan === null) {
      throw inputError('no-scan', t('{subject}: has no scan. Import its scan or exclude the subject.', { subject }));
    }
    const { scan } = found;
    const path = join(open.root, scan.path);
    const key = `${path} ${scan.sha256}`;
    if (prepared === null) {
      const volume = await volumeOf(key, async () => inRasOrder(await readVolume(path, signal)));
      return { subject, ...planesThrough(volume, voxel) };
    }
    const { preparation, positionMm } = prepared;
    const volume = await volumeOf(`${key} ${JSON.stringify(preparation)}`, () =>
      preparedScan(open, scan, preparation, signal),
    );
    return { subject, ...planesThrough(volume, applyAffine(invertAffine(volume.affine), positionMm)) };
  };
  return { handlers: { 'scan.planes': planes } };
}
