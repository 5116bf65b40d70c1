/** A session names no folder: what it was trained on is found again by what was remembered of this computer. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '#app/run/defaults.ts';
import type { Study } from '#app/study/study.ts';
import { prepareData } from '../../../main/engine/read/prepare.ts';
import { studyWithoutPaths } from '../../../main/engine/session/without-paths.ts';
import { atPlace, placeOf, rememberedPlace, rememberPlace } from '../../../main/engine/study/data-places.ts';
import { studyHandlers } from '../../../main/engine/serve/study.ts';
import { saveStudy } from '../../../main/engine/study/study-file.ts';
import { writeAtlas, writeBoldTree } from '../read/fmri/bold-tree.ts';
import { importPaths, makeTree, quietCall } from '../read/tree.ts';

/** A study whose atlas is named by an absolute path, as one on another disk is. */
async function withAtlasElsewhere(): Promise<{ study: Study; atlas: string; cache: string }> {
  const folder = makeTree({});
  const templates = makeTree({});
  writeBoldTree(join(folder, 'bids'), { subjects: 4, volumes: 24 });
  writeAtlas(templates);
  const atlas = join(templates, 'atlas.nii');
  const names = join(templates, 'regions.tsv');
  const study = await importPaths([join(folder, 'bids')], {
    atlas: { labels: atlas, names, mask: null, confounds: null },
  });
  const series = study.series!;
  const image = { ...series.atlas!.image, path: atlas };
  return {
    study: { ...study, series: { ...series, atlas: { ...series.atlas!, image } } },
    atlas,
    cache: join(folder, 'cache'),
  };
}

const configurationOf = (study: Study) => defaultConfiguration(study, 'lstm');

describe('an atlas on another disk', () => {
  it('is found again by a session, which names no folder, where the study was trained on', async () => {
    const { study, cache } = await withAtlasElsewhere();
    rememberPlace(cache, study, study.root);
    const inSession = studyWithoutPaths(study);
    expect(inSession.series?.atlas?.image.path).toBe('atlas.nii');
    const place = rememberedPlace(cache, study.id)!;
    await expect(
      prepareData({ study: inSession, root: place.root }, configurationOf(study), null, quietCall()),
    ).rejects.toMatchObject({ code: 'atlas-missing' });
    const open = { study: atPlace(inSession, place), root: place.root };
    expect(open.study.root).toBe(inSession.root);
    const again = await prepareData(open, configurationOf(study), null, quietCall());
    const before = await prepareData({ study, root: study.root }, configurationOf(study), null, quietCall());
    expect(again.values).toEqual(before.values);
  });

  it('that is gone or was changed since is refused in words', async () => {
    const { study, atlas } = await withAtlasElsewhere();
    const place = placeOf(study, study.root);
    const open = { study: atPlace(studyWithoutPaths(study), place), root: place.root };
    writeFileSync(atlas, changed(atlas));
    await expect(prepareData(open, configurationOf(study), null, quietCall())).rejects.toMatchObject({
      code: 'atlas-changed',
    });
    rmSync(atlas);
    const without = atPlace(studyWithoutPaths(study), place);
    await expect(
      prepareData({ study: without, root: place.root }, configurationOf(study), null, quietCall()),
    ).rejects.toMatchObject({ code: 'atlas-missing' });
  });

  it('is known by a study file, by the library, and for a folder that the scans moved to', async () => {
    const { study, atlas } = await withAtlasElsewhere();
    const library = makeTree({});
    const { placeOf: find, rememberRoot } = studyHandlers({ library, emit: () => undefined });
    const sha256 = study.series!.atlas!.image.sha256;
    const { id } = study;
    expect(await find({ id, path: null })).toBeNull();
    rememberRoot({ study, root: study.root });
    expect(await find({ id, path: null })).toMatchObject({ root: study.root, elsewhere: { [sha256]: atlas } });
    const file = join(library, 'studies', id, 'study.json');
    await saveStudy(file, study);
    expect(await find({ id, path: null })).toMatchObject({ root: study.root, elsewhere: { [sha256]: atlas } });
    expect(await find({ id: 'another', path: file })).toMatchObject({ elsewhere: { [sha256]: atlas } });
    const moved = makeTree({});
    renameSync(study.root, join(moved, 'bids'));
    expect(await find({ id, path: join(moved, 'bids') })).toMatchObject({
      root: join(moved, 'bids'),
      elsewhere: { [sha256]: atlas },
    });
  });
});

/** The same labels with another description in the header. */
function changed(path: string): Buffer {
  const bytes = readFileSync(path);
  bytes.write('another', 148, 'latin1');
  return bytes;
}
