import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineEnvironment } from '../../main/client/locations.ts';

let root: string;
let libraries: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spectroscope-locations-'));
  libraries = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'lib', 'napi-v8');
  mkdirSync(libraries, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the environment of an engine', () => {
  const entry = (): string => join(root, 'main', 'engine', 'engine.ts');

  it('is that of its client with the build for the processor', () => {
    const environment = { HOME: '/home/somebody' };
    expect(engineEnvironment(entry(), environment)).toBe(environment);
  });

  it("has NVIDIA's libraries in front of the loader's path with the CUDA build", () => {
    writeFileSync(join(libraries, 'libcudart.so.12'), '');
    expect(engineEnvironment(entry(), {})).toEqual({ LD_LIBRARY_PATH: libraries });
    expect(engineEnvironment(entry(), { LD_LIBRARY_PATH: '/opt/lib' })).toEqual({
      LD_LIBRARY_PATH: `${libraries}:/opt/lib`,
    });
  });
});
