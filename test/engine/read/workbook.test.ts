import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTable } from '../../../main/engine/read/table.ts';
import { importPaths, makeTree } from './tree.ts';
import { zipOf } from './write-zip.ts';

const folder = join(import.meta.dirname, '../../fixtures/tables/workbook');
const workbook = join(folder, 'phenotypes.xlsx');

describe('an Excel workbook', () => {
  it('is read with the types of its cells, past a cover sheet and a title above the header', async () => {
    const table = await readTable(workbook);
    expect(table.sheet).toBe('Phenotypes');
    expect(table.sheets).toEqual(['Read me', 'Phenotypes', 'Codebook']);
    expect(Object.fromEntries(table.columns.map(({ name, type, cells }) => [name, [type, ...cells]]))).toEqual({
      Subject: ['number', 40013, 40014, 40015, 40016],
      Group: ['category', 'patient', 'control', 'control', 'patient'],
      Age: ['number', 34, 29, 91, 45],
      'Scan date': ['text', '2019-03-04', '2019-03-05', '2019-04-01', null],
      IQ: ['number', 101.5, 98.25, null, null],
      'Right handed': ['category', 'true', 'false', 'true', 'false'],
      Volume: ['number', 1.234, 2.345, 3.456, 4.567],
      Started: ['category', '2019-03-04T10:30:00', null, null, null],
      Typed: ['number', 3.25, 4.5, 5, 6.125],
    });
    expect(table.lines).toEqual([4, 5, 6, 7]);
    expect(table.problems.map(({ message }) => message)).toEqual([
      "phenotypes.xlsx, sheet 'Phenotypes': 1 row stands above the header in line 3 and is left out.",
    ]);
  });

  it('is read past a legend of two columns, which a table of subjects dwarfs', async () => {
    const cells = (row: number, values: (string | number)[]) =>
      `<row r="${row}">${values.map((value, i) => `<c r="${'ABCDEFGH'[i] ?? ''}${row}" t="inlineStr"><is><t>${value}</t></is></c>`).join('')}</row>`;
    const sheet = (rows: (string | number)[][]) =>
      `<worksheet><sheetData>${rows.map((row, at) => cells(at + 1, row)).join('')}</sheetData></worksheet>`;
    const subjects = Array.from({ length: 20 }, (_, i) => [`P${i}`, i, i + 1, i + 2]);
    const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const place = (at: number) =>
      `<Relationship Id="rId${at}" Type="${relation}/worksheet" Target="worksheets/sheet${at}.xml"/>`;
    const bytes = zipOf({
      'xl/workbook.xml': `<workbook xmlns:r="${relation}"><sheets><sheet name="Legend" sheetId="1" r:id="rId1"/><sheet name="Data" sheetId="2" r:id="rId2"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships>${place(1)}${place(2)}</Relationships>`,
      'xl/worksheets/sheet1.xml': sheet([
        ['sex', 'meaning'],
        [1, 'male'],
        [2, 'female'],
      ]),
      'xl/worksheets/sheet2.xml': sheet([['id', 'x', 'y', 'z'], ...subjects]),
    });
    const root = makeTree({ 'study.xlsx': bytes });
    expect(await readTable(join(root, 'study.xlsx'))).toMatchObject({ sheet: 'Data', sheets: ['Legend', 'Data'] });
  });

  it('is read by the name of a sheet, and an unknown name is refused with those that are there', async () => {
    const table = await readTable(workbook, 'Codebook');
    expect(table.columns.map(({ name }) => name)).toEqual(['name', 'meaning']);
    await expect(readTable(workbook, 'Sheet1')).rejects.toMatchObject({
      kind: 'setting',
      message: "phenotypes.xlsx has no sheet 'Sheet1' that holds anything. Sheets are: Read me, Phenotypes, Codebook.",
    });
  });

  it('is a study as a table is', async () => {
    const study = await importPaths([workbook]);
    expect(study.subjects.map(({ id }) => id)).toEqual(['40013', '40014', '40015', '40016']);
    expect(study.columns.find(({ name }) => name === 'Volume')?.role).toBe('feature');
  });

  const whole = readFileSync(workbook);
  const unpacked = Buffer.from(whole);
  // The directory says that the first entry unpacks to 4 GB.
  unpacked.writeUInt32LE(0xfffffff0, unpacked.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  const overwritten = Buffer.from(whole).fill(0x41, 60, 3000);
  it.each([
    [
      'protected by a password',
      readFileSync(join(folder, 'encrypted.xlsx')),
      /t.xlsx: the workbook is protected by a password. Save it without one/,
    ],
    [
      'with macros',
      readFileSync(join(folder, 'macros.xlsm')),
      /t.xlsx: the workbook holds macros, which are not opened/,
    ],
    ['of Excel 97', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), /Excel 97-2003/],
    ['cut off', whole.subarray(0, 4000), /t.xlsx: is not a workbook, or one that was cut off/],
    ['overwritten in part', overwritten, /t.xlsx: the workbook is damaged and cannot be read/],
    ['that unpacks to gigabytes', unpacked, /GB unpacked are too large for a table/],
    ['that is text', Buffer.from('id,x\na,1\n'), /is not a workbook/],
    ['of two bytes', Buffer.from('PK'), /is not a workbook/],
  ])('is refused in words: %s', async (_, content, message) => {
    await expect(readTable(join(makeTree({ 't.xlsx': content }), 't.xlsx'))).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(message) as unknown,
    });
  });
});

describe('a workbook whose parts are damaged inside of a sound archive', () => {
  const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const parts = {
    'xl/workbook.xml': `<workbook xmlns:r="${relation}"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml':
      '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2"><v>1.5</v></c></row></sheetData></worksheet>',
  };
  const sheet = 'xl/worksheets/sheet1.xml';
  const readParts = async (files: Readonly<Record<string, string>>) =>
    await readTable(join(makeTree({ 't.xlsx': zipOf(files) }), 't.xlsx'));

  it('is read while they are sound', async () => {
    expect((await readParts(parts)).columns.map(({ name, cells }) => [name, cells])).toEqual([
      ['id', [7]],
      ['x', [1.5]],
    ]);
  });

  it.each([
    ['no list of sheets', { ...parts, 'xl/workbook.xml': '<workbook><sheets' }],
    [
      'a sheet that is named and not there',
      {
        'xl/workbook.xml': parts['xl/workbook.xml'],
        'xl/_rels/workbook.xml.rels': parts['xl/_rels/workbook.xml.rels'],
      },
    ],
    ['a sheet without data', { ...parts, [sheet]: '<worksheet></worksheet>' }],
    ['a sheet that ends early', { ...parts, [sheet]: parts[sheet].slice(0, 60) }],
  ])('is refused, and the engine goes on: %s', async (_, files) => {
    await expect(readParts(files)).rejects.toMatchObject({ kind: 'input', code: 'workbook-damaged' });
  });
});
