import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleGroups, exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'session-format.md'), 'utf8');

/** The first block of code of a language. */
function codeOf(language: string): string {
  const [, code = ''] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(guide) ?? [];
  expect(code).not.toBe('');
  return code;
}

/** Writes a session and compares what the reader prints of it, one line per run, step, layer, quantity and set. */
function expectSameNumbers(name: string, read: (file: string) => string, exact: (value: number) => number): void {
  const header = exampleHeader();
  const file = join(folder, `${name}.spectra`);
  const writer = createSession({ file }, header);
  for (let step = 0; step < 5; step++) writer.step(exampleStep(header, 0, step));
  writer.close('finished');

  const lines = read(file).trimEnd().split('\n');
  expect(lines.length).toBe(5 * 2 * 3 * 3);
  const printed = new Map(
    lines.map((line) => {
      const [run, step, layer, quantity, set, ...values] = line.split('\t');
      return [[run, step, layer, quantity, set].join('|'), values.map((value) => exact(Number(value)))];
    }),
  );
  for (let step = 0; step < 5; step++) {
    const record = exampleStep(header, 0, step);
    header.layers.forEach(({ view, layout }, layer) => {
      let offset = 0;
      for (const { quantity, values } of layout.quantities) {
        for (const set of [...exampleGroups, 'all']) {
          const expected = record
            .spectra![layer]!.subarray(offset, offset + values)
            .filter((value) => !Number.isNaN(value));
          expect(printed.get(`0|${step}|${view.name}|${quantity}|${set}`)).toEqual([...expected]);
          offset += values;
        }
      }
    });
  }
}

test('the Python reader of docs/session-format.md prints the numbers that were written', () => {
  writeFileSync(join(folder, 'read.py'), codeOf('python'));
  const read = (file: string): string => execFileSync('python3', [join(folder, 'read.py'), file], { encoding: 'utf8' });
  expectSameNumbers('python', read, (value) => value);
});

const hasR = spawnSync('Rscript', ['-e', 'library(RSQLite)'], { stdio: 'ignore' }).status === 0;
const skipped = hasR ? '' : ' (skipped: no R with RSQLite here; on Debian, apt-get install r-base-core r-cran-rsqlite)';

test.skipIf(!hasR)(`the R reader of docs/session-format.md prints the numbers that were written${skipped}`, () => {
  writeFileSync(join(folder, 'read.R'), codeOf('r'));
  const read = (file: string): string => execFileSync('Rscript', [join(folder, 'read.R'), file], { encoding: 'utf8' });
  // Nine digits give a float32 back exactly.
  expectSameNumbers('r', read, Math.fround);
});
