/**
 * Builds the native binding between Node and TensorFlow, with our capture thread in it, against the runtime in the cache,
 * and the reader of scans beside it: node scripts/build-binding.mjs [--force]. A binding of the same sources, runtime and
 * flags is not built again.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { checkLoads, compileAll, keyOf, replaceFile, runCompiler } from './setup/compile.mjs';
import { cacheFolder, root } from './setup/places.mjs';
import { runScript, say } from './setup/say.mjs';
import { buildScanReader, scanReaderIsCurrent } from './setup/scan-reader.mjs';
import { stage } from './setup/staging.mjs';
import { runtime } from './setup/wheels.mjs';

const tfjs = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
const ours = join(root, 'main', 'engine', 'native');
const binding = 'tfjs_binding.node';
export const bindingFolder = join(tfjs, 'lib', 'napi-v8');
const keyFile = join(bindingFolder, 'tfjs_binding.key');

const compileFlags = [
  '-std=c++17',
  '-O3',
  // Square roots and choices in loops become vector instructions; neither errno nor floating-point traps are looked at.
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fPIC',
  '-pthread',
  '-DNAPI_VERSION=8',
  '-DNODE_GYP_MODULE_NAME=tfjs_binding',
];
// The libraries stand beside the binding: as links into the cache here, as files in a package.
const linkFlags = ['-shared', '-pthread', '-Wl,-rpath,$ORIGIN'];

/** @returns {boolean} whether the bindings in node_modules are those that would be built */
export function bindingIsCurrent() {
  return (
    existsSync(join(bindingFolder, binding)) &&
    existsSync(keyFile) &&
    readFileSync(keyFile, 'utf8') === bindingKey() &&
    runtime().libraries.every((library) => existsSync(join(bindingFolder, basename(library)))) &&
    scanReaderIsCurrent(bindingFolder)
  );
}

/** Builds the bindings unless builds of the same keys are in the cache, and puts them where tfjs-node looks. */
export async function buildBinding({ force = false } = {}) {
  const key = bindingKey();
  const built = join(cacheFolder(), 'bindings', key);
  if (force) rmSync(built, { recursive: true, force: true });
  if (!existsSync(built)) {
    say('Building the native binding (half a minute)');
    await stage(built, (folder) => compile(folder));
  }
  place(built, key);
  await buildScanReader(bindingFolder, { force });
}

/** Where each source is, with the headers that its object depends on. */
function sources() {
  const native = existsSync(ours) ? readdirSync(ours).sort() : [];
  const theirHeaders = readdirSync(join(tfjs, 'binding')).filter((name) => name.endsWith('.h'));
  const theirs = (name) => join(tfjs, 'binding', name);
  const ownSources = native.filter((name) => name.endsWith('.cc')).map((name) => join(ours, name));
  // Our binding.cc takes in the package's own tfjs_binding.cc and adds to what it exports.
  const plain = ['tfjs_backend.cc', ...(native.includes('binding.cc') ? [] : ['tfjs_binding.cc'])].map(theirs);
  const ownHeaders = native.filter((name) => name.endsWith('.h')).map((name) => join(ours, name));
  const common = [...theirHeaders, 'tfjs_binding.cc'].map(theirs);
  const compiled = { flags: compileFlags, includes: includes() };
  return [
    ...plain.map((file) => ({ file, with: common, ...compiled })),
    ...ownSources.map((file) => ({ file, with: [...common, ...ownHeaders], ...compiled })),
  ];
}

function includes() {
  return [
    join(root, 'node_modules', 'node-api-headers', 'include'),
    ...runtime().includes,
    tfjs,
    join(tfjs, 'binding'),
    ours,
  ];
}

function bindingKey() {
  const files = sources().flatMap((source) => [source.file, ...source.with]);
  return keyOf([...runtime().ids, ...compileFlags, ...linkFlags], [...new Set(files)]);
}

async function compile(folder) {
  const objects = await compileAll(sources(), runtime().ids);
  await runCompiler([...linkFlags, '-o', join(folder, binding), ...objects, ...runtime().libraries]);
  linkLibraries(folder);
  checkLoads(join(folder, binding));
}

function place(built, key) {
  mkdirSync(bindingFolder, { recursive: true });
  linkLibraries(bindingFolder);
  replaceFile(join(bindingFolder, binding), (to) => copyFileSync(join(built, binding), to));
  replaceFile(keyFile, (to) => writeFileSync(to, key));
}

function linkLibraries(folder) {
  const { libraries, companions } = runtime();
  const wanted = [...libraries, ...companions];
  const names = new Set(wanted.map((library) => basename(library)));
  // Of another build: whether NVIDIA's libraries are here tells the engine which build it has.
  for (const name of readdirSync(folder)) {
    if (/\.so(\.\d+)*$/.test(name) && !names.has(name)) rmSync(join(folder, name));
  }
  for (const library of wanted) replaceFile(join(folder, basename(library)), (to) => symlinkSync(library, to));
}

if (process.argv[1]?.endsWith('build-binding.mjs')) {
  await runScript(() => buildBinding({ force: process.argv.includes('--force') }));
}
