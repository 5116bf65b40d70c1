/** Sessions side by side, through the launcher. */
import { beforeAll, describe, expect, it } from 'vitest';
import { documentOf, errorOf, folderOf, smallTable, spectroscope } from './command.ts';

const folder = folderOf({ 'cohort.csv': smallTable() });
const training = ['--epochs', '3', '--batch', '8', '--folds', '3'];

interface Row {
  session: string;
  run: number;
  layer: string;
  quantity: string;
  summary: string;
  group: string;
  position: number;
  value: number;
}
interface Comparison {
  sessions: { letter: string; model: string; metrics: Record<string, { value: number; low: number; high: number }> }[];
  layers: { layer: string; names: (string | null)[] }[];
  layerWords: string;
  alignment: { kind: string; extent: { from: number; to: number }; common: { from: number; to: number } | null };
  groups: string[];
  rows: Row[];
  differences: { sessions: string[]; layer: string; group: string; effect: number; method: string; n: number[] }[];
  overSessions: { layer: string; randomEffects: { members: number } | null; replicates: { runs: number } | null }[];
  metricDifferences: { metric: string; method: string }[];
  differing: { section: string; name: string; values: string[]; same: boolean }[];
  notes: string[];
}

async function compared(...words: readonly string[]): Promise<Comparison> {
  const outcome = await spectroscope(folder, ['compare', ...words, '--json']);
  expect(outcome).toMatchObject({ code: 0 });
  return documentOf(outcome) as unknown as Comparison;
}

async function refusal(...words: readonly string[]): Promise<{ kind: string; code: string; message: string }> {
  return errorOf(await spectroscope(folder, ['compare', ...words, '--json']));
}

