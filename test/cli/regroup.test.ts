/** A session under other groups, through the launcher. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { float32Of } from '../../main/engine/session/blob.ts';
import { documentOf, errorOf, folderOf, smallTable, spectroscope } from './command.ts';

const labels = Array.from({ length: 24 }, (_, i) => `s${i}\t${i < 10 ? 'first' : 'later'}`).join('\n');
const folder = folderOf({
  'cohort.csv': smallTable(),
  'labels.tsv': `subject\tgroup\n${labels}\n`,
  'no-heading.csv': labels.replaceAll('\t', ','),
  'stranger.tsv': `subject\tgroup\n${labels}\nnobody\tfirst\n`,
});

/** Rows of spectra by run, step and layer; each set apart. */
function rowsOf(name: string): Map<string, { sets: number; row: Float32Array }> {
  const database = new DatabaseSync(join(folder, name), { readOnly: true });
  const rows = database.prepare('SELECT run, step, layer, spectra FROM spectra').all();
  const { value } = database.prepare("SELECT value FROM meta WHERE name = 'groups'").get() as { value: string };
  database.close();
  const sets = (JSON.parse(value) as unknown[]).length + 1;
  return new Map(
    rows.map((each) => [
      `${String(each['run'])} ${String(each['step'])} ${String(each['layer'])}`,
      { sets, row: float32Of(each['spectra']) },
    ]),
  );
}

describe('regroup', () => {
  beforeAll(async () => {
    const words = ['cohort.csv', '--group', 'diagnosis', '--target', 'sex', '--set', 'hidden=6', '--epochs', '2'];
    const kept = ['--batch', '8', '--folds', '2', '--keep-grams', '2', '--out', 'a.spectra'];
    expect((await spectroscope(folder, ['train', ...words, ...kept])).code).toBe(0);
  });

  it('by the same column gives the spectra that were captured, at the steps whose Grams were kept', async () => {
    const words = ['regroup', 'a.spectra', '--by', 'diagnosis', '--json', '--out', 'same.spectra'];
    const outcome = await spectroscope(folder, words);
    expect(outcome).toMatchObject({ code: 0 });
    expect(documentOf(outcome)).toMatchObject({
      groups: [
        { name: 'control', subjects: 12 },
        { name: 'patient', subjects: 12 },
      ],
      layers: [
        { name: 'dense_1', regrouped: ['activations', 'adjoints', 'gradient'] },
        { name: 'dense_2', regrouped: ['activations', 'adjoints', 'gradient'] },
      ],
    });
    const [captured, regrouped] = [rowsOf('a.spectra'), rowsOf('same.spectra')];
    expect(regrouped.size).toBeGreaterThan(0);
    for (const [key, { row }] of regrouped) {
      const expected = captured.get(key)?.row ?? new Float32Array();
      expect(row).toHaveLength(expected.length);
      const largest = Math.max(...expected.filter((value) => !Number.isNaN(value)));
      row.forEach((value, i) => {
        if (Number.isNaN(expected[i])) expect(value).toBeNaN();
        else expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(1e-6 * largest);
      });
    }
  });

  it('by a table makes a session of its own that opens, with the same batches in another order', async () => {
    const outcome = await spectroscope(folder, ['regroup', 'a.spectra', '--by', 'labels.tsv', '--out', 'b.spectra']);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('first (10), later (14)');
    const document = documentOf(await spectroscope(folder, ['inspect', 'b.spectra', '--json']));
    expect(document).toMatchObject({ status: 'finished', study: { targetIsGroups: false } });
    // All samples together do not depend on the labelling: of the first layer, the last set of the first quantity.
    const [before, after] = [rowsOf('a.spectra'), rowsOf('b.spectra')];
    for (const [key, { row, sets }] of after) {
      if (!key.endsWith(' 0')) continue;
      const all = (from: { sets: number; row: Float32Array } | undefined): number =>
        from?.row[(from.sets - 1) * 2] ?? Number.NaN;
      expect(sets).toBe(3);
      expect(all({ row, sets })).toBeCloseTo(all(before.get(key)), 4);
    }
  });

  it('by a table without a heading loses no subject', async () => {
    const words = ['regroup', 'a.spectra', '--by', 'no-heading.csv', '--json', '--out', 'c.spectra'];
    expect(documentOf(await spectroscope(folder, words))).toMatchObject({
      groups: [
        { name: 'first', subjects: 10 },
        { name: 'later', subjects: 14 },
      ],
    });
  });

  it.each([
    [['a.spectra', '--by', 'diagnosi'], 'unknown-column', 'no column'],
    [['a.spectra', '--by', 'stranger.tsv'], 'unknown-subject', 'nobody'],
    [['same.spectra', '--by', 'diagnosis'], 'no-grams', 'kept no sample Grams'],
  ])('refuses %j in words, and leaves no file', async (words, code, sentence) => {
    const outcome = await spectroscope(folder, ['regroup', ...words, '--json', '--out', 'no.spectra']);
    expect(outcome.code).toBe(1);
    expect(errorOf(outcome)).toMatchObject({ code });
    expect(errorOf(outcome).message).toContain(sentence);
    expect(existsSync(join(folder, 'no.spectra'))).toBe(false);
  });

  it('is told before training when the Grams would be larger than allowed', async () => {
    const words = ['cohort.csv', '--group', 'diagnosis', '--keep-grams', '--gram-megabytes', '0.001', '--json'];
    const outcome = await spectroscope(folder, ['train', ...words, '--out', 'large.spectra']);
    expect(errorOf(outcome)).toMatchObject({ code: 'grams-too-large' });
    expect(existsSync(join(folder, 'large.spectra'))).toBe(false);
  });
});
