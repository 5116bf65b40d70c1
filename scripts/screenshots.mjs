/**
 * npm run screenshots: drives the real app on the ways of test/desktop/pictures and takes the pictures of the README and the
 * manual into docs/pictures. `-- table`, `-- scans`, `-- groups` or `-- findings` takes one way only. The pictures of every
 * page, in both themes at two sizes, are made by `npm test -- test/desktop/pictures.test.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asDriven, picture, tourSize } from '../test/desktop/pictures/camera.ts';
import { tours } from '../test/desktop/pictures/tours.ts';
import { palettePng } from './palette-png.mjs';
import { passThrough } from './setup/child.mjs';
import { hasDisplay, startVirtualDisplay } from './setup/display.mjs';
import { node24, root } from './setup/places.mjs';
import { SetupError, runScript, say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

const folder = join(root, 'docs', 'pictures');
/** The views that the documents show, and in which themes. */
const shown = {
  start: ['light'],
  import: ['light'],
  'data-table': ['light'],
  'data-scans': ['light'],
  viewer: ['light'],
  cohort: ['light'],
  'cohort-covariates': ['light'],
  design: ['light'],
  train: ['light', 'dark'],
  review: ['light', 'dark'],
  'review-scans': ['dark'],
  'review-tests': ['light'],
  'review-heat-map': ['light'],
  compare: ['light'],
  sessions: ['light'],
};

/** @type {import('../test/desktop/pictures/camera.ts').Camera} */
async function camera(app, name) {
  for (const theme of shown[name] ?? []) {
    writeFileSync(join(folder, `${name}-${theme}.png`), palettePng(await picture(app, tourSize, theme)));
    say(`  ${name}, ${theme}`);
  }
  await asDriven(app);
}

await runScript(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => !(name in tours));
  if (unknown !== undefined) throw new SetupError(`No way '${unknown}': there are ${Object.keys(tours).join(', ')}.`);
  await setUp({ window: true, display: !hasDisplay() });
  if ((await passThrough(node24(), [join(root, 'scripts', 'build.mjs')])) !== 0) return 1;
  const display = hasDisplay() ? null : await startVirtualDisplay();
  if (display !== null) process.env.DISPLAY = display.name;
  mkdirSync(folder, { recursive: true });
  try {
    for (const [name, tour] of Object.entries(tours)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      say(`Pictures of the way '${name}'`);
      await tour(camera);
    }
  } finally {
    display?.stop();
  }
  return 0;
});
