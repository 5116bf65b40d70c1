/** The device in use, as the engine describes it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { Device } from '#app/contract/operations.ts';
import { onEvent, request } from './client.ts';
import { useSettings, type DeviceChoice } from './settings.ts';
import { sentenceOf } from './ui.ts';

export const useDevice = defineStore('device', () => {
  const device = shallowRef<Device | null>(null);
  /** Why there is none, as a sentence, or ''. */
  const problem = ref('');
  onEvent('device.state', (payload) => {
    if (device.value !== null) device.value = { ...device.value, name: payload.name, reason: payload.reason };
  });

  async function describe(choice?: DeviceChoice): Promise<void> {
    try {
      device.value = await request('device.describe', { device: choice ?? useSettings().device });
      problem.value = '';
    } catch (error) {
      problem.value = sentenceOf(error);
    }
  }

  return { device, problem, describe };
});
