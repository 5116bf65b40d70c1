/** What formats promise beyond the numbers: pieces that fit memory, archives above 4 GB, folders of their own. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NpzFile } from '../../../main/engine/export/arrays/npz.ts';
import { OutputFile } from '../../../main/engine/export/output-file.ts';
import { writeParquet } from '../../../main/engine/export/parquet.ts';
import { columns } from '../../../main/engine/export/tables/table.ts';
import { folderNames } from '../../../main/engine/export/tensorboard/tensorboard.ts';
import { inPython, readingTest } from '../../fixtures/export/reading-python.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();

function written<T>(name: string, work: (output: OutputFile) => T): { path: string; result: T } {
  const path = join(folder, name);
  const output = new OutputFile(path, name);
  try {
    const result = work(output);
    output.finish();
    expect(statSync(path).size).toBe(output.bytes);
    return { path, result };
  } finally {
    output.close();
  }
}

readingTest('Parquet is written in row groups, none is null and text keeps every character', ['pyarrow'], (python) => {
  const count = 150_000;
  function* rows(): Iterable<(number | string | null)[]> {
    for (let i = 0; i < count; i++)
      yield [i, i % 3 === 0 ? Number.NaN : i / 7, i % 2, i % 5 === 0 ? null : `é ${i % 4}`];
  }
  const table = {
    columns: [
      ...columns('integer', 'i'),
      ...columns('real64', 'x'),
      ...columns('flag', 'odd'),
      ...columns('text', 't'),
    ],
    rows: rows(),
    records: count,
  };
  const { path, result } = written('groups.parquet', (output) => writeParquet(table, output));
  expect(result).toBe(count);
  const told = inPython(
    python,
    `
import json, sys, pyarrow.parquet
file = pyarrow.parquet.ParquetFile(sys.argv[1])
table = file.read().to_pydict()
for i, (n, x, odd, t) in enumerate(zip(table["i"], table["x"], table["odd"], table["t"])):
    assert n == i and odd == (i % 2 == 1)
    assert x is None if i % 3 == 0 else x == i / 7
    assert t is None if i % 5 == 0 else t == f"é {i % 4}"
print(json.dumps([file.num_row_groups, len(table["i"])]))`,
    path,
  );
  expect(told).toEqual([10, count]);
  return Promise.resolve();
});

readingTest('an .npz above the limit of zip is one of Zip64, which NumPy reads the same', ['numpy'], (python) => {
  // The limit lowered to a kilobyte: what lies beyond it is written as what lies beyond 4 GB is.
  const { path } = written('large.npz', (output) => {
    const npz = new NpzFile(output, 1024);
    const open = Array.from({ length: 5 }, (_, i) => npz.numbers(`part/${i}`, 'float64', [100, 3]));
    for (let row = 0; row < 100; row++) open.forEach((array, i) => array.append([row, i, Number.NaN]));
    npz.texts('names', ['', 'Zoë', '𝛼𝛽']);
    npz.attributes('part', { unit: 'none' });
    npz.finish();
  });
  const told = inPython(
    python,
    `
import json, sys, zipfile, numpy
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    versions = sorted({member.extract_version for member in archive.infolist()})
arrays = numpy.load(sys.argv[1])
for i in range(5):
    part = arrays[f"part/{i}"]
    assert part.shape == (100, 3) and (part[:, 0] == range(100)).all() and (part[:, 1] == i).all() and numpy.isnan(part[:, 2]).all()
print(json.dumps([versions, arrays["names"].tolist(), json.loads(str(arrays["attributes"]))]))`,
    path,
  );
  expect(told).toEqual([[45], ['', 'Zoë', '𝛼𝛽'], { part: { unit: 'none' } }]);
  return Promise.resolve();
});

test('an array that is handed more or fewer numbers than it announced is refused', () => {
  written('wrong.npz', (output) => {
    const npz = new NpzFile(output);
    const array = npz.numbers('a', 'int32', [2]);
    expect(() => npz.finish()).toThrow(/less than it announced/);
    array.append([1, 2]);
    expect(() => array.append([3])).toThrow(/more than it announced/);
  });
});

test('folders of groups are valid everywhere and differ, also where case does not count', () => {
  expect(folderNames(['a/b', 'A\\B', '..', 'ü (1)', 'all'])).toEqual([
    ...['group a-b', 'group A-B (2)', 'group', 'group ü -1', 'all samples'],
  ]);
});