describe('compare', () => {
  beforeAll(async () => {
    for (const words of [
      ['--group', 'diagnosis', '--set', 'hidden=6,4', '--out', 'mlp.spectra'],
      ['--group', 'diagnosis', '--set', 'hidden=6,4', '--seed', '2', '--out', 'seed2.spectra'],
      ['--group', 'diagnosis', '--model', 'lstm', '--set', 'units=4', '--out', 'lstm.spectra'],
      ['--group', 'diagnosis', '--model', 'transformer', '--out', 'transformer.spectra'],
      ['--group', 'sex', '--target', 'diagnosis', '--set', 'hidden=6,4', '--out', 'sex.spectra'],
    ]) {
      expect((await spectroscope(folder, ['train', 'cohort.csv', ...training, ...words])).code).toBe(0);
    }
  });

  it('puts networks of three architectures side by side, folds paired, layers by depth', async () => {
    const found = await compared('mlp.spectra', 'lstm.spectra', 'transformer.spectra');
    expect(found.sessions.map(({ letter, model }) => `${letter} ${model}`)).toEqual([
      'A mlp',
      'B lstm',
      'C transformer',
    ]);
    expect(found.layers.map(({ layer }) => layer)).toEqual(['first', 'middle', 'last']);
    expect(found.layerWords).toContain('A: dense_1, B: lstm_1/input');
    expect(found.groups).toEqual(['control', 'patient']);
    const keys = found.rows.map(({ session, run, layer, group, position }) =>
      [session, run, layer, group, position].join(' '),
    );
    expect(new Set(keys).size).toBe(keys.length);
    // Every step of 3 epochs of 2 batches in 3 folds, of 3 layers of each network, of 2 groups and all.
    expect(keys).toHaveLength(6 * 3 * 3 * 3 * 3);
    expect(found.rows.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(found.differences.every(({ method, n }) => method === 'paired' && n.join() === '3,3')).toBe(true);
    expect(found.metricDifferences.some(({ metric }) => metric === 'auc')).toBe(true);
    expect(found.overSessions.every(({ replicates }) => replicates === null)).toBe(true);
    for (const { metrics } of found.sessions) {
      expect(metrics['auc']?.low).toBeLessThanOrEqual(metrics['auc']?.value as number);
    }
    expect(found.differing.find(({ name }) => name === 'model, name')?.values).toEqual(['mlp', 'lstm', 'transformer']);
    expect(found.differing.find(({ name }) => name === 'subjects that A has')).toMatchObject({ same: true });
  });

  it('gives the values of the session itself, step by step', async () => {
    const [a, all] = await Promise.all([
      compared('mlp.spectra', 'seed2.spectra', '--summary', 'energy', '--scale', 'raw'),
      spectroscope(folder, ['export', 'mlp.spectra', '--what', 'summaries', '--out', 'summaries.csv']),
    ]);
    expect(all.code).toBe(0);
    const { readFileSync } = await import('node:fs');
    const [head = '', ...lines] = readFileSync(`${folder}/summaries.csv`, 'utf8').trim().split(/\r?\n/);
    const names = head.split(',');
    const cell = (line: string, name: string): string => line.split(',')[names.indexOf(name)] ?? '';
    const rows = a.rows.filter(({ session }) => session === 'A');
    expect(rows.length).toBeGreaterThan(100);
    for (const { run, layer, group, position, value } of rows) {
      const line = lines.find(
        (each) =>
          cell(each, 'run') === String(run) &&
          cell(each, 'step') === String(position) &&
          cell(each, 'layer') === layer &&
          cell(each, 'quantity') === 'gradient' &&
          cell(each, 'group') === group,
      );
      expect(Math.abs(value - Number(cell(line ?? '', 'energy')))).toBeLessThanOrEqual(1e-5 * value);
    }
  });

  it('takes runs of other seeds as replicates, by name of the layers', async () => {
    const found = await compared('mlp.spectra', 'seed2.spectra');
    expect(found.layers.map(({ names }) => names)).toEqual(
      ['dense_1', 'dense_2', 'dense_3'].map((name) => [name, name]),
    );
    expect(found.overSessions.find(({ layer }) => layer === 'dense_1')?.replicates?.runs).toBe(6);
    // Another seed divides the subjects into other folds.
    expect(new Set(found.differences.map(({ method }) => method))).toEqual(new Set(['unpaired']));
  });

  it('compares two runs of one session', async () => {
    const found = await compared('mlp.spectra#0', 'mlp.spectra#2');
    expect(new Set(found.rows.map(({ session, run }) => `${session}${run}`))).toEqual(new Set(['A0', 'B2']));
    expect(found.notes.join(' ')).toContain('Fewer than three runs in A, B');
  });

  it.each([
    ['epoch', 0, 2.5],
    ['loss', 1, 0],
  ])('aligns by %s', async (align, first, second) => {
    const { alignment, rows } = await compared('mlp.spectra', 'lstm.spectra', '--align', align, '--columns', '40');
    expect(alignment.kind).toBe(align);
    const positions = rows.filter(({ session, run }) => session === 'A' && run === 0).map(({ position }) => position);
    const order = positions.every(
      (position, i) => i === 0 || (position - (positions[i - 1] as number)) * (second - first) >= 0,
    );
    expect(order).toBe(true);
    if (align === 'epoch') expect(alignment.extent).toEqual({ from: 0, to: 2.5 });
    else expect(alignment.extent.from).toBeGreaterThan(alignment.extent.to);
  });

  it('prints the same as tables', async () => {
    const { code, stdout } = await spectroscope(folder, ['compare', 'mlp.spectra', 'lstm.spectra']);
    expect(code).toBe(0);
    expect(stdout).toContain('A: mlp.spectra (');
    expect(stdout).toMatch(/What differs[^]*model, name +mlp +lstm/);
    expect(stdout).toMatch(/auc +[\d.]+ \([\d.]+ to [\d.]+\)/);
  });

  it('refuses another number of sessions, the same one twice, and runs that are not there', async () => {
    expect(await refusal('mlp.spectra')).toMatchObject({ code: 'compare-count' });
    expect(await refusal(...Array.from({ length: 9 }, (_, i) => `mlp.spectra#${i}`))).toMatchObject({
      code: 'compare-count',
    });
    expect(await refusal('mlp.spectra', 'mlp.spectra')).toMatchObject({ code: 'same-twice' });
    expect(await refusal('mlp.spectra', 'mlp.spectra#7')).toMatchObject({
      code: 'no-such-run',
      message: expect.stringContaining('mlp.spectra (B) has no run 7: it has 3') as string,
    });
  });

  it('refuses groups, files and options that do not fit, in words', async () => {
    expect(await refusal('mlp.spectra', 'sex.spectra')).toMatchObject({
      code: 'groups-differ',
      message: expect.stringContaining('sex.spectra (B) has the groups M, F') as string,
    });
    expect(await refusal('mlp.spectra', 'nothing.spectra')).toMatchObject({ kind: 'input' });
    expect(await refusal('mlp.spectra', 'lstm.spectra', '--align', 'time')).toMatchObject({ kind: 'usage' });
    expect(await refusal('mlp.spectra', 'lstm.spectra#first')).toMatchObject({ kind: 'usage' });
  });
});
