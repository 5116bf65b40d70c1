import { execFileSync, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const bench = (...options: string[]): string =>
  execFileSync(process.execPath, [join(root, 'scripts', 'bench.mjs'), ...options], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

interface Bench {
  machine: Record<string, unknown>;
  rows: {
    model: string;
    plainMs: number;
    capturedMs: number;
    ratio: number;
    memory: { plainMiB: number; capturedMiB: number; ratio: number };
    peers: { tfjs: { plainMs: number } };
  }[];
  inference: { steps: number; permutations: number; tests: number; cpuSeconds: number };
  scaling: { points: { axis: string; size: number; plainMs: number; capturedMs: number; ratio: number }[] };
}

describe('npm run bench', () => {
  let result: Bench;

  beforeAll(() => {
    result = JSON.parse(bench('--json', '--quick', '--models', 'mlp-small', '--scaling')) as Bench;
  }, 120_000);

  it('names the machine', () => {
    expect(result.machine).toMatchObject({
      processor: expect.any(String) as string,
      cores: expect.any(Number) as number,
    });
  });

  it('gives a row for each model that was asked for, with times, their ratio, memory and a peer', () => {
    expect(result.rows.map(({ model }) => model)).toEqual(['mlp-small']);
    const [row] = result.rows;
    for (const ms of [row!.plainMs, row!.capturedMs, row!.peers.tfjs.plainMs]) expect(ms).toBeGreaterThan(0);
    expect(row!.ratio).toBeGreaterThan(0);
    const { plainMiB, capturedMiB, ratio } = row!.memory;
    expect(plainMiB).toBeGreaterThan(0);
    expect(ratio).toBeCloseTo(capturedMiB / plainMiB, 1);
  });

  it('gives what permutation tests cost', () => {
    const { inference } = JSON.parse(bench('--json', '--quick', '--inference')) as Bench;
    expect(inference).toMatchObject({ steps: 20, permutations: 99 });
    expect(inference.cpuSeconds).toBeGreaterThan(0);
    expect(inference.tests).toBeGreaterThan(0);
  }, 120_000);

  it('gives the cost at both ends of each axis', () => {
    const { points } = result.scaling;
    expect(points.map(({ axis }) => axis)).toEqual(
      ['batch', 'width', 'groups', 'depth'].flatMap((axis) => [axis, axis]),
    );
    for (const { plainMs, capturedMs } of points) expect(Math.min(plainMs, capturedMs)).toBeGreaterThan(0);
  });

  it('shows the same as Markdown', () => {
    const words = bench('--quick', '--models', 'mlp-small');
    expect(words).toMatch(/^\| model +\| what +\| plain ms \| captured ms \| captured \/ plain \|/m);
    expect(words).toMatch(/^\| mlp-small \|/m);
  }, 60_000);

  it('shows where a step goes', () => {
    const { profiles } = JSON.parse(bench('--json', '--profile', '--models', 'mlp-small')) as {
      profiles: { model: string; plain: Record<string, number>; captured: Record<string, number> }[];
    };
    expect(profiles).toHaveLength(1);
    for (const way of [profiles[0]!.plain, profiles[0]!.captured]) {
      expect(way['step']).toBeGreaterThan(0);
      expect(Object.keys(way)).toContain('dense x3');
    }
  }, 60_000);

  it('names the models it knows when asked for another', () => {
    expect(() => bench('--models', 'mlp-tiny')).toThrow(/There is no model 'mlp-tiny': choose among mlp-small/);
  });

  it('names the options it has when asked for another', () => {
    expect(() => bench('--fast')).toThrow(/--fast.*Options: --json, --quick, .*--models mlp-small,/s);
  });
});

/** On a computer without a card: Vulkan is shown no driver. */
function measureOn(script: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, VK_DRIVER_FILES: join(root, 'none.json'), LD_LIBRARY_PATH: root };
  return spawnSync(process.execPath, [join(root, 'test', 'bench', script), ...words], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
}

describe('measuring on a device', () => {
  it('takes the steps of the benchmark there', () => {
    const { status, stdout, stderr } = measureOn('on-device.ts', 'cpu', 'mlp-small', '--quick');
    expect(status, stderr).toBe(0);
    const row = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Bench['rows'][number];
    expect(row.model).toBe('mlp-small');
    for (const ms of [row.plainMs, row.capturedMs, row.ratio]) expect(ms).toBeGreaterThan(0);
  }, 60_000);

  it('ends with what is missing where there is no card', () => {
    const all = measureOn('gpu.mjs', 'webgpu', '--quick');
    expect(all).toMatchObject({ status: 1, stdout: '' });
    expect(all.stderr).toContain("The device 'webgpu' cannot be used: No graphics card that WebGPU can use was found");
    expect(measureOn('on-device.ts', 'webgpu', 'mlp-small').stderr).toContain('No graphics card that WebGPU can use');
  }, 60_000);

  it('names the devices and the networks that it knows when asked for another', () => {
    expect(measureOn('gpu.mjs', 'gpu').stderr).toContain('Allowed choices are auto, cpu, cuda, webgpu');
    expect(measureOn('on-device.ts', 'gpu', 'mlp-small').stderr).toContain("There is no device 'gpu'");
    expect(measureOn('on-device.ts', 'cpu', 'mlp-tiny').stderr).toContain("There is no model 'mlp-tiny'");
  }, 60_000);
});
