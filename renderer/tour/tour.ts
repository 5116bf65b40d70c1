/** Where the tour is. It never blocks the window: a person may go elsewhere, and come back to it. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { t } from '#app/text/text.ts';
import { useJobs } from '../state/jobs.ts';
import { useUi } from '../state/ui.ts';
import { tourSteps, type TourStep } from './steps.ts';

export const useTour = defineStore('tour', () => {
  const ui = useUi();
  const jobs = useJobs();
  /** Position of the step; null: there is no tour. */
  const at = ref<number | null>(null);
  const busy = ref(false);
  /** What the step before found. */
  const told = ref<readonly string[]>([]);
  const steps = computed(() => (at.value === null ? [] : tourSteps()));
  const step = computed<TourStep | null>(() => (at.value === null ? null : (steps.value[at.value] ?? null)));
  /** Why the step cannot be done now, or ''. */
  const waits = computed(() => {
    if (step.value?.page === 'train' && jobs.training) return t('The network is still learning.');
    return step.value !== null && ui.page !== step.value.page ? t('The tour is on another page.') : '';
  });

  function show(position: number): void {
    at.value = position;
    const { page } = steps.value[position] ?? { page: ui.page };
    if (ui.page !== page) ui.go(page);
  }
  function begin(): void {
    told.value = [];
    show(0);
  }
  function end(): void {
    at.value = null;
    told.value = [];
  }
  /** Goes back to the page of the step that it is at. */
  function resume(): void {
    if (at.value !== null) show(at.value);
  }
  async function next(): Promise<void> {
    const { value: position } = at;
    const { value: current } = step;
    if (position === null || current === null || busy.value) return;
    busy.value = true;
    let found: string[] | undefined;
    const done = await ui.attempt(async () => {
      found = await current.act();
    });
    busy.value = false;
    // It was ended meanwhile, or failed, which the window said.
    if (!done || at.value !== position) return;
    if (position + 1 >= steps.value.length) return end();
    told.value = found ?? [];
    show(position + 1);
  }
  return { at, step, steps, told, busy, waits, begin, end, resume, next };
});
