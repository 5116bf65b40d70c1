/**
 * npm test: sets up, builds and runs every test; words after `--` choose test files. Where there is no display a virtual one
 * is started for the windows. The last line is `N passed, N failed`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passThrough } from './setup/child.mjs';
import { hasDisplay, startVirtualDisplay } from './setup/display.mjs';
import { node24, projectEnvironment, root } from './setup/places.mjs';
import { runScript } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { tally } from './setup/tally.mjs';

async function runTests(words, reportFile, env) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  return passThrough(node24(), [vitest, 'run', ...reporters, ...words], { cwd: root, env });
}

await runScript(async () => {
  await setUp({ window: true, display: !hasDisplay() });
  const built = await passThrough(node24(), [join(root, 'scripts', 'build.mjs')]);
  const folder = mkdtempSync(join(tmpdir(), 'spectroscope-test-'));
  const display = hasDisplay() ? null : await startVirtualDisplay();
  try {
    const env = { ...projectEnvironment(), ...(display === null ? {} : { DISPLAY: display.name }) };
    const reportFile = join(folder, 'report.json');
    const code = await runTests(process.argv.slice(2), reportFile, env);
    const { passed, failed } = tally(reportFile, code);
    const all = failed + (built === 0 ? 0 : 1);
    console.log(`${passed} passed, ${all} failed`);
    return all === 0 && passed > 0 ? 0 : 1;
  } finally {
    display?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
