import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { forgetTest, keepTest, keptTests, requireWritable } from '../../../main/engine/session/kept-tests.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { exampleTest } from '../../fixtures/sessions/example-test.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'sessions');

function copyOf(version: number): string {
  const file = join(folder, `copy-${Math.random()}.spectra`);
  copyFileSync(join(fixtures, `version-${version}.spectra`), file);
  return file;
}

describe('test results in a session', () => {
  test('are there as they were kept in a stored file', () => {
    expect(keptTests(copyOf(4))).toEqual([{ ...exampleTest(), test: 1 }]);
  });

  test('are none in a file from before there were any, and can be kept there', () => {
    const file = copyOf(3);
    expect(keptTests(file)).toEqual([]);
    expect(keepTest(file, exampleTest())).toBe(1);
    expect(keptTests(file)).toEqual([{ ...exampleTest(), test: 1 }]);
  });

  test('are listed newest first; what is forgotten does not give its number to another', () => {
    const file = copyOf(4);
    const later = { ...exampleTest(), created: '2026-11-26T08:00:00.000Z', program: '0.2.0' };
    expect(keepTest(file, later)).toBe(2);
    expect(keptTests(file).map((each) => [each.test, each.program])).toEqual([
      [2, '0.2.0'],
      [1, '0.1.0'],
    ]);
    forgetTest(file, 2);
    expect(keepTest(file, exampleTest())).toBe(3);
    expect(keptTests(file).map((each) => each.test)).toEqual([3, 1]);
    expect(() => forgetTest(file, 2)).toThrow(expect.objectContaining({ code: 'no-such-test' }));
  });

  test('are kept while the session is being written, and the training goes on', () => {
    const file = join(folder, 'live.spectra');
    const header = exampleHeader();
    const writer = createSession({ file }, header);
    writer.step(exampleStep(header, 0, 0));
    keepTest(file, exampleTest());
    writer.step(exampleStep(header, 0, 1));
    expect(keptTests(file).length).toBe(1);
    writer.close('finished');
    expect(keptTests(file).length).toBe(1);
  });

  test.skipIf(process.getuid?.() === 0)('are refused in words by a file that may not be written to', () => {
    const file = copyOf(4);
    chmodSync(file, 0o444);
    expect(() => requireWritable(file)).toThrow(expect.objectContaining({ code: 'session-folder' }));
  });
});
