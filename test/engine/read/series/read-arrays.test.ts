import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArrays } from '../../../../main/engine/read/series/read-arrays.ts';
import { makeTree } from '../tree.ts';

const fixtures = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'series');
const fixture = (name: string) => join(fixtures, name);

/** Row r, column c of the files that write_arrays.py writes. */
const plain = [0, 1, 2].flatMap((row) => [0, 1, 2, 3].map((column) => row * 10 + column + 0.25));
const whole = plain.map(Math.floor);
const cube = Array.from({ length: 24 }, (_, i) => i);

async function arrayOf(name: string, array = '') {
  const { numbers } = await readArrays(fixture(name));
  const found = numbers.find((each) => each.name === array);
  if (found === undefined) throw new Error(`${name} has ${numbers.map((each) => each.name).join()}`);
  return { shape: found.shape, values: [...found.values] };
}

async function refusal(name: string, content: string | Uint8Array): Promise<string> {
  const root = makeTree({ [name]: content });
  const error = await readArrays(join(root, name)).catch((each: unknown) => each);
  return error instanceof Error ? error.message : 'not refused';
}

test.each(['f4-little', 'f4-big', 'f8-little', 'f8-big', 'f2-little', 'f2-big', 'fortran'])(
  'NumPy: %s gives the same numbers',
  async (name) => {
    expect(await arrayOf(`${name}.npy`)).toEqual({ shape: [3, 4], values: plain });
  },
);

test.each(['i1', 'u1', ...['i2', 'u2', 'i4', 'u4', 'i8', 'u8'].flatMap((kind) => [`${kind}-little`, `${kind}-big`])])(
  'NumPy: whole numbers, %s',
  async (name) => {
    expect(await arrayOf(`${name}.npy`)).toEqual({ shape: [3, 4], values: whole });
  },
);

test('NumPy: truth values, half floats at their limits, three axes in Fortran order', async () => {
  expect((await arrayOf('bool.npy')).values).toEqual(whole.map((value) => Number(value % 2 === 0)));
  expect((await arrayOf('halves.npy')).values.slice(0, 8)).toEqual([0, -0, 1.5, -2.25, 2 ** -24, 65504, Infinity, NaN]);
  expect(await arrayOf('fortran-3d.npy')).toEqual({ shape: [2, 3, 4], values: cube });
});

test.each(['subjects.npz', 'subjects-deflated.npz'])(
  'NumPy: the archive %s, with the names of the subjects',
  async (name) => {
    const { shape, values } = await arrayOf(name, 'data');
    expect(shape).toEqual([3, 3, 4]);
    expect(values.slice(12, 16)).toEqual([100.25, 101.25, 102.25, 103.25]);
    expect((await readArrays(fixture(name))).texts).toEqual([{ name: 'ids', texts: ['sub-01', 'sub-02', 'sub-03'] }]);
  },
);

test.each(['v6.mat', 'v7.mat'])('MATLAB: %s with cells, structs, texts and smaller types', async (name) => {
  expect(await arrayOf(name, 'ts')).toEqual({ shape: [3, 4], values: plain });
  expect(await arrayOf(name, 'single')).toEqual({ shape: [3, 4], values: plain });
  expect(await arrayOf(name, 'counts')).toEqual({ shape: [3, 4], values: whole });
  expect(await arrayOf(name, 'cube')).toEqual({ shape: [2, 3, 4], values: cube });
  expect(await arrayOf(name, 'series{1}')).toEqual({ shape: [3, 4], values: plain });
  expect(await arrayOf(name, 'series{2}')).toEqual({ shape: [2, 4], values: plain.slice(0, 8).map((v) => v + 100) });
  expect((await arrayOf(name, 'study.ts')).values).toEqual(plain.map((value) => value + 1));
  expect((await arrayOf(name, 'flags')).values).toEqual(whole.map((value) => Number(value > 10)));
  const { texts } = await readArrays(fixture(name));
  expect(texts).toContainEqual({ name: 'label', texts: ['resting state'] });
  expect(texts).toContainEqual({ name: 'names', texts: ['left amygdala', 'right amygdala'] });
});

test('MATLAB: version 7.3, its axes turned back, chunks inflated, cells followed', async () => {
  expect(await arrayOf('v73.mat', 'ts')).toEqual({ shape: [3, 4], values: plain });
  expect(await arrayOf('v73.mat', 'packed')).toEqual({ shape: [3, 4], values: plain });
  expect(await arrayOf('v73.mat', 'cube')).toEqual({ shape: [2, 3, 4], values: cube });
  expect((await arrayOf('v73.mat', 'study.ts')).values).toEqual(plain.map((value) => value + 1));
  expect(await arrayOf('v73.mat', 'series{2}')).toEqual({
    shape: [2, 4],
    values: plain.slice(0, 8).map((v) => v + 100),
  });
  expect((await readArrays(fixture('v73.mat'))).texts).toEqual([{ name: 'label', texts: ['resting state'] }]);
});

test('HDF5 that MATLAB did not write keeps its axes', async () => {
  expect(await arrayOf('plain.h5.mat', 'ts')).toEqual({ shape: [3, 4], values: plain });
});

test.each([
  ['complex.npy', 'complex numbers'],
  ['objects.npy', 'Python objects'],
  ['complex.mat', 'complex numbers'],
  ['v4.mat', "save('v4.mat', '-v7')"],
])('%s is refused in words', async (name, words) => {
  await expect(readArrays(fixture(name))).rejects.toThrow(words);
});

