import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tally } from '../../scripts/setup/tally.mjs';

const root = resolve(import.meta.dirname, '..', '..');
let folder: string;

// Inside of the project, so that the files find vitest.
beforeEach(() => {
  mkdirSync(join(root, 'out'), { recursive: true });
  folder = mkdtempSync(join(root, 'out', 'tally-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs test files in a Vitest of their own and counts as `npm test` does. */
function count(files: Readonly<Record<string, string>>): { passed: number; failed: number } {
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(join(folder, name), `import { expect, it } from 'vitest';\n${body}`);
  }
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const words = ['run', '--root', folder, '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [vitest, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
  });
  return tally(report, status ?? 1);
}

const good = `it('holds', () => expect(1).toBe(1));`;

describe('the count of tests', () => {
  it('is of tests that passed and failed', () => {
    const files = { 'a.test.ts': good, 'b.test.ts': `${good} it('fails', () => expect(1).toBe(2));` };
    expect(count(files)).toEqual({ passed: 2, failed: 1 });
  });

  it('has no failure when all is well', () => {
    expect(count({ 'a.test.ts': good })).toEqual({ passed: 1, failed: 0 });
  });

  it.each([
    ['a file that cannot be read as tests', `import './nowhere.ts';`],
    ['a file that throws', `throw new Error('at once');`],
    ['a promise that nobody caught', `${good} void Promise.reject(new Error('later'));`],
    ['a process that ends', `it('ends', () => process.kill(process.pid, 'SIGKILL'));`],
  ])('counts %s as a failure', (_, body) => {
    const { passed, failed } = count({ 'a.test.ts': good, 'b.test.ts': body });
    expect(failed).toBeGreaterThanOrEqual(1);
    expect(passed).toBeGreaterThanOrEqual(1);
  });

  it('is one failure when there is no report at all', () => {
    expect(tally(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1 });
  });
});
