import { describe, expect, it } from 'vitest';
import { kindOfName } from '../../../renderer/state/import-kind.ts';
import { cohortProgress, dataProgress } from '../../../renderer/state/progress.ts';
import { durationText, secondsLeft } from '../../../renderer/state/time-left.ts';
import { byColumn, exampleStudy, viewOf } from '../pages/example-study.ts';

describe('time remaining', () => {
  it('is not guessed from too little', () => {
    expect(secondsLeft(0, 100, 10)).toBeNull();
    expect(secondsLeft(1, 100, 10)).toBeNull();
    expect(secondsLeft(50, 100, 0.5)).toBeNull();
    expect(secondsLeft(50, null, 10)).toBeNull();
  });
  it('goes on at the pace so far', () => {
    expect(secondsLeft(25, 100, 10)).toBe(30);
    expect(secondsLeft(100, 100, 10)).toBe(0);
  });
  it('is said without flicker', () => {
    expect(durationText(0)).toBe('1 s');
    expect(durationText(45.4)).toBe('45 s');
    expect(durationText(203)).toBe('3 min 20 s');
    expect(durationText(598)).toBe('10 min');
    expect(durationText(7500)).toBe('2 h 5 min');
  });
});

describe('what a file is, by its name', () => {
  it.each([
    ['participants.TSV', 'table'],
    ['sub-01_T1w.nii.gz', 'scan'],
    ['run.spectra', 'session'],
    ['study.json', 'study'],
    ['ds000030', 'folder'],
    ['release-1.0.0', 'folder'],
  ])('%s is a %s', (name, kind) => expect(kindOfName(name)).toBe(kind));
});

describe('the dots of the rail', () => {
  it('are open without a study', () => {
    expect(dataProgress(null).progress).toBe('open');
    expect(cohortProgress(null).progress).toBe('open');
  });
  it('are complete for a study that can be trained', () => {
    const view = viewOf(exampleStudy());
    expect(dataProgress(view)).toEqual({ progress: 'complete', words: '25 subjects' });
    expect(cohortProgress(view)).toEqual({ progress: 'complete', words: '2 groups' });
  });
  it('ask for attention where features or groups are missing', () => {
    const study = exampleStudy();
    const columns = study.columns.map((column) => ({ ...column, role: 'covariate' as const }));
    expect(dataProgress(viewOf({ ...study, columns })).progress).toBe('attention');
    expect(cohortProgress(viewOf(exampleStudy({ groups: byColumn('diagnosis', ['patient']) }))).progress).toBe(
      'attention',
    );
  });
});
