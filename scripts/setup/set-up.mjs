/** The whole setting up, in the order in which one part needs another. What is there is left alone. */
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bindingIsCurrent, buildBinding } from '../build-binding.mjs';
import { electronIsInstalled, installElectron } from './electron.mjs';
import { installPackages, packagesMatch } from './packages.mjs';
import { cacheFolder, root } from './places.mjs';
import { SetupError, gigabytes, megabytes, say } from './say.mjs';
import { withLock } from './staging.mjs';
import { provideSystemLibraries } from './system-libraries.mjs';
import { chosenBuild, hasNvidiaDriver, keepChosenBuild } from './tensorflow-build.mjs';
import { checkTools } from './tools.mjs';
import { cudaWheels, installWheel, neededWheels, runtimeIsWhole } from './wheels.mjs';

/** @returns {boolean} whether engine and command line can start at once: looks only, and quickly */
export function engineIsReady() {
  return packagesMatch() && missingWheels().length === 0 && bindingIsCurrent();
}

function missingWheels() {
  return neededWheels().filter((wheel) => !runtimeIsWhole(wheel));
}

/**
 * @param {{ window?: boolean, display?: boolean, retryElectron?: boolean }} parts
 *   `window`: Electron and its libraries too; `display`: a virtual display too (for tests)
 */
export async function setUp({ window = true, display = false, retryElectron = false } = {}) {
  if (!engineIsReady() || (window && !electronIsInstalled()) || retryElectron) {
    checkWritable(root, 'clone the project to a folder of your own');
    checkWritable(cacheFolder(), 'name another place with XDG_CACHE_HOME');
    await withLock(join(root, 'out', 'set-up.lock'), () => fetchAndBuild({ window, retryElectron }));
  }
  keepChosenBuild();
  if (window) provideSystemLibraries({ display });
}

async function fetchAndBuild({ window, retryElectron }) {
  const packages = !packagesMatch();
  const wheels = missingWheels();
  checkTools({ fetch: wheels.length > 0, compile: packages || wheels.length > 0 || !bindingIsCurrent() });
  announce({ packages, wheels, electron: window && (packages || !electronIsInstalled()) });
  checkSpace(wheels, cacheFolder());
  if (packages) await installPackages();
  for (const wheel of wheels) await installWheel(wheel);
  if (!bindingIsCurrent()) await buildBinding();
  if (window) await installElectron({ again: retryElectron });
  say('Spectroscope is set up.');
}

function announce({ packages, wheels, electron }) {
  const parts = [
    ...(packages ? ['npm packages (about 340 MB)'] : []),
    ...wheels.map((wheel) => `${wheel.title} (${megabytes(wheel.bytes)}, unpacked ${megabytes(wheel.unpackedBytes)})`),
    ...(electron ? ['Electron (about 120 MB), unless it is here already'] : []),
  ];
  if (parts.length === 0) return;
  say(`To be fetched: ${parts.join('; ')}. Runtimes go into ${cacheFolder()}.`);
  if (chosenBuild() === 'cuda') {
    const fetched = `${gigabytes(sumOf(wheels, 'bytes'))} to fetch, ${gigabytes(sumOf(wheels, 'unpackedBytes'))} on disk`;
    say(`The CUDA build of TensorFlow and NVIDIA's libraries: ${fetched}. It was not yet measured on such hardware.`);
  } else if (wheels.length > 0 && hasNvidiaDriver()) {
    const size = gigabytes(sumOf(cudaWheels(), 'bytes'));
    say(`An NVIDIA driver is here: npm run setup -- --cuda fetches the CUDA build (${size}) to train on the card.`);
  }
}

function sumOf(wheels, field) {
  return wheels.reduce((sum, wheel) => sum + wheel[field], 0);
}

/**
 * Makes a folder where it is not there yet.
 * @param {string} folder
 * @param {string} advice what to do where that cannot be
 * @throws {SetupError} when nothing can be written there
 */
export function checkWritable(folder, advice) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new SetupError(`Nothing can be written to ${folder} (${error.code}): ${advice}.`);
  }
}

/**
 * What is unpacked stays, and one archive at a time lies beside it.
 * @param {import('./pins.mjs').Wheel[]} wheels that are to be fetched
 * @param {string} folder that they go into; it need not be there yet
 * @throws {SetupError} when they do not fit
 */
export function checkSpace(wheels, folder) {
  if (wheels.length === 0) return;
  const needed = sumOf(wheels, 'unpackedBytes') + Math.max(...wheels.map(({ bytes }) => bytes));
  let place = folder;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  if (bavail * bsize >= needed) return;
  throw new SetupError(
    `${gigabytes(needed)} of free space are needed in ${folder}, and ${gigabytes(bavail * bsize)} are there: make room, ` +
      'or name another place with XDG_CACHE_HOME.',
  );
}
