import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const launcher = join(root, 'scripts', 'spectroscope.mjs');
const folder = mkdtempSync(join(tmpdir(), 'spectroscope-launcher-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function launch(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8', cwd: folder });
}

describe('the launcher of the command line', () => {
  it('hands on stdout and exit code untouched', () => {
    const direct = spawnSync(process.execPath, [join(root, 'main', 'cli', 'spectroscope.ts'), '--help'], {
      encoding: 'utf8',
    });
    expect(launch('--help')).toMatchObject({ status: 0, stdout: direct.stdout, stderr: '' });
    expect(launch('no-such-command').status).toBe(2);
    expect(launch('inspect', 'no-such-file.spectra').status).toBe(1);
  });

  it('takes files from the folder that npm was started in', () => {
    writeFileSync(join(folder, 'own.csv'), 'id,x,y\na,1.5,2\nb,2.5,3\n');
    const words = ['--prefix', root, 'run', '-s', 'spectroscope', '--', 'import', 'own.csv', '--out', 'own.json'];
    const { status, stderr } = spawnSync('npm', words, { encoding: 'utf8', cwd: folder });
    // On a busy machine an import says how far it is.
    expect(stderr.replace(/^Import: .*\n+/gm, '')).toBe('');
    expect(status).toBe(0);
    expect(existsSync(join(folder, 'own.json'))).toBe(true);
  });

  it('hands on an interruption: what was trained is saved and opens', async () => {
    const out = join(folder, 'interrupted.spectra');
    const words = ['train', '--sample', 'ucla-cnp-cognition', '--epochs', '100000', '--patience', '0', '--out', out];
    const child = spawn(process.execPath, [launcher, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    for (let i = 0; i < 300 && !stderr.includes('epoch'); i++) await new Promise((next) => setTimeout(next, 100));
    expect(stderr).toContain('epoch');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    const { status, stdout } = launch('inspect', out, '--json');
    expect(status).toBe(0);
    const { spectra } = JSON.parse(stdout) as { spectra: { captured: number } };
    expect(spectra.captured).toBeGreaterThan(0);
  }, 120_000);
});

describe('npm start without a display', () => {
  it('trains the sample, and says where the session is and how to look at it', () => {
    const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
    const started = spawnSync(process.execPath, [join(root, 'scripts', 'start.mjs'), '--epochs', '1', '--folds', '2'], {
      env: { ...env, SPECTROSCOPE_LIBRARY: folder },
      encoding: 'utf8',
    });
    expect(started.stderr).toContain('No display here');
    expect(started.status).toBe(0);
    const session = /The session is (\S+\.spectra)/.exec(started.stderr)?.[1] ?? '';
    expect(existsSync(session)).toBe(true);
    expect(readFileSync(session).subarray(0, 15).toString()).toBe('SQLite format 3');
    const command = /npm run -s spectroscope -- (inspect \S+)/.exec(started.stderr)?.[1] ?? '';
    expect(launch(...command.split(' ')).stdout).toContain('schizophrenia');
  }, 180_000);
});
