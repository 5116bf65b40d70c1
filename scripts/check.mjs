/** npm run check: types, lint, format and unused code, two at a time. Sets nothing up but the npm packages. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, packagesMatch } from './setup/packages.mjs';
import { node24, projectEnvironment, root } from './setup/places.mjs';
import { runScript } from './setup/say.mjs';

const checks = [
  ['types of the core', 'typescript/bin/tsc', '-p', 'app'],
  ['types of main and tests', 'typescript/bin/tsc', '-p', 'main'],
  ['types of the window', 'vue-tsc/bin/vue-tsc.js', '-p', 'renderer'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['texts in all languages', '../scripts/messages.mjs'],
  ['unused code', 'knip/bin/knip.js', '--no-progress'],
  ['lint', 'eslint/bin/eslint.js', '.', '--max-warnings', '0'],
];

/** @returns {Promise<boolean>} whether the check passed; what it said is printed when it did not */
function run([name, script, ...args]) {
  const child = spawn(node24(), [join(root, 'node_modules', script), ...args], {
    cwd: root,
    env: projectEnvironment(),
  });
  let words = '';
  child.stdout.on('data', (chunk) => (words += chunk));
  child.stderr.on('data', (chunk) => (words += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      console.log(code === 0 ? `ok      ${name}` : `FAILED  ${name}\n${words}`);
      resolve(code === 0);
    });
  });
}

await runScript(async () => {
  if (!packagesMatch()) await installPackages();
  const waiting = [...checks];
  const results = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) results.push(await run(check));
  };
  await Promise.all([worker(), worker()]);
  return results.every(Boolean) ? 0 : 1;
});
