/** The binding that looks at scans: our sources with libdeflate's, without TensorFlow. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkLoads, compileAll, keyOf, replaceFile, runCompiler } from './compile.mjs';
import { cacheFolder, root } from './places.mjs';
import { say } from './say.mjs';
import { stage } from './staging.mjs';
import { libdeflate } from './pins.mjs';
import { installWheel, libdeflateFolder } from './wheels.mjs';

export const scanReader = 'scan_reader.node';
const keyFile = 'scan_reader.key';
const native = join(root, 'main', 'engine', 'native');
const ours = join(native, 'scans');
/** What it shares with the binding of TensorFlow. */
const sharedHeader = join(native, 'js_call.h');
const nodeHeaders = join(root, 'node_modules', 'node-api-headers', 'include');

const ourFlags = [
  '-std=c++17',
  '-O3',
  '-fno-math-errno',
  '-fno-trapping-math',
  // Each operation rounds by itself, as in JavaScript: the numbers are the same to the last bit.
  '-ffp-contract=off',
  '-fPIC',
  '-pthread',
  '-DNAPI_VERSION=8',
  '-DNODE_GYP_MODULE_NAME=scan_reader',
];
const theirFlags = ['-x', 'c', '-O3', '-fPIC', '-fvisibility=hidden'];
const linkFlags = ['-shared', '-pthread'];
/** What inflating takes of libdeflate. */
const theirs = [
  'crc32.c',
  'deflate_decompress.c',
  'gzip_decompress.c',
  'utils.c',
  'arm/cpu_features.c',
  'x86/cpu_features.c',
];

/** @param {string} folder that the binding lies in */
export function scanReaderIsCurrent(folder) {
  const key = join(folder, keyFile);
  return (
    existsSync(libdeflateFolder()) &&
    existsSync(join(folder, scanReader)) &&
    existsSync(key) &&
    readFileSync(key, 'utf8') === readerKey()
  );
}

/**
 * Builds it unless a build of the same key is in the cache, and puts it into a folder.
 * @param {string} folder
 * @param {{ force?: boolean }} options
 */
export async function buildScanReader(folder, { force = false } = {}) {
  await installWheel(libdeflate);
  const key = readerKey();
  const built = join(cacheFolder(), 'bindings', key);
  if (force) rmSync(built, { recursive: true, force: true });
  if (!existsSync(built)) {
    say('Building the reader of scans (some seconds)');
    await stage(built, async (staged) => {
      const objects = await compileAll(sources(), []);
      await runCompiler([...linkFlags, '-o', join(staged, scanReader), ...objects]);
      checkLoads(join(staged, scanReader));
    });
  }
  mkdirSync(folder, { recursive: true });
  replaceFile(join(folder, scanReader), (to) => copyFileSync(join(built, scanReader), to));
  replaceFile(join(folder, keyFile), (to) => writeFileSync(to, key));
}

/** @returns {import('./compile.mjs').Source[]} */
function sources() {
  const theirFolder = libdeflateFolder();
  const headers = (folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.h'))
      .sort()
      .map((name) => join(folder, name));
  const own = readdirSync(ours)
    .filter((name) => name.endsWith('.cc'))
    .sort();
  const interfaceHeader = join(theirFolder, 'libdeflate.h');
  return [
    ...own.map((name) => ({
      file: join(ours, name),
      with: [...headers(ours), sharedHeader, interfaceHeader],
      flags: ourFlags,
      includes: [nodeHeaders, theirFolder],
    })),
    ...theirs.map((name) => ({
      file: join(theirFolder, 'lib', name),
      with: [...headers(join(theirFolder, 'lib')), interfaceHeader, join(theirFolder, 'common_defs.h')],
      flags: theirFlags,
      includes: [theirFolder],
    })),
  ];
}

function readerKey() {
  const files = sources().flatMap((source) => [source.file, ...source.with]);
  return keyOf([...ourFlags, ...theirFlags, ...linkFlags], [...new Set(files)]);
}
