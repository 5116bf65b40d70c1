import { describe, expect, it } from 'vitest';
import { matchGroups, matchLayers, type ComparedNetwork } from '#app/compare/match.ts';
import { checkLosses, checkMembers } from '#app/compare/notes.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';

function network(letter: string, model: string, names: readonly string[]): ComparedNetwork {
  const view = {
    quantity: 'gradient' as const,
    view: '',
    values: 2,
    relativeFloor: 0,
    side: 'sample' as const,
    bound: '',
  };
  return {
    letter,
    name: `${model}.spectra (${letter})`,
    model,
    layers: names.map((name, index) => ({ index, name, quantities: [view] })),
  };
}

const namesOf = ({ layers }: ReturnType<typeof matchLayers>): (string | undefined)[][] =>
  layers.map((row) => row.layers.map((layer) => layer?.name));

describe('layers', () => {
  it('of one architecture are matched by name, and those of one alone are told', () => {
    const found = matchLayers(
      [network('A', 'mlp', ['dense_1', 'dense_2', 'dense_3']), network('B', 'mlp', ['dense_1', 'dense_2'])],
      'gradient',
      'auto',
    );
    expect(namesOf(found)).toEqual([
      ['dense_1', 'dense_1'],
      ['dense_2', 'dense_2'],
    ]);
    expect(found.words).toContain('by their names');
    expect(found.words).toContain('dense_3 of A');
  });

  it('of different architectures are matched by depth, though names agree, and the words say which', () => {
    const found = matchLayers(
      [network('A', 'mlp', ['dense_1', 'dense_2', 'dense_3']), network('B', 'lstm', ['lstm_1/input', 'dense_1'])],
      'gradient',
      'auto',
    );
    expect(found.layers.map(({ label }) => label)).toEqual(['first', 'middle', 'last']);
    expect(namesOf(found)).toEqual([
      ['dense_1', 'lstm_1/input'],
      ['dense_2', undefined],
      ['dense_3', 'dense_1'],
    ]);
    expect(found.words).toContain('last (A: dense_3, B: dense_1)');
    expect(found.words).toContain('B: none');
  });

  it('are matched by name across architectures when a person asks, and refused when no name is shared', () => {
    const mlp = network('A', 'mlp', ['dense_1', 'dense_2']);
    expect(namesOf(matchLayers([mlp, network('B', 'lstm', ['lstm_1', 'dense_1'])], 'gradient', 'name'))).toEqual([
      ['dense_1', 'dense_1'],
    ]);
    expect(() => matchLayers([mlp, network('B', 'gru', ['gru_1'])], 'gradient', 'name')).toThrow(
      /no layer of the same/,
    );
  });

  it('need the quantity in every session', () => {
    expect(() => matchLayers([network('A', 'mlp', ['dense_1']), network('B', 'mlp', [])], 'gradient', 'auto')).toThrow(
      /mlp.spectra \(B\) holds no spectra of the gradient/,
    );
  });
});

describe('groups', () => {
  const member = (letter: string, names: readonly string[]) => ({
    letter,
    name: `${letter}.spectra (${letter})`,
    groups: names.map((name, i) => ({ name, colour: i })),
  });

  it('are matched by name, in the colours of the first; others are told', () => {
    const found = matchGroups([member('A', ['control', 'patient']), member('B', ['patient', 'twin', 'control'])]);
    expect(found.groups).toEqual([
      { name: 'control', colour: 0 },
      { name: 'patient', colour: 1 },
    ]);
    expect(found.notes).toEqual([expect.stringContaining('twin of B')]);
  });

  it('must be shared by all', () => {
    expect(() => matchGroups([member('A', ['control', 'patient']), member('B', ['f', 'm'])])).toThrow(
      /B.spectra \(B\) has the groups f, m.*A.spectra \(A\) has control, patient/,
    );
  });
});

describe('members', () => {
  it('are two to eight different ones', () => {
    const member = (i: number) => ({ session: `${i}.spectra`, run: null });
    const many = (count: number) => Array.from({ length: count }, (_, i) => member(i));
    expect(() => checkMembers(many(1))).toThrow(/2 to 8/);
    expect(() => checkMembers(many(9))).toThrow(/9 sessions are named/);
    expect(() => checkMembers([member(0), member(0)])).toThrow(/named twice/);
    checkMembers(many(8));
    checkMembers([member(0), { session: '0.spectra', run: 1 }]);
  });

  it('are aligned by loss only where their losses are of one kind', () => {
    const classes = defaultConfiguration({ kind: 'table', subjects: [] }, 'mlp');
    const numbers = { ...classes, task: { kind: 'regression' as const, column: 'age', loss: 'mse' as const } };
    checkLosses([
      { letter: 'A', configuration: classes },
      { letter: 'B', configuration: classes },
    ]);
    expect(() =>
      checkLosses([
        { letter: 'A', configuration: classes },
        { letter: 'B', configuration: numbers },
      ]),
    ).toThrow(/cross-entropy and B by regression \(mse\)/);
  });
});
