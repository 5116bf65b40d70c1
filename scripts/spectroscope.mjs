#!/usr/bin/env node
/** The command line's launcher: sets up what is missing (said on stderr), then becomes main/cli/spectroscope.ts on Node 24. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { become } from './setup/child.mjs';
import { node24, root } from './setup/places.mjs';
import { runScript } from './setup/say.mjs';
import { engineIsReady, setUp } from './setup/set-up.mjs';

await runScript(async () => {
  if (!engineIsReady()) await setUp({ window: false });
  // npm goes to the project's folder first; files are named from where the person is.
  const { npm_lifecycle_event: script, INIT_CWD: from } = process.env;
  if (script === 'spectroscope' && from !== undefined && existsSync(from)) process.chdir(from);
  const cli = join(root, 'main', 'cli', 'spectroscope.ts');
  await become(node24(), ['--disable-warning=ExperimentalWarning', cli, ...process.argv.slice(2)]);
  return process.exitCode;
});
