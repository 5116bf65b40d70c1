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
  /** The last death, until a person has read of it: a new engine is there before anyone could. */
  const death = shallowRef<EventPayload<'engine.state'> | null>(null);
  /** It died since the window opened, and what it had open has to be opened again. */
  const wasLost = ref(false);

  function listen(): void {
    onEvent('engine.state', (payload) => {
      if (payload.state === 'died' || payload.state === 'given-up') {
        death.value = payload;
        wasLost.value = true;
        useJobs().forget();
      }
      if (payload.state === 'ready' && wasLost.value) {
        wasLost.value = false;
        void useUi().inBackground(() => useStudy().reopen());
        void useDevice().describe();
      }
    });
  }

  async function restart(): Promise<void> {
    await request('engine.restart', {});
    death.value = null;
  }

  function dismiss(): void {
    death.value = null;
  }

  return { death, listen, restart, dismiss };
});
