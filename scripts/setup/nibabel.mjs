/** nibabel for the benchmark of the import: an environment of its own in the cache. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';
import { runQuietly } from './quiet-run.mjs';
import { say } from './say.mjs';
import { stage, withLock } from './staging.mjs';
import { python } from './tools.mjs';

const packages = ['nibabel==5.4.2', 'numpy==2.4.6', 'packaging==25.0', 'typing-extensions==4.16.0'];

/** Remove it to have the space back. */
const nibabelFolder = () => join(cacheFolder(), 'benchmark', 'nibabel-5.4.2');

/**
 * Installs nibabel unless it is there.
 * @returns {Promise<string>} the environment's Python
 * @throws {SetupError} when a package cannot be fetched
 */
export async function installNibabel() {
  const folder = nibabelFolder();
  const lock = join(cacheFolder(), 'locks', 'nibabel');
  if (!existsSync(folder)) await withLock(lock, async () => existsSync(folder) || (await stage(folder, fill)));
  return join(folder, 'bin', 'python');
}

async function fill(folder) {
  say(`Fetching nibabel for the benchmark (20 MB) into ${nibabelFolder()}`);
  await runQuietly(python, ['-m', 'venv', folder], 'Python could not make an environment (it needs its venv module)');
  const options = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--quiet', '--disable-pip-version-check'];
  const own = join(folder, 'bin', 'python');
  await runQuietly(
    own,
    ['-m', 'pip', 'install', ...options, ...packages],
    'nibabel could not be fetched: check the network',
  );
  await runQuietly(own, ['-c', 'import nibabel'], 'nibabel was fetched and does not start');
}
