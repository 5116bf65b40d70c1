/** Steps of undo that are kept with a study: they lead to the very state, and outlive a file. */
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { History, savedHistorySchema } from '#app/study/history.ts';
import { stepBetween, takeStep } from '#app/study/step.ts';
import type { Study, StudyEdit } from '#app/study/study.ts';
import { smallStudy } from './small-study.ts';

const edits: StudyEdit[] = [
  { kind: 'label-by-column', labelling: 'groups', column: 'dx' },
  { kind: 'rename', name: 'Mine' },
  { kind: 'exclude', subjects: ['s1', 's2'], reason: 'Motion' },
  { kind: 'column', column: 'thickness', change: { type: 'text' } },
  { kind: 'assign', labelling: 'groups', subjects: ['s5', 's3'], group: 'control' },
  { kind: 'assign', labelling: 'groups', subjects: ['s5'], group: null },
  { kind: 'label-by-column', labelling: 'target', column: 'sex' },
  { kind: 'split-groups', labelling: 'groups', group: null, column: 'sex' },
  { kind: 'include', subjects: ['s2'] },
  { kind: 'target-is-groups' },
];

describe('a history', () => {
  it('that was written and read goes back and forth through the same states', () => {
    const history = new History(smallStudy());
    const states: Study[] = [history.study, ...edits.map((edit) => history.edit(edit))];
    history.undo();
    const text = JSON.stringify(history.saved());
    const present = JSON.parse(JSON.stringify(history.study)) as Study;
    const reopened = new History(present, v.parse(savedHistorySchema, JSON.parse(text)));
    expect(reopened.redo()).toEqual(states.at(-1));
    for (const state of states.slice(0, -1).reverse()) expect(reopened.undo()).toEqual(state);
    expect(reopened.canUndo).toBe(false);
    for (const state of states.slice(1)) expect(reopened.redo()).toEqual(state);
  });

  it('keeps the newest steps in a file, within bounds', () => {
    const history = new History(smallStudy());
    for (let i = 0; i < 130; i++) history.edit({ kind: 'rename', name: `Name ${i}` });
    const { past } = history.saved();
    expect(past).toHaveLength(100);
    expect(past.at(-1)).toMatchObject({ fields: { name: 'Name 128' } });
    const long = 'x'.repeat(400_000);
    for (let i = 0; i < 8; i++) history.edit({ kind: 'rename', name: `${long}${i}` });
    expect(JSON.stringify(history.saved()).length).toBeLessThan(2_100_000);
    expect(history.saved().past).toHaveLength(4);
  });

  it('leaves files where they are now when older states come back', () => {
    const history = new History(smallStudy());
    history.edit({ kind: 'exclude', subjects: ['s1'], reason: 'Motion' });
    history.relocate({ ...history.study, root: '/elsewhere' });
    expect(history.undo().root).toBe('/elsewhere');
    expect(history.study.subjects[0]?.excluded).toBeNull();
  });
});

describe('a step', () => {
  it('shares what it does not touch, and leaves out subjects that are not there', () => {
    const from = smallStudy();
    const to = { ...from, subjects: from.subjects.map((s) => (s.id === 's4' ? { ...s, excluded: 'Motion' } : s)) };
    const step = stepBetween(from, to);
    const taken = takeStep(from, step);
    expect(taken).toEqual(to);
    expect(taken.subjects[0]).toBe(from.subjects[0]);
    expect(taken.subjects[3]?.values).toBe(from.subjects[3]?.values);
    expect(takeStep({ ...from, subjects: from.subjects.slice(0, 2) }, step).subjects).toEqual(
      from.subjects.slice(0, 2),
    );
  });
});
