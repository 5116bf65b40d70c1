/** Native sources compiled into objects, each kept in the cache by what it was made of. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { cacheFolder, node24 } from './places.mjs';
import { SetupError } from './say.mjs';
import { ownChild, stage } from './staging.mjs';
import { compiler } from './tools.mjs';

/**
 * @typedef {object} Source
 * @property {string} file
 * @property {string[]} with headers that its object depends on
 * @property {string[]} flags without folders of this computer
 * @property {string[]} includes folders
 */

/**
 * What an object or a binding was made of, as a name.
 * @param {string[]} words
 * @param {string[]} files
 */
export function keyOf(words, files) {
  const hash = createHash('sha256');
  for (const word of [process.platform, process.arch, ...words]) hash.update(word).update('\0');
  for (const file of files) hash.update(basename(file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 24);
}

/**
 * Compiles sources, as many at a time as there are cores.
 * @param {Source[]} sources
 * @param {string[]} ids of what they are compiled against
 * @returns {Promise<string[]>} the objects
 * @throws {SetupError} when the compiler refuses one
 */
export async function compileAll(sources, ids) {
  const waiting = [...sources];
  const objects = [];
  const workers = Array.from({ length: Math.min(availableParallelism(), waiting.length) }, async () => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift())
      objects.push(await objectOf(source, ids));
  });
  await Promise.all(workers);
  return objects;
}

/** Compiles one source, or takes the object of the same content from the cache. */
async function objectOf(source, ids) {
  const key = keyOf([...ids, ...source.flags], [source.file, ...source.with]);
  const object = join(cacheFolder(), 'bindings', 'objects', key);
  const flags = [...source.flags, ...source.includes.map((folder) => `-I${folder}`)];
  if (!existsSync(object)) {
    await stage(object, (folder) => runCompiler([...flags, '-c', source.file, '-o', join(folder, 'object.o')]));
  }
  return join(object, 'object.o');
}

/** @param {string[]} args */
export function runCompiler(args) {
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

/** Every symbol resolved at once: what is missing is found here and not in the middle of a training. */
const loadScript = 'process.dlopen({ exports: {} }, process.argv[1], require("node:os").constants.dlopen.RTLD_NOW)';

/** @throws {SetupError} when Node cannot load a binding */
export function checkLoads(binding) {
  const loaded = spawnSync(node24(), ['-e', loadScript, binding], { encoding: 'utf8' });
  if (loaded.status === 0) return;
  throw new SetupError(`The native binding was built and does not load: ${loaded.stderr.trim()}`);
}

/** Writes beside and renames: a process that uses the old file keeps it. */
export function replaceFile(target, write) {
  const temporary = `${target}.${process.pid}`;
  rmSync(temporary, { force: true });
  write(temporary);
  renameSync(temporary, target);
}
