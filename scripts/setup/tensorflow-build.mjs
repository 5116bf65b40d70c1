/**
 * Which build of TensorFlow this computer takes: the one for the processor, or the one for NVIDIA cards (CUDA), which is
 * ten times as large and so is only taken when a person asks for it. What was chosen last is kept in the cache.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';
import { SetupError } from './say.mjs';

/** @typedef {'cpu' | 'cuda'} Build */

/** Where the driver is: its kernel module's version, and its library where Windows lends the card to Linux. */
const driverPlaces = ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'];
/** Of the CUDA 12 family; a driver that is as new runs every library of it. */
const oldestDriver = [525, 60];

const choiceFile = () => join(cacheFolder(), 'tensorflow-build');

/** What this process was asked for. @type {Build | null} */
let asked = null;

/** @param {Build} build */
export function askForBuild(build) {
  asked = build;
}

/** @returns {Build} asked for now, or by SPECTROSCOPE_DEVICE=cuda, or chosen last; the processor's otherwise */
export function chosenBuild() {
  if (asked !== null) return asked;
  if (process.env.SPECTROSCOPE_DEVICE === 'cuda') return 'cuda';
  return existsSync(choiceFile()) && readFileSync(choiceFile(), 'utf8').trim() === 'cuda' ? 'cuda' : 'cpu';
}

/** Keeps what was asked for: called once it is there, so that a failed set-up leaves the former choice at work. */
export function keepChosenBuild() {
  if (asked === null) return;
  mkdirSync(cacheFolder(), { recursive: true });
  const temporary = `${choiceFile()}.${process.pid}`;
  writeFileSync(temporary, `${asked}\n`);
  renameSync(temporary, choiceFile());
}

/** @returns {boolean} whether an NVIDIA driver is on this computer */
export function hasNvidiaDriver(places = driverPlaces) {
  return places.some((place) => existsSync(place));
}

/**
 * @param {string[]} places where a driver shows; the first tells its version
 * @throws {SetupError} when the CUDA build would find no driver, or one that is too old for it
 */
export function checkNvidiaDriver(places = driverPlaces) {
  const anyway = 'To prepare an image for a computer that has one, add --force: npm run setup -- --cuda --force';
  if (!hasNvidiaDriver(places)) {
    throw new SetupError(
      `No NVIDIA driver is here (${places[0]} is missing), so nothing was fetched: the CUDA build would find no card. ` +
        `Install the driver with your system's own means, start the computer again and see that nvidia-smi lists the card. ${anyway}`,
    );
  }
  const [file = ''] = places;
  const found = existsSync(file) ? /Kernel Module(?: for \S+)?\s+(\d+)\.(\d+)/.exec(readFileSync(file, 'utf8')) : null;
  if (found === null) return;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const [needed, least] = oldestDriver;
  if (major > needed || (major === needed && minor >= least)) return;
  throw new SetupError(
    `The NVIDIA driver here is ${major}.${minor}, and CUDA 12 needs ${oldestDriver.join('.')} or newer, so nothing was ` +
      `fetched: install a newer driver with your system's own means. ${anyway}`,
  );
}
