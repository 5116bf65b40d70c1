/**
 * npm run screenshots: drives the real app through the bundled samples and takes pictures of every page, light and dark, at
 * 1280 x 800 and 1920 x 1080, into out/screenshots; those of the README and the manual go to docs/pictures.
 * `-- table`, `-- scans`, `-- groups` or `-- findings` takes one part only.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerDialogs, launchApp, resize } from '../test/desktop/app.ts';
import { passThrough } from './setup/child.mjs';
import { hasDisplay, startVirtualDisplay } from './setup/display.mjs';
import { node24, root } from './setup/places.mjs';
import { runScript, say } from './setup/say.mjs';
import { palettePng } from './palette-png.mjs';
import { setUp } from './setup/set-up.mjs';

const pictures = join(root, 'out', 'screenshots');
const kept = join(root, 'docs', 'pictures');
const samples = join(root, 'main', 'samples');
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const keptSize = { width: 1440, height: 900 };
const themes = ['light', 'dark'];
const patience = { timeout: 30_000 };
/** Until charts have asked for what a new size shows, and drawn it. */
const settleMs = 700;

/** Takes the page as it is, in every theme and size. `keep` names the themes of which docs/pictures gets one. */
async function shoot({ electron, page }, name, keep = []) {
  await page.mouse.move(2, 2);
  // First, since a page may be going on meanwhile.
  await resize(electron, keptSize);
  for (const theme of keep) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForTimeout(settleMs);
    writeFileSync(join(kept, `${name}-${theme}.png`), palettePng(await page.screenshot()));
  }
  for (const size of sizes) {
    await resize(electron, size);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(settleMs);
      await page.screenshot({ path: join(pictures, `${name}-${theme}-${size.width}.png`) });
    }
  }
  await resize(electron, keptSize);
  await page.emulateMedia({ colorScheme: 'light' });
  say(`  ${name}`);
}

const press = (page, name) => page.getByRole('button', { name }).first().click(patience);
const see = (page, words) => page.getByText(words).first().waitFor(patience);

async function goTo(page, keys, words) {
  await page.keyboard.press(keys);
  await see(page, words);
}

async function fill(page, label, value) {
  await page.getByLabel(label).fill(value);
  await page.getByLabel(label).press('Enter');
}

/** Starts training and waits for the first charts. */
async function train(page, folds) {
  await press(page, folds === 1 ? /^Train$/ : new RegExp(`^Train ${folds} folds`));
  await page.locator('figure[aria-label*="singular values"]').first().waitFor({ timeout: 120_000 });
}

const finished = (page) =>
  page
    .getByText(/finished/)
    .first()
    .waitFor({ timeout: 240_000 });

/** Points at a step in the charts: `share` of the way from the first to the newest. */
async function pointAt(page, share) {
  const box = await page.locator('.stack').boundingBox();
  await page.mouse.click(box.x + 70 + (box.width - 100) * share, box.y + 60);
  await page.waitForTimeout(settleMs);
}

/** The scatter with a lasso on it, the covariates, matching and the flow; the study is as before when they are taken. */
async function cohortViews(app) {
  const { page } = app;
  const show = (view) => page.getByRole('radio', { name: view, exact: true }).click(patience);
  await show('Scatter');
  const box = await page.locator('.scatter canvas').first().boundingBox();
  const corners = [
    [0.15, 0.1],
    [0.45, 0.15],
    [0.5, 0.6],
    [0.2, 0.7],
    [0.15, 0.12],
  ];
  for (const [at, [x, y]] of corners.entries()) {
    await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 6 });
    if (at === 0) await page.mouse.down();
  }
  await page.mouse.up();
  await see(page, /\d+ selected/);
  await shoot(app, 'cohort-scatter');
  await press(page, 'Clear');
  await show('Covariates');
  await shoot(app, 'cohort-covariates', ['light']);
  await press(page, 'Match the groups…');
  await page.getByRole('table', { name: 'Subjects before and after' }).waitFor(patience);
  await shoot(app, 'cohort-match');
  await page.getByRole('dialog').getByRole('button', { name: 'Match', exact: true }).click(patience);
  await see(page, 'Not matched on');
  await show('Flow');
  await shoot(app, 'cohort-flow');
  await page.keyboard.press('Control+z');
  await show('Subjects');
}

