/** The npm packages: installed when what is in node_modules is not what package-lock.json says. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, systemEnvironment } from './places.mjs';
import { SetupError, say } from './say.mjs';
import { ownChild } from './staging.mjs';

/** npm writes this list last: without it an installation was interrupted. */
const installedList = join(root, 'node_modules', '.package-lock.json');

/** @returns {boolean} whether every package of the lock file is installed in its version */
export function packagesMatch() {
  if (!existsSync(installedList)) return false;
  const installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other systems are not installed.
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

export async function installPackages() {
  say('Fetching the npm packages (about 340 MB)');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = ownChild(spawn('npm', args, { cwd: root, env: systemEnvironment(), stdio: ['ignore', 2, 2] }));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new SetupError('npm could not install the packages: read its message above and start again.');
}
