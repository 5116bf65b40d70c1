/** Files that moved are named when a study is opened, and found again by their content. */
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingFiles, missingProblem, relinkStudy } from '../../../main/engine/study/moved-files.ts';
import { loadStudy, saveStudy } from '../../../main/engine/study/study-file.ts';
import { studyHandlers } from '../../../main/engine/serve/study.ts';
import { importTree, makeTree, quietCall } from '../read/tree.ts';
import { smallScan } from '../read/write-nifti.ts';

const call = quietCall();
const scans = () => ({
  'participants.tsv': 'participant_id\tgroup\nsub-1\ta\nsub-2\tb\nsub-3\ta\n',
  'sub-1.nii': smallScan(1),
  'deep/sub-2.nii': smallScan(2),
  'sub-3.nii': smallScan(3),
});
const never = new AbortController().signal;

describe('files of a study', () => {
  it('that moved together are found with their root', async () => {
    const study = await importTree(scans());
    expect(await missingFiles(study, never)).toEqual([]);
    const elsewhere = makeTree({ 'other.nii': smallScan(9) });
    renameSync(study.root, join(elsewhere, 'moved'));
    expect((await missingFiles(study, never)).map(({ path }) => path).sort()).toEqual([
      'deep/sub-2.nii',
      'participants.tsv',
      'sub-1.nii',
      'sub-3.nii',
    ]);
    const relinked = await relinkStudy(study, elsewhere, call);
    expect(relinked).toMatchObject({ found: 4, missing: [] });
    expect(relinked.study.root).toBe(join(elsewhere, 'moved'));
    expect(relinked.study.subjects).toEqual(study.subjects);
    expect(await missingFiles(relinked.study, never)).toEqual([]);
  });

  it('that were renamed or put elsewhere are found by their content, those that are gone are named', async () => {
    const study = await importTree(scans());
    mkdirSync(join(study.root, 'sorted'));
    renameSync(join(study.root, 'sub-1.nii'), join(study.root, 'sorted/first.nii'));
    rmSync(join(study.root, 'sub-3.nii'));
    // As large as a scan that is looked for, with another content.
    writeFileSync(join(study.root, 'sorted/a-decoy.nii'), smallScan(7));
    const problem = missingProblem(study, await missingFiles(study, never));
    expect(problem).toMatchObject({ code: 'files-not-found', severity: 'error' });
    expect(problem?.message).toMatch(/^2 of 4 files of the study are not where they were \(sub-1\.nii, sub-3\.nii\)/);
    const relinked = await relinkStudy(study, study.root, call);
    expect(relinked).toMatchObject({ found: 1, missing: ['sub-3.nii'] });
    expect(relinked.study.root).toBe(study.root);
    expect(relinked.study.subjects.map(({ scan }) => scan?.path)).toEqual([
      'sorted/first.nii',
      'deep/sub-2.nii',
      'sub-3.nii',
    ]);
  });

  it('are refused from a folder that has none of them', async () => {
    const study = await importTree(scans());
    const other = makeTree({ 'sub-1.nii': smallScan(8) });
    rmSync(study.root, { recursive: true });
    await expect(relinkStudy(study, other, call)).rejects.toMatchObject({ kind: 'input', code: 'no-file-of-study' });
    await expect(relinkStudy(study, join(other, 'gone'), call)).rejects.toMatchObject({ code: 'folder-not-readable' });
  });

  it('of a table are not needed to train: a note', async () => {
    const study = await importTree({ 'x.csv': 'id,group,x\na,1,0.5\nb,2,1.5\n' });
    rmSync(join(study.root, 'x.csv'));
    expect(missingProblem(study, await missingFiles(study, never))).toMatchObject({ severity: 'note', file: 'x.csv' });
    expect(missingProblem(study, [])).toBeNull();
  });
});

describe('a study whose files moved', () => {
  it('opens with the problem, is linked again with its history, and its file is relative again', async () => {
    const home = makeTree({});
    const imported = await importTree(scans());
    cpSync(imported.root, join(home, 'data'), { recursive: true });
    const file = join(home, 'study.json');
    await saveStudy(file, { ...imported, root: join(home, 'data') });
    renameSync(join(home, 'data'), join(home, 'new place'));

    const library = makeTree({});
    const { handlers, openStudy } = studyHandlers({ library, emit: () => undefined });
    const opened = await handlers['study.open']({ file: { path: file } }, call);
    expect(opened.study.problems[0]).toMatchObject({ code: 'files-not-found', severity: 'error' });
    await handlers['study.edit']({ edit: { kind: 'exclude', subjects: ['sub-1'], reason: 'Motion' } }, call);
    const { view, found } = await handlers['study.relink']({ folder: { path: home } }, call);
    expect(found).toBe(4);
    expect(view.study.problems.some(({ code }) => code === 'files-not-found')).toBe(false);
    expect(openStudy()?.root).toBe(join(home, 'new place'));
    const back = await handlers['study.change']({ kind: 'undo' }, call);
    expect(back.change.excluded).toEqual([null, null, null]);
    expect(openStudy()?.root).toBe(join(home, 'new place'));

    await handlers['study.save-copy']({ file: { path: file }, as: 'itself' }, call);
    const saved = await loadStudy(file);
    expect(saved).toMatchObject({ id: imported.id, root: join(home, 'new place') });
    const reopened = await handlers['study.open']({ id: imported.id }, call);
    expect([reopened.canUndo, reopened.canRedo]).toEqual([false, true]);
  });
});
