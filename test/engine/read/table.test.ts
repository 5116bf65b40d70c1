import { describe, expect, it } from 'vitest';
import type { Cell } from '#app/study/study.ts';
import { decodeText } from '../../../main/engine/read/text.ts';
import { parseTable, readTable } from '../../../main/engine/read/table.ts';
import { makeTree } from './tree.ts';
import { join } from 'node:path';
import { inWriting } from '#app/text/sentence.ts';

function column(text: string, name: string): Cell[] {
  const found = parseTable('t.csv', text).columns.find((candidate) => candidate.name === name);
  return found?.cells ?? [];
}
function bytes(...parts: (string | number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part))));
}

describe('a table', () => {
  it('survives a mark at its start, CRLF, quoted commas, stray spaces and empty lines at its end', () => {
    const text = '\ufeffid , "site, city" ,x\r\n s1 , "Bonn, DE" , 1.5 \r\n\r\ns2,"say ""hi""",2\r\n,,\r\n  \r\n\r\n';
    const table = parseTable('t.csv', text);
    expect(table.columns.map(({ name }) => name)).toEqual(['id', 'site, city', 'x']);
    expect(table.columns.map(({ cells }) => cells)).toEqual([
      ['s1', 's2'],
      ['Bonn, DE', 'say "hi"'],
      [1.5, 2],
    ]);
    expect(table.lines).toEqual([2, 4]);
    expect(table.problems).toEqual([]);
  });

  it.each([
    ['comma', 'id,x\na,1\nb,2'],
    ['tab', 'id\tx\na\t1\nb\t2'],
    ['semicolon', 'id;x\na;1\nb;2'],
    ['bar', 'id|x\na|1\nb|2'],
    ['the one that Excel declares', 'sep=;\nid;x\na;1\nb;2'],
    ['a comma within quotes beside semicolons', '"id";"x"\n"a";1\n"b";2'],
  ])('finds its delimiter: %s', (_, text) => {
    expect(parseTable('t.csv', text).columns.map(({ name, cells }) => [name, cells])).toEqual([
      ['id', ['a', 'b']],
      ['x', [1, 2]],
    ]);
  });

  it.each([
    ['names of the rows without a name, as R writes them', '"x" "site"\n"a b" 1 "Bonn, DE"\n"c" NA "Ulm"'],
    [
      'columns that are filled up with spaces',
      '  id    x   site\n a b'.replace(' b', '  1  Bonn') + '\n c   NA  Ulm\n',
    ],
  ])('is cut at spaces: %s', (_, text) => {
    expect(parseTable('t.txt', text).columns.find(({ name }) => name === 'x')?.cells).toEqual([1, null]);
  });

  it('is not cut at spaces that stand in texts', () => {
    expect(parseTable('t.csv', 'first name\nAnna Lena\nJan Peer').columns.map(({ name }) => name)).toEqual([
      'first name',
    ]);
  });

  it('without a line of names above its columns is refused, or told where numbers are the names', () => {
    expect(() => parseTable('t.csv', '569,30,malignant\n1,2,3,4,0\n2,3,4,5,1')).toThrow(
      't.csv: its first line, line 1, names 3 columns, and no row has so few (5 fields in line 2)',
    );
    const words = (header: string): string[] =>
      parseTable('t.csv', `${header}\n5,6,7`).problems.map(({ message }) => message);
    expect(words('6,148,72')).toEqual([
      expect.stringContaining('names of columns are numbers (6, 148, 72)') as unknown,
    ]);
    expect(words('id,1,2')).toEqual([]);
  });

  it.each([
    ['decimal commas', 'id;x\na;3,14\nb;-2,5', [3.14, -2.5]],
    ['decimal commas with grouped thousands', 'id;x\na;1.234,5\nb;2,25', [1234.5, 2.25]],
    ['decimal commas in quotes', 'id,x\na,"3,14"\nb,"2,5"', [3.14, 2.5]],
    ['grouped thousands', 'id,x\na,"1,684,160"\nb,"1,198.5"', [1684160, 1198.5]],
    ['a comma that only another column explains', 'id;x;y\na;1,234;0,5\nb;2,345;0,25', [1.234, 2.345]],
    ['exponents and signs', 'id,x\na,1e-3\nb,+2.5E2', [0.001, 250]],
    ['a minus sign from a word processor', 'id,x\na,\u22124\nb,.5', [-4, 0.5]],
    [
      'missing values of BIDS, R, Python and Excel',
      'id,x\na,n/a\nb,NA\nc,NaN\nd,\ne,#N/A\nf,1\ng,2',
      [null, null, null, null, null, 1, 2],
    ],
  ])('reads numbers: %s', (_, text, expected) => {
    expect(column(text, 'x')).toEqual(expected);
  });

  it('takes TRUE, true and 1 for the same', () => {
    expect(column('id,patient\na,TRUE\nb,true\nc,1\nd,False\ne,0\nf,', 'patient')).toEqual([
      'true',
      'true',
      'true',
      'false',
      'false',
      null,
    ]);
    expect(column('id,x\na,1\nb,0', 'x')).toEqual([1, 0]);
  });

  it('keeps codes with leading zeros as text', () => {
    const table = parseTable('t.csv', 'code,x\n007,1\n010,2\n');
    expect(table.columns[0]?.cells).toEqual(['007', '010']);
    expect(table.columns[0]?.type).not.toBe('number');
  });

  it('tells measurements, categories and texts apart', () => {
    const rows = Array.from({ length: 40 }, (_, i) => `s${i},${i % 2 ? 'f' : 'm'},${i / 3},free text ${i}`);
    const table = parseTable('t.csv', `id,sex,x,note\n${rows.join('\n')}`);
    expect(table.columns.map(({ type }) => type)).toEqual(['text', 'category', 'number', 'text']);
  });

  it('reads UTF-8, UTF-16 of both kinds and Windows-1252', () => {
    const text = 'id,Größe\nä,1\n';
    const utf16 = Buffer.from(text, 'utf16le');
    const swapped = Buffer.from(utf16).swap16();
    expect(decodeText('t', bytes(text))).toBe(text);
    expect(decodeText('t', bytes([0xff, 0xfe], [...utf16]))).toBe(text);
    expect(decodeText('t', bytes([0xfe, 0xff], [...swapped]))).toBe(text);
    expect(decodeText('t', utf16)).toBe(text);
    expect(decodeText('t', Buffer.from(text, 'latin1'))).toBe(text);
  });

  it('never has two columns of one name, whatever the header says', () => {
    const names = (text: string) => parseTable('t.csv', text).columns.map(({ name }) => name);
    expect(names('x,x (2),x,,column 4\n1,2,3,4,5\n')).toEqual(['x', 'x (2)', 'x (3)', 'column 4 (2)', 'column 4']);
  });

  it('finds the names of rows that R leaves without a header', () => {
    const table = parseTable('t.tsv', 'x\ty\nrow1\t1\t2\nrow2\t3\t4\n');
    expect(table.columns.map(({ name, cells }) => [name, cells])).toEqual([
      ['column 1', ['row1', 'row2']],
      ['x', [1, 3]],
      ['y', [2, 4]],
    ]);
  });
});

