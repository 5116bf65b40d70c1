import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freeSystemBytes, memoryWarning } from '../../../main/engine/device/memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'spectroscope-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const meminfo = file('meminfo', 'MemTotal: 24000 kB\nMemFree: 1000 kB\nMemAvailable:   20000 kB\n');
const used = file('current', '5000000\n');

describe('the free memory', () => {
  it('is what Linux calls available, with what it can free', () => {
    expect(freeSystemBytes(meminfo, [])).toBe(20000 * 1024);
  });

  it("is no more than what a container's limit leaves", () => {
    expect(freeSystemBytes(meminfo, [[file('max', '8000000\n'), used]])).toBe(3_000_000);
    expect(freeSystemBytes(meminfo, [[file('unlimited', 'max\n'), used]])).toBe(20000 * 1024);
    expect(freeSystemBytes(meminfo, [[file('exceeded', '4000000\n'), used]])).toBe(0);
  });

  it('is what the system says where Linux keeps no account', () => {
    const told = freeSystemBytes(join(folder, 'nowhere'), []);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(10 * freemem() + 2 ** 30);
  });
});

describe('a training that does not fit', () => {
  it('is foreseen, with both sizes and what to do', () => {
    expect(memoryWarning(3e9, 2e9, 'memory')).toMatch(
      /^This training will not fit: it needs about 3\.0 GB and 2\.0 GB of memory are free\. Choose a smaller batch/,
    );
    expect(memoryWarning(1.9e9, 2e9, 'card')).toMatch(/may not fit: .* 2\.0 GB on the card are free/);
    expect(memoryWarning(1.7e9, 2e9, 'memory')).toBeNull();
  });
});
