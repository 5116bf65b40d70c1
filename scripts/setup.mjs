/** npm run setup: fetches and builds all that start and tests need. `-- --retry-electron` asks Electron's own place once more. */
import { hasDisplay } from './setup/display.mjs';
import { runScript, say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

await runScript(async () => {
  const display = !hasDisplay();
  await setUp({ window: true, display, retryElectron: process.argv.includes('--retry-electron') });
  say('Ready: npm start opens the sample study, npm test runs every test.');
});
