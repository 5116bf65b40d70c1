/** Everything that the engine needs outside of the project: collected into one folder for the package. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { bindingFolder } from '../build-binding.mjs';
import { listName } from './contents.mjs';
import { node24, root } from './places.mjs';
import { scanReader } from './scan-reader.mjs';
import { runtime } from './wheels.mjs';

const modules = join(root, 'node_modules');
const tfjs = '@tensorflow/tfjs-node-gpu';
const hdf5 = 'h5wasm';
const dcm2niix = '@niivue/dcm2niix';
/** What the engine loads by name; WebGPU, HDF5 and the converter of DICOM only when they are asked for. */
const loaded = [tfjs, '@tensorflow/tfjs-backend-webgpu', 'webgpu', hdf5, dcm2niix];
const dawn = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
SPECTROSCOPE_RESOURCES=$(dirname "$here") exec "$here/node" "$here/spectroscope.mjs" "$@"
`;

/**
 * Fills an empty folder: Node, engine and command line, samples, tfjs-node with its binding and libraries, notices.
 * @param {string} folder
 */
export function collectEngine(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  link(node24(), join(folder, basename(node24())));
  linkTree(join(root, 'out', 'engine'), folder, (name) => name.endsWith('.mjs'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  // A report tells what the program's documentation says of its tests.
  link(join(root, 'docs', 'validity.md'), join(folder, 'validity.md'));
  writeFileSync(join(folder, 'spectroscope'), launcher);
  chmodSync(join(folder, 'spectroscope'), 0o755);
  linkTree(join(root, 'main', 'samples'), join(folder, 'samples'), (name) => !name.endsWith('.py'));
  for (const source of new Set(loaded.flatMap((name) => [...closure(join(modules, name))])))
    linkPackage(source, join(folder, 'node_modules', relative(modules, source)));
  const native = join(folder, 'node_modules', tfjs, 'lib', 'napi-v8');
  for (const name of ['tfjs_binding.node', scanReader]) link(join(bindingFolder, name), join(native, name));
  const { libraries, companions, notices } = runtime();
  for (const library of [...libraries, ...companions]) link(library, join(native, basename(library)));
  for (const notice of notices)
    link(notice, join(folder, 'notices', `${basename(dirname(notice))}-${basename(notice)}`));
}

/** A package's folder and those of all that it depends on, as Node resolves them. */
function closure(start) {
  const found = new Set();
  const visit = (folder) => {
    if (found.has(folder)) return;
    found.add(folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (!name.startsWith('@types/') && name !== '@webgpu/types') visit(resolvePackage(name, folder));
    }
  };
  visit(start);
  return found;
}

function resolvePackage(name, from) {
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  throw new Error(`${name}, which ${from} depends on, is not installed.`);
}

/** What Node loads of a package; of TensorFlow.js's many builds only the one for Node. */
function linkPackage(source, target) {
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const wanted = (name) => {
    if (name.startsWith('node_modules')) return false;
    // Dawn for this system only: the package holds those of all.
    if (manifest.name === 'webgpu' && name.startsWith('dist')) return name.startsWith(join('dist', dawn) + sep);
    // Its build for Node has the WebAssembly in itself.
    if (manifest.name === hdf5) return !name.startsWith('dist') || name.startsWith(join('dist', 'node') + sep);
    if (manifest.name === tfjs) return name === 'package.json' || (name.startsWith('dist') && name.endsWith('.js'));
    // The module for Node with its WebAssembly; the rest is for browsers.
    if (manifest.name === dcm2niix) return name === 'package.json' || /\.jpeg\.(js|wasm)$/.test(name);
    if (manifest.name.startsWith('@tensorflow/')) return name === 'package.json' || name === manifest.main;
    return ['.js', '.cjs', '.json'].includes(extname(name)) || /^licen[cs]e/i.test(basename(name));
  };
  linkTree(source, target, wanted);
}

function linkTree(source, target, wanted = () => true) {
  if (!existsSync(source)) return;
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    const name = relative(source, join(entry.parentPath ?? entry.path, entry.name));
    if (entry.isFile() && wanted(name)) link(join(source, name), join(target, name));
  }
}

/** A second name for the same file where the file system allows, otherwise a copy. */
export function link(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  try {
    linkSync(source, target);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes(error.code)) throw error;
    copyFileSync(source, target);
  }
}

/** Electron's own files without the stand-in's loader and list. */
export function collectElectron(source, folder) {
  rmSync(folder, { recursive: true, force: true });
  linkTree(source, folder, (name) => name !== listName && !name.startsWith(join('resources', 'app') + sep));
}
