/**
 * Builds the native binding between Node and TensorFlow, with our capture thread in it, against the runtime in the cache:
 * node scripts/build-binding.mjs [--force]. A binding of the same sources, runtime and flags is not built again.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { cacheFolder, node24, root } from './setup/places.mjs';
import { SetupError, runScript, say } from './setup/say.mjs';
import { ownChild, stage } from './setup/staging.mjs';
import { compiler } from './setup/tools.mjs';
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

/** @returns {boolean} whether the binding in node_modules is the one that would be built */
export function bindingIsCurrent() {
  return (
    existsSync(join(bindingFolder, binding)) &&
    existsSync(keyFile) &&
    readFileSync(keyFile, 'utf8') === bindingKey() &&
    runtime().libraries.every((library) => existsSync(join(bindingFolder, basename(library))))
  );
}

/** Builds the binding unless a build of the same key is in the cache, and puts it where tfjs-node looks. */
export async function buildBinding({ force = false } = {}) {
  const key = bindingKey();
  const built = join(cacheFolder(), 'bindings', key);
  if (force) rmSync(built, { recursive: true, force: true });
  if (!existsSync(built)) {
    say('Building the native binding (half a minute)');
    await stage(built, (folder) => compile(folder));
  }
  place(built, key);
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
  return [
    ...plain.map((file) => ({ file, with: common })),
    ...ownSources.map((file) => ({ file, with: [...common, ...ownHeaders] })),
  ];
}

function flags() {
  const includes = [
    join(root, 'node_modules', 'node-api-headers', 'include'),
    ...runtime().includes,
    tfjs,
    join(tfjs, 'binding'),
    ours,
  ];
  return [...compileFlags, ...includes.map((folder) => `-I${folder}`)];
}

/** What an object or a binding was made of, as a name: flags without the folders of this computer. */
function keyOf(files, extra) {
  const hash = createHash('sha256');
  for (const word of [process.platform, process.arch, ...runtime().ids, ...compileFlags, ...extra])
    hash.update(word).update('\0');
  for (const file of files) hash.update(basename(file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 24);
}

function bindingKey() {
  return keyOf([...new Set(sources().flatMap((source) => [source.file, ...source.with]))], linkFlags);
}

async function compile(folder) {
  const waiting = sources();
  const objects = [];
  const workers = Array.from({ length: Math.min(availableParallelism(), waiting.length) }, async () => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift())
      objects.push(await objectOf(source));
  });
  await Promise.all(workers);
  await run([...linkFlags, '-o', join(folder, binding), ...objects, ...runtime().libraries]);
  linkLibraries(folder);
  const loaded = spawnSync(node24(), ['-e', loadScript, join(folder, binding)], { encoding: 'utf8' });
  if (loaded.status !== 0)
    throw new SetupError(`The native binding was built and does not load: ${loaded.stderr.trim()}`);
}

/** Every symbol resolved at once: what is missing is found here and not in the middle of a training. */
const loadScript = 'process.dlopen({ exports: {} }, process.argv[1], require("node:os").constants.dlopen.RTLD_NOW)';

/** Compiles one source, or takes the object of the same content from the cache. */
async function objectOf(source) {
  const object = join(cacheFolder(), 'bindings', 'objects', keyOf([source.file, ...source.with], []));
  await (existsSync(object)
    ? undefined
    : stage(object, (folder) => run([...flags(), '-c', source.file, '-o', join(folder, 'object.o')])));
  return join(object, 'object.o');
}

function run(args) {
  const child = ownChild(spawn(compiler, args, { stdio: ['ignore', 2, 2] }));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new SetupError(`The C++ compiler could not be started (${error.message}).`)));
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new SetupError(`${compiler} could not build the native binding: read its messages above.`)),
    );
  });
}

/** Copies beside and renames: a process that uses the old binding keeps it. */
function place(built, key) {
  mkdirSync(bindingFolder, { recursive: true });
  linkLibraries(bindingFolder);
  replace(join(bindingFolder, binding), (to) => copyFileSync(join(built, binding), to));
  replace(keyFile, (to) => writeFileSync(to, key));
}

function linkLibraries(folder) {
  const { libraries, companions } = runtime();
  const wanted = [...libraries, ...companions];
  const names = new Set(wanted.map((library) => basename(library)));
  // Of another build: whether NVIDIA's libraries are here tells the engine which build it has.
  for (const name of readdirSync(folder)) {
    if (/\.so(\.\d+)*$/.test(name) && !names.has(name)) rmSync(join(folder, name));
  }
  for (const library of wanted) replace(join(folder, basename(library)), (to) => symlinkSync(library, to));
}

function replace(target, write) {
  const temporary = `${target}.${process.pid}`;
  rmSync(temporary, { force: true });
  write(temporary);
  renameSync(temporary, target);
}

if (process.argv[1]?.endsWith('build-binding.mjs')) {
  await runScript(() => buildBinding({ force: process.argv.includes('--force') }));
}