test.each(['f8-little.npy', 'subjects.npz', 'subjects-deflated.npz', 'v6.mat', 'v7.mat', 'v73.mat'])(
  '%s cut off anywhere is refused as damaged, never read short',
  async (name) => {
    const bytes = readFileSync(fixture(name));
    for (const part of [0.05, 0.3, 0.6, 0.9, 0.99]) {
      const length = Math.floor(bytes.length * part);
      const root = makeTree({ [name]: bytes.subarray(0, length) });
      const error: unknown = await readArrays(join(root, name)).then(
        ({ numbers }) => numbers,
        (each: unknown) => each,
      );
      // A MATLAB file may end between two variables.
      if (Array.isArray(error)) expect(name).toMatch(/^v[67]\.mat$/);
      else expect(error).toMatchObject({ kind: 'input', file: name });
    }
  },
);

test('a header that asks for more than there is is refused before memory is taken', async () => {
  const bytes = Buffer.from(readFileSync(fixture('f8-little.npy')));
  bytes.write('(9999999999, 99)', bytes.indexOf('(3, 4)'));
  expect(await refusal('huge.npy', bytes)).toContain('9999999999 x 99');
});

const text = async (name: string, content: string) => {
  const root = makeTree({ [name]: content });
  const [found] = (await readArrays(join(root, name))).numbers;
  return { ...found!, values: [...found!.values] };
};

test('text: with and without a header, with a column of names or a count, in every dialect', async () => {
  expect(await text('a.csv', '1,2.5\n3,4\n')).toMatchObject({ shape: [2, 2], values: [1, 2.5, 3, 4], columns: null });
  expect(await text('b.tsv', 'V1\tM1\n1\t2\n3\tn/a\n')).toMatchObject({
    values: [1, 2, 3, NaN],
    columns: ['V1', 'M1'],
  });
  expect(await text('c.txt', '1 2\n3 4\n')).toMatchObject({ shape: [2, 2], values: [1, 2, 3, 4] });
  expect(await text('d.csv', ',V1,M1\n0,1,2\n1,3,4\n2,5,6\n')).toMatchObject({ shape: [3, 2], columns: ['V1', 'M1'] });
  expect(await text('e.csv', 'TR,V1,M1\n0,1,2\n2,3,4\n4,5,6\n')).toMatchObject({
    shape: [3, 2],
    columns: ['V1', 'M1'],
  });
  expect(await text('f.csv', 'roi,a,b\nV1,1,2\nM1,2,1\n')).toMatchObject({ rows: ['V1', 'M1'], columns: ['a', 'b'] });
  expect(await text('g.csv', '1,5;2,5\n3,5;4\n')).toMatchObject({ values: [1.5, 2.5, 3.5, 4] });
});

test('text: a first column that only looks like a count stays data', async () => {
  expect(await text('a.csv', 'V1,M1,A1\n0,1,2\n1,3,4\n2,5,6\n')).toMatchObject({ shape: [3, 3] });
});

test('text: a header that counts the columns, as pandas writes without names, is no row of numbers', async () => {
  expect(await text('a.csv', '0,1,2\n0.5,1.5,2\n3,4,5.5\n')).toMatchObject({ shape: [2, 3], columns: null });
  expect(await text('b.csv', ',0,1,2\n0,5,1,2\n1,3,4,9\n2,3,4,7\n')).toMatchObject({
    shape: [3, 3],
    values: [5, 1, 2, 3, 4, 9, 3, 4, 7],
    columns: null,
  });
  // Whole numbers under whole numbers may be all data.
  expect(await text('c.csv', '0,1,2\n5,1,2\n')).toMatchObject({ shape: [2, 3] });
});

test('.1D of AFNI: remarks, repetitions, names of columns', async () => {
  expect(await text('a.1D', '# 3dmaskave\n# V1 M1\n 1 2\n 3 4 # last\n')).toMatchObject({
    shape: [2, 2],
    values: [1, 2, 3, 4],
    columns: ['V1', 'M1'],
  });
  expect(await text('b.1D', '2@0 1\n1 2@3\n')).toMatchObject({ values: [0, 0, 1, 1, 3, 3] });
  expect(await text('c.1D', '1\n2\n3\n')).toMatchObject({ shape: [3, 1] });
});

test('text that is no matrix is refused with line and column', async () => {
  expect(await refusal('a.csv', '1,2\n3,x\n5,6\n')).toContain("line 2, column 2: 'x'");
  expect(await refusal('a.csv', '1,2\n3,4,5\n')).toContain('line 2 has 3 fields');
  expect(await refusal('a.txt', 'word\n')).toContain("'word'");
});

test('every byte of a file may be wrong without a fault', { timeout: 60_000 }, async () => {
  const root = makeTree({});
  let seed = 7;
  const next = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
  for (const name of ['fortran.npy', 'subjects-deflated.npz', 'v6.mat', 'v7.mat']) {
    const whole = readFileSync(fixture(name));
    for (let round = 0; round < 150; round++) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i < 4; i++) bytes[next(Math.min(bytes.length, 600))] = next(256);
      const path = join(root, name);
      writeFileSync(path, bytes);
      const error: unknown = await readArrays(path).then(
        () => null,
        (each: unknown) => each,
      );
      if (error !== null) expect(error).toMatchObject({ kind: 'input' });
    }
  }
});
