import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inWriting } from '#app/text/sentence.ts';
import { cardName, driverVersion, graphicsCard } from '../../../main/engine/device/nvidia.ts';

const folder = mkdtempSync(join(tmpdir(), 'spectroscope-nvidia-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nowhere = join(folder, 'nowhere');

/** A program that writes down how it was asked, and answers. */
function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho "$@" > ${file}.asked\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** As /proc/driver/nvidia/gpus is laid out. */
function driverFolder(): string {
  const gpus = join(folder, 'gpus');
  mkdirSync(join(gpus, '0000:01:00.0'), { recursive: true });
  const lines = ['Model: \t\t NVIDIA GeForce RTX 3080', 'IRQ:   \t\t 179', 'GPU UUID: \t GPU-d0b1'];
  writeFileSync(join(gpus, '0000:01:00.0', 'information'), `${lines.join('\n')}\n`);
  return gpus;
}

describe('the graphics card', () => {
  it('is told with its free memory by nvidia-smi', () => {
    const told = graphicsCard(program('smi', 'echo "NVIDIA H200, 142881"'), nowhere, undefined);
    expect(told).toEqual({ name: 'NVIDIA H200', freeBytes: 142881 * 2 ** 20 });
    expect(inWriting(cardName(told))).toBe('NVIDIA H200, 149.8 GB free');
  });

  it('is the first that CUDA may see', () => {
    const smi = program('second', 'echo "Tesla T4, 15000"');
    expect(graphicsCard(smi, nowhere, '3,1')?.name).toBe('Tesla T4');
    expect(readFileSync(`${smi}.asked`, 'utf8')).toMatch(/-i 3$/m);
    graphicsCard(smi, nowhere, undefined);
    expect(readFileSync(`${smi}.asked`, 'utf8')).toMatch(/-i 0$/m);
  });

  it('whose memory is not told has its name only', () => {
    const told = graphicsCard(program('thor', 'echo "Orin, [N/A]"'), nowhere, undefined);
    expect(inWriting(cardName(told))).toBe('NVIDIA Orin');
  });

  it('is told by the driver where nvidia-smi is missing or fails', () => {
    const told = { name: 'NVIDIA GeForce RTX 3080', freeBytes: null };
    expect(graphicsCard(nowhere, driverFolder(), undefined)).toEqual(told);
    expect(graphicsCard(program('broken', 'echo "Failed to initialize NVML"; exit 9'), driverFolder())).toEqual(told);
  });

  it('of which nobody tells is called what it is', () => {
    expect(graphicsCard(nowhere, nowhere, undefined)).toBeNull();
    expect(inWriting(cardName(null))).toBe('NVIDIA GPU');
  });
});

describe("the driver's version", () => {
  it('is read from the line of the open and of the closed kernel module', () => {
    const file = join(folder, 'version');
    writeFileSync(file, 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 2024\n');
    expect(driverVersion(file)).toBe('535.183.01');
    writeFileSync(file, 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build\n');
    expect(driverVersion(file)).toBe('570.86.15');
    expect(driverVersion(nowhere)).toBeNull();
  });
});
