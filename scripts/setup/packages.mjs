/** The npm packages: installed when what is in node_modules is not what package-lock.json says. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, systemEnvironment } from './places.mjs';
import { SetupError, progressLine, say } from './say.mjs';
import { ownChild } from './staging.mjs';

/** npm writes this list last: without it an installation was interrupted. */
const installedList = join(root, 'node_modules', '.package-lock.json');

/** @returns {boolean} whether every package of the lock file is installed in its version, and its folder still there */
export function packagesMatch() {
  const installed = installedPackages();
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other systems are not installed.
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    if (found.version !== entry.version || found.integrity !== entry.integrity) return false;
    return existsSync(join(root, path, 'package.json'));
  });
}

/** The file that each package will have, those for other systems left out. */
function placesOfPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, { optional, devOptional, peer }]) => path !== '' && !(optional || devOptional || peer))
    .map(([path]) => join(root, path, 'package.json'));
}

/** What npm says that it installed; nothing where its list is missing or cut off. */
function installedPackages() {
  try {
    return JSON.parse(readFileSync(installedList, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

export async function installPackages() {
  say('Fetching the npm packages (about 340 MB)');
  // What an earlier start fetched is in npm's cache and is not asked for again. npm itself tells nothing of how far it is.
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  const child = ownChild(spawn('npm', args, { cwd: root, env: systemEnvironment(), stdio: ['ignore', 2, 2] }));
  const places = placesOfPackages();
  const line = progressLine('npm packages', places.length, (done, total) => `${done} of about ${total}`);
  // First npm removes what was there: only then does the number tell how far it is.
  let fewest = places.length;
  const watch = setInterval(() => {
    const there = places.filter((place) => existsSync(place)).length;
    fewest = Math.min(fewest, there);
    if (fewest === 0 || there > fewest) line.update(there);
  }, 1000);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    clearInterval(watch);
    line.end();
  });
  if (code !== 0)
    throw new SetupError(
      'npm could not install the packages: its message is above. Check the network connection and the space on the disk, and start again.',
    );
}
