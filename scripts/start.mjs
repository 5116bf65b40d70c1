/**
 * npm start: sets up, builds and opens the window on the bundled sample study. Without a display the sample study is trained
 * by the command line instead. `-- --sample ID` chooses another sample; other words go to the window or to `train`.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { passThrough } from './setup/child.mjs';
import { hasDisplay, sandboxObstacle } from './setup/display.mjs';
import { electronBinary } from './setup/electron.mjs';
import { node24, root } from './setup/places.mjs';
import { runScript, say } from './setup/say.mjs';
import { checkWritable, setUp } from './setup/set-up.mjs';

const defaultSample = 'ucla-cnp-cognition';

async function openWindow(sample, rest) {
  await setUp({ window: true });
  const built = await passThrough(node24(), [join(root, 'scripts', 'build.mjs')]);
  if (built !== 0) return built;
  const obstacle = sandboxObstacle();
  if (obstacle !== null) say(`The window runs without Chromium's sandbox: ${obstacle}.`);
  const flags = obstacle === null ? [] : ['--no-sandbox'];
  return passThrough(electronBinary(), [...flags, root, '--sample', sample, ...rest]);
}

async function trainWithoutWindow(sample, rest) {
  await setUp({ window: false });
  const out = newSessionFile(sample);
  say(`No display here: the sample study ${sample} is trained without a window.`);
  const cli = join(root, 'main', 'cli', 'spectroscope.ts');
  const code = await passThrough(node24(), [
    '--disable-warning=ExperimentalWarning',
    ...[cli, 'train', '--sample', sample, '--out', out, ...rest],
  ]);
  if (!existsSync(out)) return code;
  const named = /\s/.test(out) ? `'${out}'` : out;
  say('');
  say(`The session is ${out}`);
  say(`Look at it:   npm run -s spectroscope -- inspect ${named}`);
  say(`Its numbers:  npm run -s spectroscope -- export ${named} --what spectra --out spectra.csv`);
  say(
    'In a window:  npm start on a computer with a display: it is in the list of sessions there, or by Open a file… on that page.',
  );
  return code;
}

/** A file of the library that is not there yet. */
function newSessionFile(sample) {
  const library =
    process.env.SPECTROSCOPE_LIBRARY ||
    join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'spectroscope');
  const folder = join(library, 'sessions');
  checkWritable(folder, 'name another library with SPECTROSCOPE_LIBRARY');
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return join(folder, `${sample}-${stamp}.spectra`);
}

await runScript(() => {
  const words = process.argv.slice(2);
  const at = words.indexOf('--sample');
  const sample = at < 0 ? defaultSample : (words[at + 1] ?? defaultSample);
  const rest = at < 0 ? words : words.filter((_, i) => i !== at && i !== at + 1);
  return hasDisplay() ? openWindow(sample, rest) : trainWithoutWindow(sample, rest);
});
