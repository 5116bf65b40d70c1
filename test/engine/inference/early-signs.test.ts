/** Looks at real trainings, on groups that differ in their data and on groups that do not. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import { earlySigns } from '../../../main/engine/inference/told-signs.ts';
import { documentOf, folderOf, spectroscope } from '../../cli/command.ts';
import { temporaryFolder } from '../session/temporary.ts';

/** 60 subjects, two classes, two groups; the second group's values have `spread` times the deviation. */
function table(spread: number): string {
  const random = new SeededRandom(9);
  const names = Array.from({ length: 8 }, (_, i) => `f${i}`);
  const rows = Array.from({ length: 60 }, (_, i) => {
    const group = i % 2;
    const values = names.map(() => (random.normal() * (group === 0 ? 1 : spread)).toFixed(4));
    return [`s${i}`, group === 0 ? 'a' : 'b', Math.floor(i / 2) % 2 === 0 ? 'x' : 'y', ...values].join();
  });
  return [['id', 'group', 'class', ...names].join(), ...rows].join('\n');
}

const temporary = temporaryFolder();
const folder = folderOf({ 'apart.csv': table(4), 'alike.csv': table(1) });
const train = ['--group', 'group', '--target', 'class', '--set', 'hidden=6', '--epochs', '10', '--batch', '16'];

async function trained(name: string, words: readonly string[]): Promise<string> {
  const out = `${name}-${words.join('')}.spectra`;
  const outcome = await spectroscope(folder, ['train', `${name}.csv`, ...train, ...words, '--out', out, '--json']);
  expect(outcome.code).toBe(0);
  return join(folder, out);
}

describe('a training that keeps Grams', () => {
  let apart = '';
  let alike = '';
  beforeAll(async () => {
    apart = await trained('apart', ['--keep-grams']);
    alike = await trained('alike', ['--keep-grams']);
  }, 120_000);

  it('is looked at at each tenth of its steps, within classes', () => {
    const signs = earlySigns(apart);
    expect(signs).toMatchObject({ none: null, planned: 10, strata: 'class', notes: [] });
    expect(signs.looks.map(({ look }) => look)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(signs.looks.at(-1)).toMatchObject({ fraction: 1, spent: 0.05 });
    for (const { band, strongest } of signs.looks.slice(4)) {
      expect(band).toBeGreaterThan(0);
      expect(strongest.map(({ layer }) => layer)).toEqual(['dense_1', 'dense_2']);
    }
  });

  it('has its first layer marked before its end where the groups’ data differ, and nothing where they do not', () => {
    const [mark] = earlySigns(apart).marks;
    expect(mark).toMatchObject({ layer: 'dense_1', groups: ['a', 'b'] });
    expect(mark?.look).toBeLessThan(10);
    expect(earlySigns(alike).marks).toEqual([]);
  });

  it('is told of by inspect', async () => {
    const outcome = await spectroscope(folder, ['inspect', apart]);
    expect(outcome.stdout).toContain('Early signs');
    const document = documentOf(await spectroscope(folder, ['inspect', apart, '--json']));
    expect(document['earlySigns']).toMatchObject({ planned: 10, marks: [{ layer: 'dense_1' }, {}] });
  });
});

it('a training without Grams says what to do', async () => {
  expect(earlySigns(await trained('alike', [])).none).toContain('--keep-grams');
}, 60_000);

it('looks are there as they were stored in an old file, and none in older ones', () => {
  const at = (version: number): string => {
    const file = join(temporary, `version-${version}.spectra`);
    copyFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'sessions', `version-${version}.spectra`), file);
    return file;
  };
  expect(earlySigns(at(5)).looks).toMatchObject([{ look: 5, band: 4.5 }]);
  expect(earlySigns(at(4)).looks).toEqual([]);
});
