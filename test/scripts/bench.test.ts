import { execFileSync } from 'node:child_process';
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
});
