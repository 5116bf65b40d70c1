/** Whether the engine process lives, in words for the banner. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { EventPayload } from '#app/contract/events.ts';
import { onEvent, request } from './client.ts';
import { useDevice } from './device.ts';
import { useJobs } from './jobs.ts';
import { useStudy } from './study.ts';
import { useUi } from './ui.ts';

export const useEngine = defineStore('engine', () => {
  const state = shallowRef<EventPayload<'engine.state'> | null>(null);
  /** It died since the window opened, and what it had open has to be opened again. */
  const wasLost = ref(false);

  function listen(): void {
    onEvent('engine.state', (payload) => {
      state.value = payload;
      if (payload.state === 'died' || payload.state === 'given-up') {
        wasLost.value = true;
        useJobs().forget();
      }
      if (payload.state === 'ready' && wasLost.value) {
        wasLost.value = false;
        void useUi().attempt(() => useStudy().reopen());
        void useDevice().describe();
      }
    });
  }

  async function restart(): Promise<void> {
    await request('engine.restart', {});
  }

  return { state, listen, restart };
});
