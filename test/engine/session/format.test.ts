import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleGroups, exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'session-format.md'), 'utf8');

test('the Python reader of docs/session-format.md prints the numbers that were written', () => {
  const [, script = ''] = /```python\n([^]*?)```/.exec(guide) ?? [];
  writeFileSync(join(folder, 'read.py'), script);
  const header = exampleHeader();
  const file = join(folder, 'python.spectra');
  const writer = createSession({ file }, header);
  for (let step = 0; step < 5; step++) writer.step(exampleStep(header, 0, step));
  writer.close('finished');

  const lines = execFileSync('python3', [join(folder, 'read.py'), file], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  expect(lines.length).toBe(5 * 2 * 3 * 3);
  const printed = new Map(
    lines.map((line) => {
      const [run, step, layer, quantity, set, ...values] = line.split('\t');
      return [[run, step, layer, quantity, set].join('|'), values.map(Number)];
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
});
