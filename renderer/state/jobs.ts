/** The long work in hand: an import or export, and the training run. */
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { EventPayload } from '#app/contract/events.ts';
import { onEvent, request } from './client.ts';
import { secondsLeft } from './time-left.ts';

export type JobProgress = EventPayload<'job.progress'>;
export type RunProgress = EventPayload<'run.progress'>;

export const useJobs = defineStore('jobs', () => {
  const job = shallowRef<JobProgress | null>(null);
  const run = shallowRef<RunProgress | null>(null);
  let startedMs = 0;
  /** Requests that are waited for. */
  let waiting = 0;
  const jobSecondsLeft = shallowRef<number | null>(null);
  const training = computed(() => run.value !== null && ['preparing', 'running', 'paused'].includes(run.value.status));

  function listen(): void {
    onEvent('job.progress', (payload) => {
      // The last word of a job can come after its answer, and would stand in the bar for good.
      if (waiting === 0 && payload.done === payload.total) return;
      const now = performance.now();
      if (job.value?.job !== payload.job) startedMs = now;
      job.value = payload;
      jobSecondsLeft.value = secondsLeft(payload.done, payload.total, (now - startedMs) / 1000);
    });
    onEvent('run.progress', (payload) => {
      // Preparing the data of a run reports as a job, which ends with it.
      if (run.value?.status === 'preparing' && payload.status !== 'preparing') endJob();
      run.value = payload;
    });
  }

  function endJob(): void {
    job.value = null;
    jobSecondsLeft.value = null;
  }

  /** Runs a request that reports as a job, and clears the bar when it ends. */
  async function during<T>(work: Promise<T>): Promise<T> {
    waiting += 1;
    try {
      return await work;
    } finally {
      waiting -= 1;
      endJob();
    }
  }

  async function cancel(): Promise<void> {
    if (job.value !== null) await request('job.cancel', { job: job.value.job });
  }

  /** The engine is gone, and with it what it was doing. */
  function forget(): void {
    job.value = null;
    run.value = null;
  }

  return { job, run, jobSecondsLeft, training, listen, during, cancel, forget };
});
