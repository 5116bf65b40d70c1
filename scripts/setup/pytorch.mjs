/** PyTorch for the benchmark: an environment of its own in the cache, without the gigabytes of CUDA that pip would add. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';
import { runQuietly } from './quiet-run.mjs';
import { say } from './say.mjs';
import { stage, withLock } from './staging.mjs';
import { compiler, python } from './tools.mjs';

/** PyTorch, and the packages that it imports. What else it asks for are CUDA's libraries, gigabytes of them. */
const packages = [
  'torch==2.15.0',
  'nvidia-cuda-runtime==13.2.86',
  'typing-extensions==4.16.0',
  'filelock==4.3.1',
  'sympy==1.14.0',
  'mpmath==1.4.1',
  'networkx==3.4.2',
  'jinja2==3.1.6',
  'markupsafe==3.0.4',
  'fsspec==2026.9.0',
];
const downloaded = '551 MB';
const unpacked = '1.4 GB';

/**
 * The wheel for Linux on x64 is built for CUDA and is not loaded without these libraries, though nothing that runs on the
 * processor calls them. Empty ones under their names are enough when functions are bound as they are called (bench.py asks
 * for that); one variable is bound at once.
 */
const emptyLibraries = [
  ...['libcublas.so.13', 'libcublasLt.so.13', 'libcudnn.so.9', 'libcufft.so.12', 'libcufile.so.0', 'libcupti.so.13'],
  ...['libcusolver.so.12', 'libcusparse.so.12', 'libcusparseLt.so.0', 'libnccl.so.2', 'libnvrtc.so.13'],
  'libnvshmem_host.so.3',
];
const variables = 'void *nvshmem_selected_device_transport[64];\n';
const versionsOf = (name) => `${name === 'libnvshmem_host.so.3' ? 'NVSHMEM' : name} { global: *; };\n`;

const startsUp = 'import os, sys; sys.setdlopenflags(os.RTLD_LAZY); import torch; torch.linalg.eigvalsh(torch.eye(2))';

/** Remove it to have the space back. */
export const pytorchFolder = () => join(cacheFolder(), 'benchmark', 'pytorch-2.15.0');

/**
 * Installs PyTorch unless it is there.
 * @returns {Promise<string>} the environment's Python
 * @throws {SetupError} when a package cannot be fetched, or PyTorch does not start
 */
export async function installPytorch() {
  const folder = pytorchFolder();
  const lock = join(cacheFolder(), 'locks', 'pytorch');
  if (!existsSync(folder)) await withLock(lock, async () => existsSync(folder) || (await stage(folder, fill)));
  return join(folder, 'bin', 'python');
}

async function fill(folder) {
  say(`Fetching PyTorch for the benchmark (${downloaded}, unpacked ${unpacked}) into ${pytorchFolder()}`);
  await runQuietly(python, ['-m', 'venv', folder], 'Python could not make an environment (it needs its venv module)');
  const own = join(folder, 'bin', 'python');
  const options = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--quiet', '--disable-pip-version-check'];
  await runQuietly(
    own,
    ['-m', 'pip', 'install', ...options, ...packages],
    'PyTorch could not be fetched: check the network',
  );
  if (process.platform === 'linux' && process.arch === 'x64') await addEmptyLibraries(folder, own);
  await runQuietly(own, ['-c', startsUp], 'PyTorch was fetched and does not start');
}

async function addEmptyLibraries(folder, own) {
  const asked = ['-c', 'import sysconfig; print(sysconfig.get_path("platlib"))'];
  const place = await runQuietly(own, asked, 'The new environment does not start');
  const sources = join(folder, 'empty-libraries');
  mkdirSync(sources);
  const [source, map] = [join(sources, 'empty.c'), join(sources, 'versions.map')];
  writeFileSync(source, variables);
  for (const name of emptyLibraries) {
    writeFileSync(map, versionsOf(name));
    const target = join(place.trim(), 'torch', 'lib', name);
    const args = ['-x', 'c', '-shared', '-fPIC', source, `-Wl,-soname,${name}`, `-Wl,--version-script=${map}`];
    await runQuietly(compiler, [...args, '-o', target], `${name} could not be made`);
  }
}
