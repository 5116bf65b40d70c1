import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programVersion } from '#app/version.ts';

test('results name the version that package.json has', () => {
  const file = join(import.meta.dirname, '..', '..', 'package.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: programVersion });
});
