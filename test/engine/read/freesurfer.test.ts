import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freeSurferHeader } from '#app/data/freesurfer.ts';
import { parseTable } from '../../../main/engine/read/table.ts';
import { importPaths, makeTree, said } from './tree.ts';

const subjects = ['sub-01', 'sub-02', 'sub-03'];
const volume = (i: number) => 1_500_000.25 + 1000 * i;

/** As `aparcstats2table --hemi <side> --meas thickness` writes it. */
function cortex(side: 'lh' | 'rh', name: (id: string) => string = (id) => id, delimiter = '\t'): string {
  const header = [
    `${side}.aparc.thickness`,
    `${side}_bankssts_thickness`,
    `${side}_cuneus_thickness`,
    'BrainSegVolNotVent',
    'eTIV',
  ];
  const rows = subjects.map((id, i) => [
    name(id),
    2 + i / 8,
    (side === 'lh' ? 3 : 4) - i / 4,
    1_100_000 + 7 * i,
    volume(i),
  ]);
  return `${[header, ...rows].map((row) => row.join(delimiter)).join('\n')}\n`;
}

/** As `asegstats2table` writes it, upright or with `--transpose`. */
function subcortex(transposed = false): string {
  const header = ['Measure:volume', 'Left-Hippocampus', 'Right-Hippocampus', 'EstimatedTotalIntraCranialVol'];
  const rows = subjects.map((id, i) => [id, 4000 + 3 * i, 4100 - 2 * i, volume(i).toFixed(1)]);
  const table = [header, ...rows];
  const turned = transposed ? header.map((_, column) => table.map((row) => row[column])) : table;
  return `${turned.map((row) => row.join('\t')).join('\n')}\n`;
}

/** With two more subjects, since one alone has nothing to differ in. */
function withOthers(table: string): string {
  const [, row = ''] = table.split('\n');
  const others = ['ernie', 'grover'].map((name, i) =>
    row
      .split('\t')
      .map((cell, at) => (at === 0 ? name : (Number(cell) * (1 + (i + 1) / 50)).toFixed(4)))
      .join('\t'),
  );
  return `${table}${others.join('\n')}\n`;
}

describe('the header of a FreeSurfer table', () => {
  it.each([
    ['Measure:volume', { program: 'asegstats2table', hemisphere: null, parcellation: null, measure: 'volume' }],
    [
      'lh.aparc.thickness',
      { program: 'aparcstats2table', hemisphere: 'lh', parcellation: 'aparc', measure: 'thickness' },
    ],
    [
      'rh.aparc.a2009s.area',
      { program: 'aparcstats2table', hemisphere: 'rh', parcellation: 'aparc.a2009s', measure: 'area' },
    ],
    ['subject', null],
    ['lh.thickness', null],
  ])('is recognised: %s', (field, expected) => {
    expect(freeSurferHeader(field)).toEqual(expected);
  });

  it('is of the hemisphere that its regions name where it names a measure alone', () => {
    const side = { program: 'aparcstats2table', parcellation: null, measure: 'thickness' };
    expect(freeSurferHeader('Measure:thickness', ['rh_bankssts_thickness', 's1'])).toEqual({
      ...side,
      hemisphere: 'rh',
    });
    expect(freeSurferHeader('Measure:thickness', ['s1', 'lh_bankssts_thickness'])).toEqual({
      ...side,
      hemisphere: 'lh',
    });
  });
});

describe('FreeSurfer tables of one cohort', () => {
  it('are joined into one set of features, with the volume of the head once and as a covariate', async () => {
    const root = makeTree({
      'lh.txt': cortex('lh', (id) => `${id}/`),
      'rh.txt': cortex('rh', (id) => `/data/subjects/${id}`),
      'aseg.txt': subcortex(),
    });
    const study = await importPaths(['lh.txt', 'rh.txt', 'aseg.txt'].map((name) => join(root, name)));
    expect(study.subjects.map(({ id }) => id)).toEqual(subjects);
    expect(study.columns.map(({ name, role }) => `${name}: ${role}`)).toEqual([
      'subject: id',
      'lh_bankssts_thickness: feature',
      'lh_cuneus_thickness: feature',
      'BrainSegVolNotVent: feature',
      'eTIV: covariate',
      'rh_bankssts_thickness: feature',
      'rh_cuneus_thickness: feature',
      'Left-Hippocampus: feature',
      'Right-Hippocampus: feature',
    ]);
    expect(study.subjects[1]?.values).toMatchObject({
      rh_cuneus_thickness: 3.75,
      'Right-Hippocampus': 4098,
      eTIV: volume(1),
    });
    expect(said(study)).toEqual([]);
  });

  it('are read as FreeSurfer wrote them, by the names that its examples give them', async () => {
    const real = join(import.meta.dirname, '../../fixtures/tables/freesurfer');
    const names = ['aseg.volume.table', 'aparc.volume.table', 'aparc.area.table'];
    const root = makeTree(
      Object.fromEntries(names.map((name) => [name, withOthers(readFileSync(join(real, name), 'utf8'))])),
    );
    const study = await importPaths([root]);
    expect(study.subjects.map(({ id }) => id)).toEqual(['bert', 'ernie', 'grover']);
    expect(study.subjects[0]?.values).toMatchObject({
      'Left-Hippocampus': 4308.9,
      'Right-choroid-plexus': 442.9,
      rh_insula_volume: 7552,
      rh_WhiteSurfArea_area: 83_213.3,
      eTIV: 1_602_572.131_29,
    });
    const named = (role: string): string[] =>
      study.columns.flatMap((column) => (column.role === role ? [column.name] : []));
    expect(named('covariate')).toEqual(['eTIV']);
    // What is 0 in all has nothing to learn from.
    expect(named('ignored').filter((name) => !/hypointensities$|^5th-Ventricle$/.test(name))).toEqual([]);
    expect(named('feature')).toEqual(expect.arrayContaining(['CC_Central', 'rh_insula_volume', 'rh_insula_area']));
  });

  it('are joined to a table of the subjects, whose numbers are no features then', async () => {
    const root = makeTree({
      'cohort.csv': 'id,group,age\nsub-01,a,30\nsub-02,b,40\nsub-03,a,50\n',
      'aseg.txt': subcortex(),
    });
    const study = await importPaths([join(root, 'aseg.txt'), join(root, 'cohort.csv')]);
    expect(study.columns.filter(({ role }) => role === 'feature').map(({ name }) => name)).toEqual([
      'Left-Hippocampus',
      'Right-Hippocampus',
    ]);
    expect(study.groups.groups.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('may be transposed, or have spaces or commas between the fields', () => {
    const upright = parseTable('aseg.txt', subcortex());
    const turned = parseTable('aseg.txt', subcortex(true));
    expect(turned.columns).toEqual(upright.columns);
    for (const delimiter of [' ', ',', ';']) {
      expect(
        parseTable(
          'lh.txt',
          cortex('lh', (id) => id, delimiter),
        ).columns,
      ).toEqual(parseTable('lh.txt', cortex('lh')).columns);
    }
  });
});
