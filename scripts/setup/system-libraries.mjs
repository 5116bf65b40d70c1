/** Libraries of the operating system that a window needs: found missing by the loader itself, installed where we may, named where not. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { electronBinary } from './electron.mjs';
import { SetupError, say } from './say.mjs';
import { works } from './tools.mjs';

/** Debian packages by the libraries that they hold; the last pattern takes what Chromium needs besides. */
const packages = [
  [/^lib(gtk|gdk)-3/, 'libgtk-3-0'],
  [/^lib(nss3|nssutil3|smime3|ssl3)/, 'libnss3'],
  [/^lib(nspr4|plc4|plds4)/, 'libnspr4'],
  [/^libasound/, 'libasound2'],
  [/^libgbm/, 'libgbm1'],
  [/^libXss/, 'libxss1'],
  [/^libatk-bridge/, 'libatk-bridge2.0-0'],
  [/^libatspi/, 'libatspi2.0-0'],
  [/^libatk-1/, 'libatk1.0-0'],
  [/^libdrm/, 'libdrm2'],
  [/^libxkbcommon/, 'libxkbcommon0'],
  [/^libcups/, 'libcups2'],
  [/^libXcomposite/, 'libxcomposite1'],
  [/^libXdamage/, 'libxdamage1'],
  [/^libXrandr/, 'libxrandr2'],
  [/^libXfixes/, 'libxfixes3'],
  [/^libXext/, 'libxext6'],
  [/^libX11/, 'libx11-6'],
  [/^libxcb/, 'libxcb1'],
  [/^libpango/, 'libpango-1.0-0'],
  [/^libcairo/, 'libcairo2'],
  [/^lib(glib|gio|gobject)-2/, 'libglib2.0-0'],
  [/^libdbus/, 'libdbus-1-3'],
  [/^libexpat/, 'libexpat1'],
  [/^libudev/, 'libudev1'],
];

/** @returns {string[]} libraries that Electron asks for and the loader does not find */
function missingLibraries() {
  if (process.platform !== 'linux') return [];
  const binary = electronBinary();
  const files = [
    binary,
    ...readdirSync(dirname(binary))
      .filter((name) => name.endsWith('.so'))
      .map((name) => join(dirname(binary), name)),
  ];
  const { stdout } = spawnSync('ldd', files, { encoding: 'utf8' });
  const missing = [...(stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1]);
  return [...new Set(missing)].filter((name) => name !== 'libffmpeg.so');
}

/**
 * Makes sure that a window can open, and, for tests, that one can open without a screen.
 * @param {{ display: boolean }} needs `display`: a virtual one is needed too
 * @throws {SetupError} naming what is missing and the command that installs it
 */
export function provideSystemLibraries({ display }) {
  const missing = missingLibraries();
  const names = missing.map((library) => packages.find(([pattern]) => pattern.test(library))?.[1] ?? library);
  if (display && process.platform === 'linux' && !works('sh', '-c', 'command -v Xvfb')) {
    missing.push('Xvfb');
    names.push('xvfb');
  }
  if (missing.length === 0) return;
  const wanted = [...new Set(names)];
  const root = process.getuid?.() === 0;
  const command = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`;
  if (root && works('apt-get', '--version') && install(wanted)) return;
  throw new SetupError(
    `The window needs ${missing.join(', ')}, missing here: install with: ${root ? '' : 'sudo '}${command}`,
  );
}

function install(names) {
  say(`Installing system packages: ${names.join(' ')}`);
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  const attempt = (list) => apt('install', '-y', '-q', '--no-install-recommends', ...list).status === 0;
  apt('update', '-q');
  // Newer Debian and Ubuntu renamed some of them for 64-bit time.
  return attempt(names) || attempt(names.map(renamed));
}

function renamed(name) {
  return [
    'libgtk-3-0',
    'libasound2',
    'libatk-bridge2.0-0',
    'libatspi2.0-0',
    'libatk1.0-0',
    'libcups2',
    'libglib2.0-0',
  ].includes(name)
    ? `${name}t64`
    : name;
}
