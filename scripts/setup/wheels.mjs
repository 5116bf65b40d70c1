/** Native runtimes, taken out of Python wheels that pip downloads: pinned, checked, unpacked whole or not at all. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isWhole, writeContents } from './contents.mjs';
import { libdeflate, nvidia, openblas, tensorflowCpu, tensorflowCuda } from './pins.mjs';
import { cacheFolder, runtimesFolder } from './places.mjs';
import { SetupError, megabytes, progressLine, say } from './say.mjs';
import { ownChild, stage, withLock } from './staging.mjs';
import { chosenBuild } from './tensorflow-build.mjs';
import { python } from './tools.mjs';

/** The wheels that this computer needs. */
export function neededWheels() {
  return [...tensorflowWheels(), libdeflate];
}

function tensorflowWheels() {
  return chosenBuild() === 'cuda' ? cudaWheels() : [tensorflowCpu, openblas];
}

/** All of the CUDA build, in the order of its parts. */
export function cudaWheels() {
  return [tensorflowCuda, ...nvidia, openblas];
}

/** Folder of a wheel's unpacked members. */
export function runtimeFolder(wheel) {
  return join(runtimesFolder(), `${wheel.package}-${wheel.version}-${wheel.sha256.slice(0, 12)}`);
}

/** @returns {boolean} */
export function runtimeIsWhole(wheel) {
  return isWhole(runtimeFolder(wheel));
}

/** Where compiler, linker and loader find the runtime that this computer needs. */
export function runtime() {
  const wheels = tensorflowWheels();
  const [tensorflow] = wheels;
  const blas = join(runtimeFolder(openblas), 'scipy_openblas32');
  const tensorflowFolder = join(runtimeFolder(tensorflow), 'tensorflow');
  return {
    ids: wheels.map((wheel) => `${wheel.package}-${wheel.version}-${wheel.sha256}`),
    includes: [join(tensorflowFolder, 'include'), join(blas, 'include')],
    libraries: [
      join(tensorflowFolder, 'libtensorflow_cc.so.2'),
      join(tensorflowFolder, 'libtensorflow_framework.so.2'),
      join(blas, 'lib', 'libscipy_openblas.so'),
    ],
    /** Opened by TensorFlow at run time, where LD_LIBRARY_PATH says: beside the binding (main/client/locations.ts). */
    companions: wheels.filter((wheel) => wheel.package.startsWith('nvidia-')).flatMap(companionLibraries),
    notices: [
      join(tensorflowFolder, 'THIRD_PARTY_NOTICES.txt'),
      join(runtimeFolder(openblas), `scipy_openblas32-${openblas.version}.dist-info`, 'licenses', 'LICENSE.txt'),
      ...wheels.filter((wheel) => wheel.package.startsWith('nvidia-')).flatMap(licences),
      join(libdeflateFolder(), 'COPYING'),
    ],
  };
}

/** The sources of libdeflate. */
export function libdeflateFolder() {
  return join(runtimeFolder(libdeflate), 'deflate-0.9.0', 'libdeflate');
}

function companionLibraries(wheel) {
  const folder = join(runtimeFolder(wheel), 'nvidia');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/lib\/[^/]+\.so(\.\d+)*$/.test(name))
    .map((name) => join(folder, name));
}

function licences(wheel) {
  const folder = runtimeFolder(wheel);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.dist-info\/.*licen[cs]e[^/]*\.(txt|md)$/i.test(name))
    .map((name) => join(folder, name));
}

/**
 * Downloads (unless a checked download is there), checks and unpacks a wheel. A runtime that is there is left alone.
 * @param {import('./pins.mjs').Wheel} wheel
 * @throws {SetupError} when it cannot be downloaded or is not the pinned file
 */
export async function installWheel(wheel) {
  const lock = join(cacheFolder(), 'locks', wheel.package);
  if (!runtimeIsWhole(wheel)) await withLock(lock, () => fetchWheel(wheel));
}

async function fetchWheel(wheel) {
  const target = runtimeFolder(wheel);
  if (runtimeIsWhole(wheel)) return;
  if (existsSync(target)) {
    say(`${wheel.title} in ${target} is damaged: it is fetched again.`);
    rmSync(target, { recursive: true, force: true });
  }
  const downloaded = await download(wheel);
  say(`Unpacking ${wheel.title} (${megabytes(wheel.unpackedBytes)})`);
  await stage(target, async (folder) => {
    await unpack(wheel, join(downloaded, wheelFile(downloaded)), folder);
    writeContents(folder);
  });
  // Unpacked and checked: the archive is not needed again.
  rmSync(downloaded, { recursive: true, force: true });
}

