#!/usr/bin/env node
/** The command line's launcher: sets up what is missing (said on stderr), then becomes main/cli/spectroscope.ts on Node 24. */
import { join } from 'node:path';
import { become } from './setup/child.mjs';
import { node24, root } from './setup/places.mjs';
import { runScript } from './setup/say.mjs';
import { engineIsReady, setUp } from './setup/set-up.mjs';

await runScript(async () => {
  if (!engineIsReady()) await setUp({ window: false });
  const cli = join(root, 'main', 'cli', 'spectroscope.ts');
  await become(node24(), ['--disable-warning=ExperimentalWarning', cli, ...process.argv.slice(2)]);
  return process.exitCode;
});
