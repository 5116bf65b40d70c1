import { describe, expect, it } from 'vitest';
import { spoken } from '#app/text/sentence.ts';
import { claimDevice } from '../../../main/engine/device/ladder.ts';

// As the engine does it: the ladder first, TensorFlow afterwards.
await claimDevice('auto');
const { chooseDevice, describeDevice, provenance } = await import('../../../main/engine/device/device.ts');
const here = describeDevice('auto');

function chosen(kind: 'webgpu' | 'cuda'): boolean {
  try {
    return chooseDevice(kind) === kind;
  } catch {
    return false;
  }
}

describe('the device', () => {
  it('is told with why it was taken, and for the others what is missing', () => {
    expect(here.name).toMatch(here.kind === 'cpu' ? /^CPU, \d+ cores?$/ : /NVIDIA/);
    expect(here.reason).toMatch(/NVIDIA/);
    expect(here.refused.map(({ kind }) => kind)).toEqual(here.kind === 'cpu' ? ['cuda', 'webgpu'] : ['webgpu']);
    for (const { reason } of here.refused) expect(reason).toMatch(/^.+[.)]$/);
    expect(describeDevice(here.kind).reason).toBe('It was asked for.');
  });

  it('is told with the memory that is free', () => {
    expect(here.freeBytes).toBeGreaterThan(0);
    if (here.freeOf === 'system') expect(here.freeBytes).toBeLessThanOrEqual(here.memoryBytes);
  });

  it('that cannot be used is refused by name, with the reason', async () => {
    await claimDevice('webgpu');
    const { refused } = describeDevice('auto');
    for (const kind of ['cuda', 'webgpu'] as const) {
      expect(refused.some((each) => each.kind === kind)).toBe(!chosen(kind));
    }
    for (const { kind, reason } of refused) {
      expect(() => chooseDevice(kind as 'webgpu')).toThrow(
        expect.objectContaining({ kind: 'setting', code: 'device-unavailable', field: 'device' }),
      );
      expect(() => describeDevice(kind as 'webgpu')).toThrow(reason);
    }
  });

  it('goes into the session with the versions that computed it', () => {
    const { device, ...versions } = provenance('auto');
    expect(spoken(device ?? '')).toBe(here.name);
    expect(versions).toMatchObject({
      tensorflow: expect.stringMatching(/^\d+\.\d+/) as string,
    });
  });
});
