import { describe, expect, it } from 'vitest';
import { chooseBids, parseBids, tagOf, varying, type BidsChoice, type BidsFile } from '#app/data/bids.ts';

const unasked: BidsChoice = { suffix: null, entities: {} };
const files = (...paths: string[]) => paths.map(parseBids).filter((file): file is BidsFile => file !== null);
const paths = (chosen: { scans: readonly BidsFile[] }) => chosen.scans.map(({ path }) => path.split('/').at(-1));
const facet = (chosen: ReturnType<typeof chooseBids>, entity: string) =>
  chosen.facets.find((each) => each.entity === entity);

describe('the name of a file in a BIDS tree', () => {
  it('says of whom, of when and of what it is', () => {
    expect(
      parseBids('derivatives/fmriprep/sub-01/ses-2/anat/sub-01_ses-2_space-MNI152_desc-preproc_T1w.nii.gz'),
    ).toEqual({
      path: 'derivatives/fmriprep/sub-01/ses-2/anat/sub-01_ses-2_space-MNI152_desc-preproc_T1w.nii.gz',
      subject: 'sub-01',
      datatype: 'anat',
      suffix: 'T1w',
      entities: { ses: '2', space: 'MNI152', desc: 'preproc' },
    });
    expect(parseBids('sub-01/sub-01_T1w.nii')).toMatchObject({ datatype: '', suffix: 'T1w', entities: {} });
    expect(parseBids('img/sub-01_T1w.nii')).toBeNull();
  });
});

describe('the scans of a BIDS tree', () => {
  const tree = files(
    'sub-01/ses-1/anat/sub-01_ses-1_run-1_T1w.nii',
    'sub-01/ses-1/anat/sub-01_ses-1_run-2_T1w.nii',
    'sub-01/ses-10/anat/sub-01_ses-10_T1w.nii',
    'sub-01/ses-2/anat/sub-01_ses-2_T1w.nii',
    'sub-01/ses-1/func/sub-01_ses-1_task-rest_bold.nii',
    'sub-02/ses-2/anat/sub-02_ses-2_T1w.nii',
    'sub-02/ses-2/anat/sub-02_ses-2_FLAIR.nii',
    'sub-03/ses-1/anat/sub-03_ses-1_FLAIR.nii',
  );

  it('are of one kind, the first of each subject unless all are kept', () => {
    const one = chooseBids(tree, unasked, false);
    expect(paths(one)).toEqual(['sub-01_ses-1_run-1_T1w.nii', 'sub-02_ses-2_T1w.nii']);
    expect(one.several).toBe(1);
    const all = chooseBids(tree, unasked, true);
    expect(paths(all)).toEqual([
      'sub-01_ses-1_run-1_T1w.nii',
      'sub-01_ses-1_run-2_T1w.nii',
      'sub-01_ses-2_T1w.nii',
      'sub-01_ses-10_T1w.nii',
      'sub-02_ses-2_T1w.nii',
    ]);
    expect(varying(all.scans)).toEqual(['ses', 'run']);
    expect(all.scans.map((scan) => tagOf(scan, ['ses', 'run']))).toEqual([
      'ses-1_run-1',
      'ses-1_run-2',
      'ses-2',
      'ses-10',
      'ses-2',
    ]);
  });

  it('are listed by what tells them apart, with how many subjects have each', () => {
    expect(facet(chooseBids(tree, unasked, false), 'suffix')).toEqual({
      entity: 'suffix',
      chosen: 'T1w',
      values: [
        { value: 'FLAIR', files: 2, subjects: 2 },
        { value: 'T1w', files: 5, subjects: 2 },
        { value: 'bold', files: 1, subjects: 1 },
      ],
    });
    expect(facet(chooseBids(tree, unasked, false), 'ses')).toMatchObject({ chosen: null, values: { length: 3 } });
  });

  it('are those of a session, a suffix or a task that was asked for', () => {
    expect(paths(chooseBids(tree, { suffix: null, entities: { ses: '2' } }, false))).toEqual([
      'sub-01_ses-2_T1w.nii',
      'sub-02_ses-2_T1w.nii',
    ]);
    expect(paths(chooseBids(tree, { suffix: 'FLAIR', entities: {} }, false))).toEqual([
      'sub-02_ses-2_FLAIR.nii',
      'sub-03_ses-1_FLAIR.nii',
    ]);
    expect(paths(chooseBids(tree, { suffix: 'bold', entities: { task: 'rest' } }, false))).toEqual([
      'sub-01_ses-1_task-rest_bold.nii',
    ]);
    expect(paths(chooseBids(tree, { suffix: 'bold', entities: { task: 'nback' } }, false))).toEqual([]);
  });

  it('of derivatives lie in the space of the template and are preprocessed', () => {
    const derived = files(
      'sub-01/anat/sub-01_desc-preproc_T1w.nii.gz',
      'sub-01/anat/sub-01_space-MNI152NLin2009cAsym_desc-preproc_T1w.nii.gz',
      'sub-01/anat/sub-01_space-MNI152NLin2009cAsym_desc-brain_T1w.nii.gz',
      'sub-01/anat/sub-01_space-MNI152NLin2009cAsym_desc-brain_mask.nii.gz',
      'sub-01/anat/sub-01_label-GM_probseg.nii.gz',
    );
    expect(paths(chooseBids(derived, unasked, true))).toEqual([
      'sub-01_space-MNI152NLin2009cAsym_desc-preproc_T1w.nii.gz',
    ]);
    expect(paths(chooseBids(derived, { suffix: 'T1w', entities: { space: '' } }, false))).toEqual([
      'sub-01_desc-preproc_T1w.nii.gz',
    ]);
    expect(paths(chooseBids(derived, { suffix: 'probseg', entities: {} }, false))).toEqual([
      'sub-01_label-GM_probseg.nii.gz',
    ]);
  });
});
