/** The methods section of every model and task: English sentences, and nothing that was not done. */
import { describe, expect, it } from 'vitest';
import { catalogue } from '#app/model/catalogue.ts';
import type { RunTask } from '#app/run/configuration.ts';
import { claimItems } from '#app/report/claim-items.ts';
import { Composition } from '#app/report/composition.ts';
import { rendered } from '#app/report/markup.ts';
import type { ReportMaterial } from '#app/report/material.ts';
import { methodsSection } from '#app/report/methods.ts';
import { tripodItems } from '#app/report/tripod-items.ts';
import { readPage, textOf } from '../../cli/read-page.ts';
import { madeMaterial } from './made-material.ts';

const tasks: readonly RunTask[] = [
  { kind: 'classification' },
  { kind: 'regression', column: 'age', loss: 'huber' },
  { kind: 'reconstruction', loss: 'mse' },
];
const made = catalogue.flatMap(({ name, tasks: learned }) =>
  tasks.filter(({ kind }) => learned.includes(kind)).map((task) => ({ name, kind: task.kind, task })),
);

function methodsOf(material: ReportMaterial): string {
  return textOf(readPage(rendered(methodsSection(material, new Composition('made.spectra')))));
}

describe('a methods section', () => {
  it.each(made)('of $name that learns by $kind is whole sentences', ({ name, task }) => {
    const text = methodsOf(madeMaterial(name, task));
    expect(text).toMatch(/The model was (a (one-|[^aeioAEIO])|an [aeio])/);
    // Titles of the window are none that a sentence can take.
    expect(text).not.toMatch(/CNN|LSTM|GRU|Own model|Multilayer|Autoencoder/);
    expect(text).not.toMatch(/undefined|null|NaN|\(\)| {2}| [.,;]|\.\.|,,/);
    expect(text).toContain('trainable parameters');
    expect(text).toContain('biases started at 0');
  });

  it('tells of each layer how its weights were drawn', () => {
    expect(methodsOf(madeMaterial('transformer', { kind: 'classification' }))).toMatch(
      /Weights were drawn from a normal distribution .* \[\d+\] and of attention from a uniform distribution \[\d+\]/,
    );
    const lstm = methodsOf(madeMaterial('lstm', { kind: 'classification' }));
    expect(lstm).toMatch(/as random orthogonal rows \[\d+\]; biases started at 0 \(those of forget gates at 1\)/);
  });

  it('weights classes where there are any', () => {
    expect(methodsOf(madeMaterial('mlp', { kind: 'classification' }))).toContain('Classes were weighted');
    expect(methodsOf(madeMaterial('mlp', { kind: 'regression', column: 'age', loss: 'mse' }))).not.toContain('Classes');
    expect(methodsOf(madeMaterial('autoencoder', { kind: 'reconstruction', loss: 'mse' }))).not.toContain('Classes');
  });

  it('names batches by what they were balanced by, and what was standardised', () => {
    const regression = methodsOf(madeMaterial('cnn3d', { kind: 'regression', column: 'age', loss: 'mse' }));
    expect(regression).toMatch(/in batches of 16 stratified by group and fifths of the target/);
    expect(regression).toContain('All voxels together were standardised');
    expect(methodsOf(madeMaterial('gru', { kind: 'classification' }))).toContain('Each channel was standardised');
    expect(methodsOf(madeMaterial('logistic', { kind: 'regression', column: 'age', loss: 'mse' }))).toContain(
      'a linear regression',
    );
  });
});

describe('the checklists', () => {
  it('have every item of the published ones', () => {
    expect(claimItems.map(({ number }) => number)).toEqual(Array.from({ length: 44 }, (_, i) => String(i + 1)));
    const parts: Readonly<Record<number, string>> = {
      3: 'abc',
      5: 'ab',
      6: 'abc',
      8: 'abc',
      9: 'abc',
      12: 'abcdefg',
      18: 'abcdef',
      20: 'abc',
      23: 'ab',
      27: 'abc',
    };
    const numbers = Array.from({ length: 27 }, (_, i) => i + 1).flatMap((item) =>
      Array.from(parts[item] ?? ' ').map((part) => `${item}${part.trim()}`),
    );
    expect(numbers).toHaveLength(52);
    expect(tripodItems.map(({ number }) => number)).toEqual(numbers);
  });

  it('say of every model what it started from and was trained on, and leave reasons to the authors', () => {
    for (const { name, task } of made) {
      const material = madeMaterial(name, task);
      const cells = claimItems.map(({ number, known }) => ({ number, text: known(material) ?? '' }));
      const of = (number: string): string => cells.find((cell) => cell.number === number)?.text ?? '';
      expect(of('24')).toMatch(/^Random: weights (from|of) .*; biases 0; by the seeds 1\. No transfer learning\.$/);
      expect(of('25')).toMatch(/^Task: .*(cross-entropy|Huber|squared error).*augmentation: none\./);
      expect(of('19')).toContain('stratified by group');
      expect(of('1')).toMatch(
        name === 'logistic' ? /^(Linear|Logistic) regression\.$/ : /^[A-Z].* \(deep learning\)\.$/,
      );
      for (const { number, text } of cells) expect(text, number).not.toMatch(/undefined|NaN|\(\)/);
    }
    for (const number of ['12', '19', '25', '37']) {
      expect(claimItems.find((item) => item.number === number)?.isWhole ?? false).toBe(false);
    }
  });
});
