/** Whether the scans of a proposed import are 4-D, and what an atlas would make of them: the first is looked at. */
import { basename, join } from 'node:path';
import type { ImportProposal } from '#app/contract/import-proposal.ts';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { Gathered } from '../gather.ts';
import type { Sources } from '../import-sources.ts';
import { readAtlas } from './atlas.ts';
import type { AtlasRequest } from './atlas-study.ts';
import { countConfounds } from './offered-confounds.ts';
import { repetitionTime } from './repetition-time.ts';
import { readSeriesHeader } from './volumes-of.ts';

/** One that is damaged or not downloaded does not tell: so many are tried. */
const mostTried = 5;
const mostExamples = 4;

/**
 * @returns null where the scans are images of one volume and no atlas was chosen
 * @throws SpectroscopeError (kind 'input') when what was chosen is no atlas; 'cancelled'
 */
export async function proposeVolumes(
  { root }: Pick<Sources, 'root'>,
  { cohort, files }: Gathered,
  request: AtlasRequest | null,
  signal: AbortSignal,
): Promise<ImportProposal['volumes']> {
  const used = cohort.rows.flatMap(({ id, excluded }, row) => {
    const file = files[row] ?? null;
    return file === null || excluded !== null ? [] : [{ id, file }];
  });
  const first = await firstHeader(root, used);
  if (first === null || (request === null && first.header.volumes === 1)) return null;
  const { file, header } = first;
  const { repetitionTimeS } = await repetitionTime(root, file, header);
  const atlas = request === null ? null : await readAtlas(request, signal);
  return {
    file: basename(file),
    volumes: header.volumes,
    repetitionTimeS,
    atlas:
      atlas === null
        ? null
        : {
            file: basename(atlas.image.path),
            regions: atlas.labels.length,
            examples: atlas.labelNames.slice(0, mostExamples),
          },
    confounds: await countConfounds(root, used, request?.confounds?.files ?? null, signal),
  };
}

async function firstHeader(root: string, used: readonly { file: string }[]) {
  for (const { file } of used.slice(0, mostTried)) {
    try {
      return { file, header: await readSeriesHeader(join(root, file)) };
    } catch (error) {
      // The import says what is wrong with it.
      if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
    }
  }
  return null;
}