describe('a malformed table', () => {
  it.each([
    ['empty', '\n\n', 't.csv: the table is empty. Save it again with a header line and one row a subject.'],
    ['a header alone', 'id,x\n', 't.csv: the table has a header line but no rows. Add one row a subject.'],
    ['a quotation mark that is never closed', 'id,x\na,"1\nb,2\n', 'a quotation mark is opened and never closed'],
  ])('is refused with its reason: %s', (_, text, message) => {
    expect(() => parseTable('t.csv', text)).toThrow(message);
  });

  it.each([
    [
      'an Excel workbook',
      bytes([0x50, 0x4b, 3, 4, 20, 0]),
      't.csv: is an Excel workbook or another ZIP archive. Give it the ending .xlsx, or save the sheet as CSV.',
    ],
    ['an old Excel workbook', bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 't.csv: is an old Excel workbook.'],
    ['an SPSS file', bytes('$FL2@(#) SPSS'), 't.csv: is an SPSS file. Save it as CSV.'],
    ['a compressed file', bytes([0x1f, 0x8b, 8, 0]), 't.csv: is compressed with gzip.'],
    ['random bytes', bytes('id,x', [0, 1, 2, 0, 0, 7, 9]), 't.csv: holds bytes that are no text.'],
    [
      'a pointer of git-annex',
      bytes('../.git/annex/objects/xx/yy'),
      't.csv: is a pointer left by git-annex or Git LFS.',
    ],
    ['a failed download', bytes('<!DOCTYPE html><html>'), 't.csv: is a web page: a download that failed.'],
    ['no bytes at all', bytes(''), 't.csv: the file is empty.'],
  ])('is refused with what it is: %s', async (_, content, message) => {
    await expect(readTable(join(makeTree({ 't.csv': content }), 't.csv'))).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(message) as unknown,
    });
  });

  it.each([
    [
      'two columns of one name',
      'id,x,x\na,1,2\n',
      "t.csv, line 1, column 3: the name 'x' is used a second time; the column is called 'x (2)' here. Give columns different names.",
    ],
    [
      'a short row',
      'id,x,y\na,1\nb,1,2\n',
      't.csv, line 2: 2 fields where the header names 3; the rest counts as missing from column 3 on. Check the row.',
    ],
    [
      'a word among numbers',
      `id,x\n${Array.from({ length: 20 }, (_, i) => `s${i},${i === 4 ? 'lost' : i}`).join('\n')}`,
      "t.csv, line 6, column 'x': 'lost' is not a number as the rest of the column; it counts as missing. Correct the cell.",
    ],
  ])('is read, and what is wrong is said: %s', (_, text, message) => {
    expect(parseTable('t.csv', text).problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('marks a row with too many fields as broken, since its values may be shifted', () => {
    const table = parseTable('t.csv', 'id,x\na,3,14\nb,2\n');
    expect(table.broken.map((reason) => reason && inWriting(reason))).toEqual([
      't.csv, line 2: 3 fields where the header names 2, the surplus from column 3 on. Put text that holds the delimiter in quotes.',
      null,
    ]);
  });

  it('says so when it is not there', async () => {
    await expect(readTable('/nowhere/t.csv')).rejects.toMatchObject({ kind: 'input', code: 'file-missing' });
  });
});
