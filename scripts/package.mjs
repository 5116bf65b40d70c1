/** npm run package: an unpacked application in dist/, with engine, Node and TensorFlow's runtime outside of its archive. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { passThrough } from './setup/child.mjs';
import { electronFolder, electronVersion } from './setup/electron.mjs';
import { collectElectron, collectEngine } from './setup/engine-files.mjs';
import { node24, projectEnvironment, root } from './setup/places.mjs';
import { runScript, say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { withLock } from './setup/staging.mjs';

const staging = join(root, 'out', 'package');

async function pack() {
  collectEngine(join(staging, 'engine'));
  collectElectron(electronFolder(), join(staging, 'electron'));
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const settings = [
    `--config.electronDist=${join(staging, 'electron')}`,
    `--config.electronVersion=${electronVersion()}`,
  ];
  // Hard links: the runtime is 800 MB, and is there already.
  const env = { ...projectEnvironment(), USE_HARD_LINKS: 'true' };
  return passThrough(node24(), [builder, '--dir', '--publish', 'never', ...settings], { cwd: root, env });
}

await runScript(async () => {
  await setUp({ window: true });
  const built = await passThrough(node24(), [join(root, 'scripts', 'build.mjs'), '--production']);
  if (built !== 0) return built;
  const code = await withLock(join(root, 'out', 'package.lock'), pack);
  rmSync(staging, { recursive: true, force: true });
  const folder = join(root, 'dist', 'linux-unpacked');
  if (code === 0 && existsSync(folder)) {
    say(
      `Packed: ${join(folder, 'spectroscope')}; its command line: ${join(folder, 'resources', 'engine', 'spectroscope')}`,
    );
  }
  return code;
});