async function tablePart() {
  const app = await launchApp({ size: keptSize });
  const work = mkdtempSync(join(tmpdir(), 'spectroscope-pictures-'));
  try {
    const { page, electron } = app;
    await see(page, 'Open a sample study');
    await shoot(app, 'start', ['light']);
    await page.keyboard.press('Control+4');
    await see(page, 'Nothing is being trained');
    await shoot(app, 'empty');
    await page.keyboard.press('Control+k');
    await shoot(app, 'commands');
    await page.keyboard.press('Escape');

    await press(page, 'Spectroscope');
    const table = join(work, 'cognition.tsv');
    copyFileSync(join(samples, 'ucla-cnp-cognition', 'cognition.tsv'), table);
    const empty = join(work, 'empty.csv');
    writeFileSync(empty, 'participant_id,diagnosis\n');
    await press(page, 'Import data…');
    await answerDialogs(electron, [empty]);
    await press(page, 'Table…');
    await see(page, 'empty.csv');
    await press(page, /^Import$/);
    await page.waitForTimeout(3000);
    await shoot(app, 'error');
    if ((await page.getByRole('dialog').count()) === 0) await press(page, 'Import data…');
    const remove = page.getByRole('button', { name: /^Remove empty/ });
    if ((await remove.count()) > 0) await remove.click();
    await answerDialogs(electron, [table]);
    await press(page, 'Table…');
    await see(page, 'cognition.tsv');
    await shoot(app, 'import', ['light']);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /UCLA CNP/ }).click(patience);
    await see(page, '180 subjects');
    await page.getByRole('row').nth(5).click();
    await shoot(app, 'data-table', ['light']);
    await page.getByRole('radio', { name: /Features/ }).click();
    await shoot(app, 'data-features');
    await goTo(page, 'Control+2', 'Groups to compare');
    await shoot(app, 'cohort', ['light']);
    await press(page, 'Add a group…');
    await shoot(app, 'cohort-rule');
    await page.keyboard.press('Escape');
    await cohortViews(app);
    await goTo(page, 'Control+3', 'Network');
    await shoot(app, 'design', ['light']);
    await fill(page, 'Folds', '90');
    await shoot(app, 'design-refused');
    await fill(page, 'Folds', '5');
    await fill(page, 'Epochs', '400');
    await train(page, 5);
    await page.waitForTimeout(1500);
    await shoot(app, 'train', themes);
    await press(page, 'Stop and review');
    await shoot(app, 'train-stop');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop and review' }).click();
    await see(page, 'At the cursor');
    await goTo(page, 'Control+3', 'Network');
    await fill(page, 'Epochs', '30');
    await train(page, 5);
    await finished(page);
    await press(page, 'Review');
    await see(page, 'At the cursor');
    await page.getByLabel('Layer').getByRole('radio').nth(1).click();
    await pointAt(page, 0.7);
    await shoot(app, 'review', themes);
    await page.getByRole('radio', { name: 'Session' }).click();
    await shoot(app, 'review-session');
    await press(page, 'Export numbers…');
    await shoot(app, 'export');
    await page.keyboard.press('Escape');
    await press(page, 'Sessions');
    await page.getByRole('grid').waitFor(patience);
    await shoot(app, 'sessions', ['light']);
    await press(page, 'Settings');
    await see(page, 'Theme');
    await shoot(app, 'settings');
    await page.keyboard.press('F1');
    await see(page, 'What is measured');
    await shoot(app, 'help');
  } finally {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  }
}

async function scansPart() {
  const app = await launchApp({ size: keptSize });
  try {
    const { page } = app;
    await page.getByRole('button', { name: /lesion maps/ }).click(patience);
    await see(page, '131 subjects');
    await page.getByRole('row').nth(9).click();
    await page.locator('[aria-label*=" plane: "]').first().waitFor(patience);
    await shoot(app, 'data-scans', ['light']);
    await page.getByRole('radio', { name: 'Viewer' }).click(patience);
    await page.getByRole('checkbox', { name: /^Prepared as in the design/ }).check(patience);
    await page.locator('.pane').nth(1).locator('.marks').first().waitFor({ timeout: 120_000 });
    await shoot(app, 'viewer', ['light']);
    await page.getByRole('radio', { name: 'Table' }).click(patience);
    await goTo(page, 'Control+2', 'Groups to compare');
    await shoot(app, 'cohort-scans');
    await goTo(page, 'Control+3', 'Network');
    await shoot(app, 'design-scans');
    await fill(page, 'Folds', '2');
    await fill(page, 'Epochs', '3');
    await press(page, /^Train 2 folds/);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(pictures, 'preparing-light-1440.png') });
    await page.locator('figure[aria-label*="singular values"]').first().waitFor({ timeout: 120_000 });
    await finished(page);
    await press(page, 'Review');
    await see(page, 'At the cursor');
    await page.getByLabel('Layer').getByRole('radio').nth(2).click();
    await pointAt(page, 0.5);
    await shoot(app, 'review-scans', ['dark']);
  } finally {
    await app.close();
  }
}

