/** The whole setting up, in the order in which one part needs another. What is there is left alone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bindingIsCurrent, buildBinding } from '../build-binding.mjs';
import { electronIsInstalled, installElectron } from './electron.mjs';
import { installPackages, packagesMatch } from './packages.mjs';
import { cacheFolder, root } from './places.mjs';
import { megabytes, say } from './say.mjs';
import { withLock } from './staging.mjs';
import { provideSystemLibraries } from './system-libraries.mjs';
import { checkTools } from './tools.mjs';
import { installWheel, neededWheels, runtimeFolder } from './wheels.mjs';

/** @returns {boolean} whether engine and command line can start at once: looks only, and quickly */
export function engineIsReady() {
  return packagesMatch() && missingWheels().length === 0 && bindingIsCurrent();
}

function missingWheels() {
  return neededWheels().filter((wheel) => !existsSync(runtimeFolder(wheel)));
}

/**
 * @param {{ window?: boolean, display?: boolean, retryElectron?: boolean }} parts
 *   `window`: Electron and its libraries too; `display`: a virtual display too (for tests)
 */
export async function setUp({ window = true, display = false, retryElectron = false } = {}) {
  if (!engineIsReady() || (window && !electronIsInstalled()) || retryElectron) {
    await withLock(join(root, 'out', 'set-up.lock'), () => fetchAndBuild({ window, retryElectron }));
  }
  if (window) provideSystemLibraries({ display });
}

async function fetchAndBuild({ window, retryElectron }) {
  const packages = !packagesMatch();
  const wheels = missingWheels();
  checkTools({ fetch: wheels.length > 0, compile: packages || wheels.length > 0 || !bindingIsCurrent() });
  announce({ packages, wheels, electron: window && (packages || !electronIsInstalled()) });
  if (packages) await installPackages();
  for (const wheel of wheels) await installWheel(wheel);
  if (!bindingIsCurrent()) await buildBinding();
  if (window) await installElectron({ again: retryElectron });
  say('Spectroscope is set up.');
}

function announce({ packages, wheels, electron }) {
  const parts = [
    ...(packages ? ['npm packages (about 290 MB)'] : []),
    ...wheels.map((wheel) => `${wheel.title} (${megabytes(wheel.bytes)}, unpacked ${megabytes(wheel.unpackedBytes)})`),
    ...(electron ? ['Electron (about 120 MB), unless it is here already'] : []),
  ];
  if (parts.length === 0) return;
  say(`To be fetched: ${parts.join('; ')}. Runtimes go into ${cacheFolder()}.`);
  if (wheels.some((wheel) => wheel.package.startsWith('nvidia-'))) {
    say(
      'An NVIDIA driver is here, so the CUDA build is taken (SPECTROSCOPE_DEVICE=cpu for the other). It was not yet measured on such hardware.',
    );
  }
}
