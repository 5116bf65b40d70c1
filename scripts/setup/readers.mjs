/** The readers that exports are tried with, an environment of its own in the cache. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';
import { runQuietly } from './quiet-run.mjs';
import { say } from './say.mjs';
import { stage, withLock } from './staging.mjs';
import { python } from './tools.mjs';

const packages = [
  ...['numpy==2.4.6', 'pandas==3.1.1', 'python-dateutil==4.0.0', 'tzdata==2026.6', 'pyarrow==26.0.1', 'h5py==3.16.0'],
  ...['tensorboard==2.21.0', 'absl-py==2.5.1', 'grpcio==1.85.3', 'markdown==3.11.3', 'markupsafe==3.0.4'],
  ...['packaging==26.4', 'pillow==13.0.0', 'protobuf==7.36.2', 'tensorboard-data-server==0.7.2'],
  ...['typing-extensions==4.16.0', 'werkzeug==3.1.9'],
];
const startsUp = 'import h5py, numpy, pandas, pyarrow.parquet, tensorboard.backend.event_processing.event_accumulator';

/** Remove it to have the space back. */
const readersFolder = () => join(cacheFolder(), 'tests', 'readers-1');

/** @returns {string | null} the environment's Python, where it was made */
export function readersPython() {
  const own = join(readersFolder(), 'bin', 'python');
  return existsSync(own) ? own : null;
}

/**
 * Installs NumPy, pandas, PyArrow, h5py and TensorBoard unless they are there.
 * @throws {SetupError} when a package cannot be fetched
 */
export async function installReaders() {
  const folder = readersFolder();
  const lock = join(cacheFolder(), 'locks', 'readers');
  if (!existsSync(folder)) await withLock(lock, async () => existsSync(folder) || (await stage(folder, fill)));
}

async function fill(folder) {
  say(`Fetching NumPy, pandas, PyArrow, h5py and TensorBoard for the tests (110 MB) into ${readersFolder()}`);
  await runQuietly(python, ['-m', 'venv', folder], 'Python could not make an environment (it needs its venv module)');
  const options = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--quiet', '--disable-pip-version-check'];
  const own = join(folder, 'bin', 'python');
  await runQuietly(
    own,
    ['-m', 'pip', 'install', ...options, ...packages],
    'the readers could not be fetched: check the network',
  );
  await runQuietly(own, ['-c', startsUp], 'the readers were fetched and do not start');
}
