/** Every code that an import, its checks and its settings tell a person has a test that makes it happen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const textsIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

it('no code that the reading of data tells is without a case', () => {
  const call =
    /(?:\bcode: |\b(?:inputError|settingError|tableProblem|problem|note|excluding|warn|say|refused|exclude|ofFeature)\(\s*(?:[^()'"`]*?,\s*)?)'([a-z0-9]+(?:-[a-z0-9]+)+)'/g;
  const others = ['data/table', 'study/warnings', 'study/giveaway-problems'].map((name) =>
    join(root, `app/${name}.ts`),
  );
  const codes = [...textsIn('main/engine/read'), ...others.map((path) => readFileSync(path, 'utf8'))].flatMap((text) =>
    [...text.matchAll(call)].map(([, code = '']) => code),
  );
  expect(codes.length).toBeGreaterThan(100);
  // Of a format that is put in: one of them is enough.
  const ofFormat = textsIn('main/engine/read').flatMap((text) =>
    [...text.matchAll(/`\$\{format\}-([a-z]+(?:-[a-z]+)*)`/g)].map(([, code = '']) => code),
  );
  expect(ofFormat.length).toBeGreaterThan(3);
  // In quotes, or as the title of a case.
  const cases = textsIn('test').join('\n');
  const hasCase = (code: string): boolean => new RegExp(`'(?:[a-z0-9-]+, )*${code}[':,]`).test(cases);
  expect([...new Set(codes)].filter((code) => !hasCase(code))).toEqual([]);
  const formats = ['nifti', 'mgh'];
  expect(ofFormat.filter((code) => !formats.some((format) => hasCase(`${format}-${code}`)))).toEqual([]);
});
