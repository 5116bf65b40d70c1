/** Native runtimes, taken out of Python wheels that pip downloads: pinned, checked, unpacked whole or not at all. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, runtimesFolder } from './places.mjs';
import { SetupError, megabytes, progressLine, say } from './say.mjs';
import { ownChild, stage, withLock } from './staging.mjs';
import { python } from './tools.mjs';

/**
 * @typedef {object} Wheel
 * @property {string} title what a person calls it
 * @property {string} package its name for pip
 * @property {string} version
 * @property {string} sha256 of the wheel file
 * @property {number} bytes of the wheel file
 * @property {number} unpackedBytes
 * @property {string[]} members beginnings of the names that are unpacked
 */

/** @type {Wheel} */
const openblas = {
  title: 'OpenBLAS',
  package: 'scipy-openblas32',
  version: '0.3.34.481.3',
  sha256: '0595f94cd58c1f8a0d90c975621f4587337a003916b1979e834ebdf2cb5d9504',
  bytes: 7_885_409,
  unpackedBytes: 27_000_000,
  members: ['scipy_openblas32/include/', 'scipy_openblas32/lib/', 'scipy_openblas32-0.3.34.481.3.dist-info/licenses/'],
};

/** Libraries, the headers of the C interface and the notices; nothing of Python. */
const tensorflowMembers = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/THIRD_PARTY_NOTICES.txt',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/platform/',
  'tensorflow/include/xla/tsl/c/',
];

/** @type {Wheel} */
const tensorflowCpu = {
  title: 'TensorFlow 2.21.0',
  package: 'tensorflow-cpu',
  version: '2.21.0',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273_829_956,
  unpackedBytes: 856_000_000,
  members: tensorflowMembers,
};

/** @type {Wheel} */
const tensorflowCuda = {
  title: 'TensorFlow 2.21.0 for CUDA',
  package: 'tensorflow',
  version: '2.21.0',
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
  bytes: 572_000_000,
  unpackedBytes: 1_600_000_000,
  members: tensorflowMembers,
};

/** NVIDIA's libraries that TensorFlow opens: versions that resolve together. */
const nvidia = [
  ['cuda-runtime', '12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3', 4],
  ['cublas', '12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72', 581],
  ['cudnn', '9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375', 660],
  ['cufft', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28', 201],
  ['cusolver', '11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88', 338],
  ['cusparse', '12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78', 366],
  ['nvjitlink', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9', 40],
  ['cuda-nvrtc', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4', 89],
  ['nccl', '2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c', 320],
].map(([name, version, sha256, size]) => ({
  title: `NVIDIA ${name}`,
  package: `nvidia-${name}-cu12`,
  version: String(version),
  sha256: String(sha256),
  bytes: Number(size) * 1e6,
  unpackedBytes: Number(size) * 1.5e6,
  members: ['nvidia/'],
}));

/** Whether the CUDA build is wanted: asked for, or a driver is there and the CPU was not asked for. */
function wantsCuda() {
  const asked = process.env.SPECTROSCOPE_DEVICE;
  return asked === 'cuda' || (asked !== 'cpu' && existsSync('/proc/driver/nvidia/version'));
}

/** The wheels that this computer needs. */
export function neededWheels() {
  return wantsCuda() ? [tensorflowCuda, ...nvidia, openblas] : [tensorflowCpu, openblas];
}

/** Folder of a wheel's unpacked members. */
export function runtimeFolder(wheel) {
  return join(runtimesFolder(), `${wheel.package}-${wheel.version}-${wheel.sha256.slice(0, 12)}`);
}

/** Where compiler, linker and loader find the runtime that this computer needs. */
export function runtime() {
  const wheels = neededWheels();
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
    /** Opened by TensorFlow at run time, from its own folder. */
    companions: wheels.filter((wheel) => wheel.package.startsWith('nvidia-')).flatMap(companionLibraries),
    notices: [
      join(tensorflowFolder, 'THIRD_PARTY_NOTICES.txt'),
      join(runtimeFolder(openblas), `scipy_openblas32-${openblas.version}.dist-info`, 'licenses', 'LICENSE.txt'),
    ],
  };
}

function companionLibraries(wheel) {
  const folder = join(runtimeFolder(wheel), 'nvidia');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/lib\/[^/]+\.so(\.\d+)*$/.test(name))
    .map((name) => join(folder, name));
}

/**
 * Downloads (unless a checked download is there), checks and unpacks a wheel. A runtime that is there is left alone.
 * @param {Wheel} wheel
 * @throws {SetupError} when it cannot be downloaded or is not the pinned file
 */
export async function installWheel(wheel) {
  const lock = join(cacheFolder(), 'locks', wheel.package);
  if (!existsSync(runtimeFolder(wheel))) await withLock(lock, () => fetchWheel(wheel));
}

async function fetchWheel(wheel) {
  const target = runtimeFolder(wheel);
  if (existsSync(target)) return;
  const downloaded = await download(wheel);
  say(`Unpacking ${wheel.title} (${megabytes(wheel.unpackedBytes)})`);
  await stage(target, (folder) => unpack(wheel, join(downloaded, wheelFile(downloaded)), folder));
  // Unpacked and checked: the archive is not needed again.
  rmSync(downloaded, { recursive: true, force: true });
}

/** @returns the folder of the checked wheel file */
async function download(wheel) {
  const target = join(cacheFolder(), 'downloads', `${wheel.package}-${wheel.version}-${wheel.sha256.slice(0, 12)}`);
  if (existsSync(target)) return target;
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
        { ...process.env, TMPDIR: temporary },
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
  const platform = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux2010_x86_64'];
  return [
    ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet'],
    ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
    ...platform.flatMap((name) => ['--platform', name]),
    ...['--dest', folder, `${wheel.package}==${wheel.version}`],
  ];
}

function wheelFile(folder) {
  const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new SetupError(`pip left no wheel in ${folder}: start again.`);
  return file;
}

async function verify(wheel, file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const found = hash.digest('hex');
  if (found === wheel.sha256) return;
  throw new SetupError(
    `${wheel.title} is not the file that this version was built with (SHA-256 ${found}, expected ${wheel.sha256}): ` +
      'it was refused and removed. Start again; if it stays so, whoever runs the package index must look at it.',
  );
}

/** zipfile checks each member's checksum as it is read. */
const unpackScript = `
import sys, zipfile
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
