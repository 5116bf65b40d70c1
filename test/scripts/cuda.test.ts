/** The CUDA build is taken when it is asked for, after a look at driver and disk; what was chosen last is kept. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spectroscope-cuda-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs statements on the set-up's modules with a cache of its own; a SetupError is its sentence on stderr and code 1. */
function script(statements: string, env: NodeJS.ProcessEnv = {}): { status: number | null; out: string; said: string } {
  const { SPECTROSCOPE_DEVICE: _, ...inherited } = process.env;
  const from = (name: string): string => JSON.stringify(join(root, 'scripts', 'setup', name));
  const code = `
    import { askForBuild, chosenBuild, checkNvidiaDriver, keepChosenBuild } from ${from('tensorflow-build.mjs')};
    import { cudaWheels, neededWheels } from ${from('wheels.mjs')};
    import { checkSpace } from ${from('set-up.mjs')};
    import { runScript } from ${from('say.mjs')};
    await runScript(() => { ${statements} });`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...inherited, XDG_CACHE_HOME: folder, ...env },
    encoding: 'utf8',
  });
  return { status, out: stdout.trim(), said: stderr.trim() };
}

const tell = 'console.log(chosenBuild());';

describe('the build of TensorFlow', () => {
  it('is that for the processor until the other is asked for', () => {
    expect(script(tell).out).toBe('cpu');
    expect(script(`askForBuild('cuda'); ${tell}`).out).toBe('cuda');
    expect(script(tell, { SPECTROSCOPE_DEVICE: 'cuda' }).out).toBe('cuda');
  });

  it('is kept for later commands once it is there, and can be changed back', () => {
    script(`askForBuild('cuda');`);
    expect(script(tell).out).toBe('cpu');
    script(`askForBuild('cuda'); keepChosenBuild();`);
    expect(script(tell).out).toBe('cuda');
    // The CUDA build computes on the processor too: it is not exchanged for one training there.
    expect(script(tell, { SPECTROSCOPE_DEVICE: 'cpu' }).out).toBe('cuda');
    script(`askForBuild('cpu'); keepChosenBuild();`);
    expect(script(tell).out).toBe('cpu');
  });

  it('for CUDA is TensorFlow with each library that it opens, beside what every build takes, all pinned: 3.3 GB', () => {
    const names = `askForBuild('cuda'); console.log(JSON.stringify(neededWheels()));`;
    const wheels = JSON.parse(script(names).out) as { package: string; sha256: string; bytes: number }[];
    const opened = [
      'cuda-runtime',
      'cublas',
      'cudnn',
      'cufft',
      'cusolver',
      'cusparse',
      'nvjitlink',
      'cuda-nvrtc',
      'nccl',
    ];
    expect(wheels.map((wheel) => wheel.package).sort()).toEqual(
      ['deflate', 'scipy-openblas32', 'tensorflow', ...opened.map((name) => `nvidia-${name}-cu12`)].sort(),
    );
    for (const { sha256 } of wheels) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(wheels.reduce((sum, { bytes }) => sum + bytes, 0) / 1e9).toBeCloseTo(3.27, 2);
  });
});

describe('the driver', () => {
  const line = (version: string): string => `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${version}  Sun May 12\n`;
  const check = (file: string): ReturnType<typeof script> => script(`checkNvidiaDriver([${JSON.stringify(file)}]);`);

  it('that is missing is told before anything is fetched, with what to do', () => {
    const { status, said } = check(join(folder, 'nowhere'));
    expect(status).toBe(1);
    expect(said).toMatch(/^No NVIDIA driver is here .* nothing was fetched: .*Install the driver .*--cuda --force$/);
  });

  it.each([
    ['470.256.02', 1],
    ['525.59.01', 1],
    ['525.60.13', 0],
    ['570.86.15', 0],
  ])('%s ends with code %i: CUDA 12 needs 525.60', (version, code) => {
    const file = join(folder, 'version');
    writeFileSync(file, line(version));
    const { status, said } = check(file);
    expect(status).toBe(code);
    expect(said).toMatch(code === 0 ? /^$/ : /CUDA 12 needs 525\.60 or newer, so nothing was fetched/);
  });
});

describe('the words after --', () => {
  const setUp = (...words: string[]): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs'), ...words], {
      env: { ...process.env, XDG_CACHE_HOME: folder },
      encoding: 'utf8',
    });

  it('that set-up does not know are refused with those that it knows', () => {
    expect(setUp('--gpu')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/'--gpu'.*--cuda, --cpu/) as string,
    });
  });

  it('may not exclude each other', () => {
    expect(setUp('--cuda', '--cpu')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('choose one') as string,
    });
  });
});

describe('room for what is fetched', () => {
  it('is looked for before anything is fetched', () => {
    mkdirSync(join(folder, 'spectroscope'));
    const target = JSON.stringify(join(folder, 'spectroscope', 'runtimes', 'not', 'yet'));
    expect(script(`checkSpace([{ bytes: 1, unpackedBytes: 1 }], ${target});`).status).toBe(0);
    const { status, said } = script(`checkSpace([{ bytes: 1e15, unpackedBytes: 2e15 }], ${target});`);
    expect(status).toBe(1);
    expect(said).toMatch(/^3000000\.0 GB of free space are needed in .*, and [\d.]+ GB are there: make room/);
  });
});
