import { describe, expect, it } from 'vitest';
import type { SessionView } from '#app/contract/session.ts';
import type { DetailFrame } from '../../../renderer/charts/cursor-plot.ts';
import { cursorRows, cursorTable } from '../../../renderer/charts/cursor-table.ts';
import { energyShares, notesAt } from '../../../renderer/charts/notes.ts';
import { sampleSets } from '../../../renderer/charts/sets.ts';

const view = {
  studyGroups: [
    { name: 'control', colour: 0, subjects: 130 },
    { name: 'schizophrenia', colour: 1, subjects: 50 },
  ],
  layers: [{ name: 'dense_1', quantities: [{ quantity: 'gradient', relativeFloor: 1.5e-8 }] }],
} as unknown as SessionView;
const sets = sampleSets(view, undefined, false);

function frame(energies: readonly [number, number], samples = [23, 9, 32]): DetailFrame {
  const summaries = [...energies, 0].map((energy) => ({ energy, 'effective-rank': 9.406 }));
  return {
    layer: 'dense_1',
    asked: 812,
    quantity: 'gradient',
    scale: 'normalised',
    detail: {
      step: 812,
      epoch: 17,
      sets: ['control', 'schizophrenia', 'all'],
      samples,
      scalars: {},
      spectra: [
        {
          quantity: 'gradient',
          values: [Float32Array.of(2, 1), Float32Array.of(3), Float32Array.of(4)],
          floor: [0, 0, 0],
          summaries,
        },
      ],
      alignment: Float32Array.of(1, 0.23, 0.23, 1),
    },
  };
}

describe('what stands out at the cursor', () => {
  it('names the group that has most of the energy, where, when and on which scale', () => {
    const [note] = notesAt(view, frame([86, 14]), sets);
    expect(note?.title).toBe('control dominates dense_1');
    expect(note?.text).toBe('86\u2009% of the gradient energy of the groups, size-normalised, at step 812.');
  });

  it('says nothing when the groups are about even', () => {
    expect(notesAt(view, frame([55, 45]), sets)).toEqual([]);
  });

  it('says that a group is absent instead of calling the other one dominant', () => {
    const notes = notesAt(view, frame([1, NaN], [32, 0, 32]), sets);
    expect(notes.map((note) => note.title)).toEqual(['No sample of schizophrenia']);
  });

  it('shares out energy between the groups that are there', () => {
    expect(energyShares(frame([3, 1]), sets.slice(0, 2))).toEqual([0.75, 0.25]);
    expect(energyShares(frame([3, NaN]), sets.slice(0, 2))).toEqual([1, NaN]);
  });
});

describe('the numbers at the cursor', () => {
  it('are read by group: counts, ranks, shares and cosines', () => {
    const rows = new Map(cursorRows(frame([3, 1]), sets.slice(0, 2), sets).map((row) => [row.name, row.cells]));
    expect(rows.get('In this batch')).toEqual(['23', '9']);
    expect(rows.get('Effective rank')).toEqual(['9.41', '9.41']);
    expect(rows.get('Energy, share')).toEqual(['75\u2009%', '25\u2009%']);
    expect(rows.get('Cosine')).toEqual(['1.000', '0.230']);
  });

  it('are copied in full, with nothing where a set has fewer values', () => {
    const { header, rows } = cursorTable(frame([3, 1]), sets);
    expect(header).toEqual(['dense_1 gradient (normalised), step 812', 'control', 'schizophrenia', 'all samples']);
    expect(rows.at(-1)).toEqual(['s2', 1, null, null]);
  });
});
