import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
let folder: string;
let cache: string;
let wheels: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spectroscope-set-up-'));
  cache = join(folder, 'cache', 'spectroscope');
  wheels = join(folder, 'wheels');
  mkdirSync(wheels);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const makeWheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as w:
    w.writestr('tiny/lib/libtiny.so', 'library' * 1000)
    w.writestr('tiny/lib/libother.so', 'other' * 1000)
    w.writestr('tiny/python.py', 'print()')
    w.writestr('tiny-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n')
    w.writestr('tiny-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    w.writestr('tiny-1.0.dist-info/RECORD', '')
`;

/** A wheel of a few kilobytes that pip finds without a network. */
function tinyWheel(): Record<string, unknown> {
  const file = join(wheels, 'tiny-1.0-py3-none-any.whl');
  spawnSync('python3', ['-c', makeWheel, file], { stdio: 'inherit' });
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  return {
    title: 'Tiny',
    package: 'tiny',
    version: '1.0',
    sha256,
    bytes: 13_000,
    unpackedBytes: 12_000,
    members: ['tiny/lib/'],
  };
}

/** A program called `name` that is the shell script `body`; first in the search path of `environment()`. */
function shim(name: string, body: string): void {
  const file = join(folder, 'bin', name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    XDG_CACHE_HOME: join(folder, 'cache'),
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: wheels,
  };
}

function installation(wheel: object): string[] {
  const code = `
    import { installWheel } from ${JSON.stringify(join(root, 'scripts/setup/wheels.mjs'))};
    import { runScript } from ${JSON.stringify(join(root, 'scripts/setup/say.mjs'))};
    await runScript(() => installWheel(${JSON.stringify(wheel)}));`;
  return ['--input-type=module', '-e', code];
}

function install(wheel: object): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, installation(wheel), { env: environment(), encoding: 'utf8' });
}

/** Starts an installation and ends it with `signal` when `started` appears; waits until it is gone. */
async function installUntil(
  wheel: object,
  started: string,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, installation(wheel), { env: environment(), detached: true });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  for (let i = 0; i < 200 && !existsSync(started); i++) await new Promise((next) => setTimeout(next, 50));
  expect(existsSync(started), stderr).toBe(true);
  if (signal === 'SIGKILL') process.kill(-(child.pid ?? 0), signal);
  else child.kill(signal);
  return { code: await ended, stderr };
}

/** Names under the cache, whatever they are. */
function inCache(part: string): string[] {
  return existsSync(join(cache, part)) ? readdirSync(join(cache, part)) : [];
}

function installed(): string[] {
  const [name = ''] = inCache('runtimes').filter((each) => !each.startsWith('.'));
  return name === '' ? [] : readdirSync(join(cache, 'runtimes', name), { recursive: true, encoding: 'utf8' }).sort();
}

const whole = ['contents.json', 'tiny', 'tiny/lib', 'tiny/lib/libother.so', 'tiny/lib/libtiny.so'];
const realPython = spawnSync('sh', ['-c', 'command -v python3'], { encoding: 'utf8' }).stdout.trim();

describe('a runtime', () => {
  it('is downloaded, checked and unpacked without what is not needed, and the archive is removed', () => {
    const { status, stderr } = install(tinyWheel());
    expect(stderr).toContain('Fetching Tiny');
    expect(status).toBe(0);
    expect(installed()).toEqual(whole);
    expect(inCache('downloads')).toEqual([]);
    expect(inCache('runtimes')).toHaveLength(1);
  });

  it('that is there is not fetched again', () => {
    const wheel = tinyWheel();
    install(wheel);
    shim('python3', `echo called >> ${join(folder, 'calls')}; exit 1`);
    expect(install(wheel)).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });

  it('with another checksum is refused and nothing of it stays', () => {
    const { status, stderr } = install({ ...tinyWheel(), sha256: '0'.repeat(64) });
    expect(status).toBe(1);
    expect(stderr).toMatch(/Tiny is not the file .* expected 0{64}.*refused/);
    expect(stderr).not.toContain('    at ');
    expect(inCache('runtimes')).toEqual([]);
    expect(inCache('downloads')).toEqual([]);
  });

  it('that cannot be downloaded is one sentence', () => {
    const wheel = tinyWheel();
    rmSync(wheels, { recursive: true });
    mkdirSync(wheels);
    const { status, stderr } = install(wheel);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Tiny could not be downloaded \(.*tiny==1\.0.*\)\. Check the network connection/);
    expect(inCache('downloads')).toEqual([]);
  });

  it('of which the download is killed is not half there, and the next set-up starts it again', async () => {
    const wheel = tinyWheel();
    const started = join(folder, 'started');
    shim('python3', `head -c 500 /dev/zero > "$TMPDIR/half.whl"; touch ${started}; sleep 60`);
    await installUntil(wheel, started, 'SIGKILL');
    expect(installed()).toEqual([]);
    expect(inCache('downloads').every((name) => name.startsWith('.staging-'))).toBe(true);
    rmSync(join(folder, 'bin', 'python3'));
    expect(install(wheel).status).toBe(0);
    expect(installed()).toEqual(whole);
    expect(inCache('downloads')).toEqual([]);
  });

  it('of which the unpacking is killed is not half there, and the next set-up does not download it again', async () => {
    const wheel = tinyWheel();
    const started = join(folder, 'started');
    const pythonOf = (unpacking: string): string => `if [ "$1" = -c ]; then ${unpacking}; fi; exec ${realPython} "$@"`;
    shim('python3', pythonOf(`mkdir -p "$4/tiny/lib"; touch "$4/tiny/lib/libtiny.so" ${started}; sleep 60`));
    await installUntil(wheel, started, 'SIGKILL');
    expect(installed()).toEqual([]);
    expect(inCache('downloads')).toHaveLength(1);
    shim('python3', `if [ "$1" = -m ]; then exit 1; fi; exec ${realPython} "$@"`);
    expect(install(wheel)).toMatchObject({ status: 0 });
    expect(installed()).toEqual(whole);
    expect(inCache('runtimes').filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('of which the download was damaged since is fetched again', () => {
    const wheel = tinyWheel();
    shim('python3', `if [ "$1" = -c ]; then exit 1; fi; exec ${realPython} "$@"`);
    expect(install(wheel).status).toBe(1);
    const [name = ''] = inCache('downloads');
    const file = join(cache, 'downloads', name, 'tiny-1.0-py3-none-any.whl');
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    rmSync(join(folder, 'bin', 'python3'));
    const { status, stderr } = install(wheel);
    expect(stderr).toMatch(/The download of Tiny in .* is damaged: it is fetched again\./);
    expect(status).toBe(0);
    expect(installed()).toEqual(whole);
  });

  it.each<[string, (library: string) => void]>([
    ['lost a file', (library) => rmSync(library)],
    ['was cut off', (library) => writeFileSync(library, '')],
  ])('that %s since it was unpacked is fetched again', (_, damage) => {
    const wheel = tinyWheel();
    install(wheel);
    const [name = ''] = inCache('runtimes');
    const library = join(cache, 'runtimes', name, 'tiny', 'lib', 'libtiny.so');
    damage(library);
    const { status, stderr } = install(wheel);
    expect(stderr).toMatch(/Tiny in .* is damaged: it is fetched again\./);
    expect(status).toBe(0);
    expect(readFileSync(library, 'utf8')).toHaveLength(7_000);
  });

  it('is fetched where pip is told to work in virtual environments alone', () => {
    const { status, stderr } = spawnSync(process.execPath, installation(tinyWheel()), {
      env: { ...environment(), PIP_REQUIRE_VIRTUALENV: '1' },
      encoding: 'utf8',
    });
    expect(stderr).toContain('Unpacking Tiny');
    expect(status).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('that is interrupted by %s cleans up at once and says so', async (signal) => {
    const wheel = tinyWheel();
    const started = join(folder, 'started');
    shim('python3', `touch ${started}; exec sleep 60`);
    const { code, stderr } = await installUntil(wheel, started, signal);
    expect(code).toBe(130);
    expect(stderr).toContain('nothing half-finished was kept');
    expect(inCache('downloads')).toEqual([]);
  });

  it('is whole when two set-ups fetch it at once', async () => {
    const wheel = tinyWheel();
    const both = [1, 2].map(
      () =>
        new Promise((done) => {
          spawn(process.execPath, installation(wheel), { env: environment() }).once('exit', done);
        }),
    );
    expect(await Promise.all(both)).toEqual([0, 0]);
    expect(installed()).toEqual(whole);
    expect(inCache('runtimes')).toHaveLength(1);
  });
});

/** A project of which nothing is installed, and a search path with these tools only. */
function setUpWith(...tools: string[]): { status: number | null; stderr: string } {
  const project = join(folder, 'project');
  cpSync(join(root, 'scripts'), join(project, 'scripts'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(root, name), join(project, name));
  for (const tool of tools) shim(tool, `echo ${tool} "$@" >> ${join(folder, 'calls')}; exit 0`);
  symlinkSync(process.execPath, join(folder, 'bin', 'node'));
  const env = { HOME: folder, PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache') };
  return spawnSync(process.execPath, [join(project, 'scripts', 'setup.mjs')], { env, encoding: 'utf8' });
}

describe('a missing tool', () => {
  it.each([
    [
      'compiler',
      ['npm', 'python3', 'apt-get'],
      /^A C\+\+ compiler \(g\+\+\) is missing: install it with: (sudo )?apt-get install -y g\+\+$/m,
    ],
    ['compiler (Fedora)', ['npm', 'python3', 'dnf'], /^A C\+\+ compiler .*: (sudo )?dnf install -y gcc-c\+\+$/m],
    ['Python', ['npm', 'g++', 'apt-get'], /^Python 3 is missing: .* apt-get install -y python3 python3-pip$/m],
    ['npm', ['g++', 'python3', 'apt-get'], /^npm is missing: install it/m],
  ])('%s is one sentence, before anything is fetched', (_, tools, sentence) => {
    const { status, stderr } = setUpWith(...tools);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
    expect(readFileSync(join(folder, 'calls'), 'utf8')).not.toMatch(/npm ci|pip download|install/);
  });

  it('pip is one sentence with the command that installs it', () => {
    shim('python3', 'test "$1" = --version');
    const { status, stderr } = setUpWith('npm', 'g++', 'apt-get');
    expect(stderr).toMatch(/^pip for Python 3 is missing: install it with: (sudo )?apt-get install -y python3-pip\n$/);
    expect(status).toBe(1);
  });

  it('says all that is missing at once', () => {
    expect(setUpWith('apt-get').stderr.trim().split('\n')).toHaveLength(3);
  });
});

/** The project's own set-up, with the shims of this test in front. */
function setUpHere(): { status: number | null; stderr: string } {
  const { XDG_CACHE_HOME: _, ...env } = environment();
  const own = process.env['XDG_CACHE_HOME'] === undefined ? {} : { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] };
  return spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs')], {
    env: { ...env, ...own },
    encoding: 'utf8',
  });
}

describe('a missing library of the system', () => {
  it('is one sentence with the command that installs it, when it could not be installed', () => {
    shim(
      'ldd',
      'printf "\\tlibgtk-3.so.0 => not found\\n\\tlibasound.so.2 => not found\\n\\tlibc.so.6 => /lib/libc.so.6\\n"',
    );
    shim('apt-get', 'test "$1" = --version');
    const { status, stderr } = setUpHere();
    expect(stderr).toMatch(
      /^The window needs libgtk-3\.so\.0, libasound\.so\.2.*: install with: (sudo )?apt-get install -y --no-install-recommends libgtk-3-0 libasound2/m,
    );
    expect(status).toBe(1);
  });
});

describe('a lock', () => {
  it.each([
    ['of a process that is gone', '999999999'],
    ['of a process whose number another one has now', `${process.pid} 1`],
    ['without an owner, left long ago', ''],
  ])('%s is taken over', (_, content) => {
    const lock = join(folder, 'lock');
    writeFileSync(lock, content);
    utimesSync(lock, 1, 1);
    const code = `
      import { withLock } from ${JSON.stringify(join(root, 'scripts/setup/staging.mjs'))};
      await withLock(${JSON.stringify(lock)}, async () => console.log('mine'));`;
    const taken = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect(taken.stdout).toBe('mine\n');
    expect(existsSync(lock)).toBe(false);
  });
});

describe('the npm packages', () => {
  const lock = { version: '1.0.0', integrity: 'sha512-abc' };
  const listed = JSON.stringify({ packages: { 'node_modules/tiny': lock } });

  /** Whether set-up would leave a project's node_modules alone: a project of one package, with the real scripts. */
  function leftAlone(change: (modules: string) => void): string {
    const project = join(folder, 'project');
    cpSync(join(root, 'scripts', 'setup'), join(project, 'scripts', 'setup'), { recursive: true });
    const modules = join(project, 'node_modules');
    mkdirSync(join(modules, 'tiny'), { recursive: true });
    writeFileSync(join(modules, 'tiny', 'package.json'), '{}');
    writeFileSync(join(project, 'package-lock.json'), listed);
    writeFileSync(join(modules, '.package-lock.json'), listed);
    change(modules);
    const code = `
      import { packagesMatch } from ${JSON.stringify(join(project, 'scripts/setup/packages.mjs'))};
      console.log(packagesMatch());`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout.trim();
  }

  it('that are all there are left alone', () => {
    expect(leftAlone(() => undefined)).toBe('true');
  });

  it.each<[string, (modules: string) => void]>([
    ['one of which was removed', (modules) => rmSync(join(modules, 'tiny'), { recursive: true })],
    ['whose list was cut off', (modules) => writeFileSync(join(modules, '.package-lock.json'), listed.slice(0, 20))],
    ['that npm did not finish', (modules) => rmSync(join(modules, '.package-lock.json'))],
  ])('%s are installed again', (_, change) => {
    expect(leftAlone(change)).toBe('false');
  });
});

describe('a folder that cannot be written to', () => {
  it('is named, with what to do, before anything is fetched', () => {
    const file = join(folder, 'no-folder');
    writeFileSync(file, '');
    const code = `
      import { checkWritable } from ${JSON.stringify(join(root, 'scripts/setup/set-up.mjs'))};
      import { runScript } from ${JSON.stringify(join(root, 'scripts/setup/say.mjs'))};
      await runScript(() => checkWritable(${JSON.stringify(join(file, 'spectroscope'))}, 'name another place'));`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    expect(stderr).toBe(`Nothing can be written to ${join(file, 'spectroscope')} (ENOTDIR): name another place.\n`);
    expect(status).toBe(1);
  });
});

describe('a Node that is too old', () => {
  it('is told in words before any script is read that it could not read', () => {
    const older = join(folder, 'older.cjs');
    writeFileSync(older, `Object.defineProperty(process.versions, 'node', { value: '12.22.9' });`);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
    const { status, stderr } = spawnSync(process.execPath, ['-r', older, ...scripts.start.split(' ').slice(1)], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^Node 20 or newer is needed and this is 12\.22\.9: install .*\n$/);
    expect(status).toBe(1);
  });
});

describe('a second set-up', () => {
  it('starts no npm, no pip, no compiler and no installer', () => {
    for (const tool of ['npm', 'python3', 'g++', 'apt-get', 'tar'])
      shim(tool, `echo ${tool} "$@" >> ${join(folder, 'calls')}; exit 1`);
    const second = setUpHere();
    expect(existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '').toBe('');
    expect(second).toMatchObject({ status: 0 });
    expect(second.stderr).toMatch(/^Ready: npm start/);
  });
});
