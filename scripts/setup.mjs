/**
 * npm run setup: fetches and builds all that start and tests need. Words after `--`:
 * --cuda (the build for NVIDIA cards; --force: without a driver, for an image), --cpu (back to the processor's build),
 * --retry-electron (asks Electron's own place once more).
 */
import { parseArgs } from 'node:util';
import { hasDisplay } from './setup/display.mjs';
import { SetupError, runScript, say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { askForBuild, checkNvidiaDriver } from './setup/tensorflow-build.mjs';

const names = ['cuda', 'cpu', 'force', 'retry-electron'];

function wishes() {
  try {
    return parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'boolean' }])) }).values;
  } catch (error) {
    throw new SetupError(`${error.message}. Set-up knows ${names.map((name) => `--${name}`).join(', ')}.`);
  }
}

await runScript(async () => {
  const { cuda, cpu, force, 'retry-electron': retryElectron = false } = wishes();
  if (cuda && cpu) throw new SetupError('--cuda and --cpu exclude each other: choose one.');
  if (cuda && !force) checkNvidiaDriver();
  if (cuda || cpu) askForBuild(cuda ? 'cuda' : 'cpu');
  const display = !hasDisplay();
  await setUp({ window: true, display, retryElectron });
  say('Ready: npm start opens the sample study, npm test runs every test.');
});
