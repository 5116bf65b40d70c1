import { describe, expect, it } from 'vitest';
import { chooseDevice, describeDevice, provenance } from '../../../main/engine/device/device.ts';

const here = describeDevice('auto');

describe('the device', () => {
  it('is told with why it was taken and why the others were not', () => {
    expect(here.name).toMatch(here.kind === 'cpu' ? /^CPU, \d+ cores?$/ : /NVIDIA/);
    expect(here.reason).toMatch(/NVIDIA/);
    expect(here.refused.map(({ kind }) => kind)).toEqual(here.kind === 'cpu' ? ['cuda', 'webgpu'] : ['webgpu']);
    for (const { reason } of here.refused) expect(reason).toMatch(/^.+\.$/);
    expect(describeDevice(here.kind).reason).toBe('It was asked for.');
  });

  it('that cannot be used is refused by name, with the reason', () => {
    for (const { kind, reason } of here.refused) {
      expect(() => chooseDevice(kind as 'webgpu')).toThrow(
        expect.objectContaining({ kind: 'setting', code: 'device-unavailable', field: 'device' }),
      );
      expect(() => describeDevice(kind as 'webgpu')).toThrow(reason);
    }
  });

  it('goes into the session with the versions that computed it', () => {
    expect(provenance(here)).toMatchObject({
      device: here.name,
      tensorflow: expect.stringMatching(/^\d+\.\d+/) as string,
    });
  });
});