/** @returns the folder of the checked wheel file */
async function download(wheel) {
  const target = join(cacheFolder(), 'downloads', `${wheel.package}-${wheel.version}-${wheel.sha256.slice(0, 12)}`);
  if (existsSync(target)) {
    if (await isPinned(wheel, target)) return target;
    say(`The download of ${wheel.title} in ${target} is damaged: it is fetched again.`);
    rmSync(target, { recursive: true, force: true });
  }
  say(`Fetching ${wheel.title} (${megabytes(wheel.bytes)})`);
  await stage(target, async (folder) => {
    // pip writes to its temporary folder first: there it can be watched, and removed with the rest.
    const temporary = join(folder, 'in-transit');
    mkdirSync(temporary);
    const line = progressLine(wheel.title, wheel.bytes);
    const watch = setInterval(() => line.update(bytesUnder(folder)), 500);
    try {
      await runPython(
        pipArguments(wheel, folder),
        // Some ask pip to refuse all work outside of a virtual environment; a download installs nothing.
        { ...process.env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: '0' },
        (words) =>
          `${wheel.title} could not be downloaded (${lastLine(words)}). Check the network connection and start again.`,
      );
    } finally {
      clearInterval(watch);
      line.end();
    }
    rmSync(temporary, { recursive: true, force: true });
    await verify(wheel, join(folder, wheelFile(folder)));
  });
  return target;
}

function pipArguments(wheel, folder) {
  if (wheel.source === true) {
    // pip asks the archive what it needs before it keeps it; the binding in it is not built.
    const options = ['--no-deps', `--no-binary=${wheel.package}`, '--disable-pip-version-check', '--quiet'];
    return ['-m', 'pip', 'download', ...options, '--dest', folder, `${wheel.package}==${wheel.version}`];
  }
  const platform = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux2010_x86_64'];
  return [
    ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet'],
    ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
    ...platform.flatMap((name) => ['--platform', name]),
    ...['--dest', folder, `${wheel.package}==${wheel.version}`],
  ];
}

function archiveIn(folder) {
  return readdirSync(folder).find((name) => /\.(whl|tar\.gz)$/.test(name));
}

function wheelFile(folder) {
  const file = archiveIn(folder);
  if (file === undefined) throw new SetupError(`pip left nothing in ${folder}: start again.`);
  return file;
}

/** Whether a download that an earlier set-up left is still what it was. */
async function isPinned(wheel, folder) {
  const file = archiveIn(folder);
  return file !== undefined && (await sha256(join(folder, file))) === wheel.sha256;
}

async function sha256(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

async function verify(wheel, file) {
  const found = await sha256(file);
  if (found === wheel.sha256) return;
  throw new SetupError(
    `${wheel.title} is not the file that this version was built with (SHA-256 ${found}, expected ${wheel.sha256}): ` +
      'it was refused and removed. Start again; if it stays so, whoever runs the package index must look at it.',
  );
}

/** zipfile checks each member's checksum as it is read; of archives of sources gzip checks the whole. */
const unpackScript = `
import sys, tarfile, zipfile
if not zipfile.is_zipfile(sys.argv[1]):
    with tarfile.open(sys.argv[1]) as archive:
        members = [m for m in archive if m.isfile() and m.name.startswith(tuple(sys.argv[3:])) and '..' not in m.name]
        if not members: sys.exit('none of the expected files is in it')
        archive.extractall(sys.argv[2], members)
    sys.exit()
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = [n for n in wheel.namelist() if not n.endswith('/') and n.startswith(tuple(sys.argv[3:]))]
    if not names: sys.exit('none of the expected files is in it')
    for name in names: wheel.extract(name, sys.argv[2])
`;

async function unpack(wheel, file, folder) {
  const line = progressLine(wheel.title, wheel.unpackedBytes);
  const watch = setInterval(() => line.update(bytesUnder(folder)), 1_000);
  try {
    await runPython(
      ['-c', unpackScript, file, folder, ...wheel.members],
      process.env,
      (words) =>
        `${wheel.title} could not be unpacked into ${folder} (${lastLine(words)}). ` +
        `It needs ${megabytes(wheel.unpackedBytes)} of free space there; start again.`,
    );
  } finally {
    clearInterval(watch);
    line.end();
  }
}

/** @returns bytes of all files under a folder, as far as they can be seen while another process writes them */
function bytesUnder(folder) {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
      .reduce((sum, stats) => sum + (stats?.isFile() ? stats.size : 0), 0);
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}

function runPython(args, env, sentence) {
  const child = ownChild(spawn(python, args, { env, stdio: ['ignore', 'ignore', 'pipe'] }));
  let words = '';
  child.stderr.on('data', (chunk) => (words += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new SetupError(sentence(error.message))));
    child.once('close', (code) => (code === 0 ? resolve() : reject(new SetupError(sentence(words)))));
  });
}

function lastLine(words) {
  return words.trim().split('\n').at(-1) ?? '';
}