/** A table of our own, with four groups under long names and one that is small. */
function fourGroups(folder) {
  const names = ['first episode psychosis', 'healthy control', 'bipolar disorder, type I', 'unaffected sibling'];
  const [header, ...rows] = readFileSync(join(samples, 'ucla-cnp-cognition', 'cognition.tsv'), 'utf8')
    .trim()
    .split('\n');
  const labelled = rows.map((row, at) => `${row}\t${names[at % 23 === 0 ? 3 : at % 3]}`);
  const file = join(folder, 'a study with a rather long name of several sites and years.tsv');
  writeFileSync(file, `${header}\tcohort\n${labelled.join('\n')}\n`);
  return file;
}

async function groupsPart() {
  const app = await launchApp({ size: keptSize });
  const work = mkdtempSync(join(tmpdir(), 'spectroscope-pictures-'));
  try {
    const { page, electron } = app;
    await answerDialogs(electron, [fourGroups(work)]);
    await press(page, 'Import data…');
    await press(page, 'Table…');
    await see(page, 'a study with');
    await press(page, /^Import$/);
    await see(page, '180 subjects');
    await goTo(page, 'Control+2', 'Groups to compare');
    await page.getByRole('combobox', { name: 'Groups from a column' }).click();
    await page.getByRole('option', { name: /^cohort/ }).click();
    await see(page, 'cohort is');
    await shoot(app, 'cohort-groups');
    await goTo(page, 'Control+3', 'Network');
    await fill(page, 'Folds', '3');
    await fill(page, 'Epochs', '10');
    await train(page, 3);
    await finished(page);
    await press(page, 'Review');
    await see(page, 'At the cursor');
    await shoot(app, 'review-groups');
  } finally {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Trains from the command line into a library's sessions, with kept Grams. */
function trainInto(library, name, words) {
  const study = ['--sample', 'ucla-cnp-cognition', '--group', 'gender', '--target', 'diagnosis'];
  const out = ['--out', join(library, 'sessions', `${name}.spectra`)];
  const command = [join(root, 'main', 'cli', 'spectroscope.ts'), 'train', ...study, ...words, '--keep-grams', ...out];
  const { status, stderr } = spawnSync(node24(), command, {
    encoding: 'utf8',
    env: { ...process.env, SPECTROSCOPE_LIBRARY: join(library, '..', 'other') },
  });
  if (status !== 0) throw new Error(stderr);
}

/** What a saved session shows beside its curves, and two of them side by side. */
async function findingsPart() {
  const work = mkdtempSync(join(tmpdir(), 'spectroscope-pictures-'));
  const library = join(work, 'library');
  mkdirSync(join(library, 'sessions'), { recursive: true });
  trainInto(library, 'two hidden layers', ['--epochs', '20', '--folds', '3']);
  trainInto(library, 'one hidden layer', ['--epochs', '20', '--folds', '3', '--set', 'hidden=64']);
  const app = await launchApp({ library, size: keptSize });
  try {
    const { page } = app;
    const view = (name) => page.getByRole('radio', { name, exact: true }).click(patience);
    await press(page, /^Sessions/);
    await press(page, 'two hidden layers');
    await page.getByText(/^Shaded: /).waitFor(patience);
    await shoot(app, 'review-band');
    await view('Tests');
    await page.getByLabel('How many').fill('199');
    await press(page, /^Test$/);
    await page.getByRole('region', { name: 'Results of the tests' }).waitFor({ timeout: 120_000 });
    await shoot(app, 'review-tests', ['light']);
    await view('Heat map');
    await shoot(app, 'review-heat-map', ['light']);
    await view('Subjects');
    await shoot(app, 'review-subjects');
    await view('Network');
    await shoot(app, 'review-network');
    await press(page, 'Report…');
    await shoot(app, 'report');
    await page.keyboard.press('Escape');
    await press(page, /^Compare$/);
    await press(page, 'Choose sessions');
    for (const box of await page.getByRole('dialog').getByRole('checkbox').all()) await box.check();
    await page.getByRole('dialog').getByRole('button', { name: 'Compare', exact: true }).click(patience);
    await page.locator('figure').nth(3).waitFor(patience);
    await shoot(app, 'compare', ['light']);
  } finally {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  }
}

const parts = { table: tablePart, scans: scansPart, groups: groupsPart, findings: findingsPart };

await runScript(async () => {
  const chosen = process.argv.slice(2);
  await setUp({ window: true, display: !hasDisplay() });
  if ((await passThrough(node24(), [join(root, 'scripts', 'build.mjs')])) !== 0) return 1;
  const display = hasDisplay() ? null : await startVirtualDisplay();
  if (display !== null) process.env.DISPLAY = display.name;
  for (const folder of [pictures, kept]) mkdirSync(folder, { recursive: true });
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      say(`Pictures of the part '${name}'`);
      await part();
    }
  } finally {
    display?.stop();
  }
  say(`${readdirSync(pictures).length} pictures in ${pictures}, ${readdirSync(kept).length} in ${kept}`);
  return 0;
});
