/** The training run as a person steers it. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { EventPayload } from '#app/contract/events.ts';
import { t } from '#app/text/text.ts';
import { formatCount } from '../charts/format.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';
import { durationText } from './time-left.ts';
import { useUi } from './ui.ts';

type RunProgress = EventPayload<'run.progress'>;

const statuses: Readonly<Record<RunProgress['status'], string>> = {
  preparing: t('preparing'),
  running: t('running'),
  paused: t('paused'),
  finished: t('finished'),
  stopped: t('stopped'),
  failed: t('failed'),
};
export const statusWords = (status: RunProgress['status']): string => statuses[status];

/** 'fold 2 of 5'. */
export function foldWords({ run, runs }: Pick<RunProgress, 'run' | 'runs'>): string {
  return t('fold {fold} of {folds}', { fold: run + 1, folds: runs });
}

/** 'fold 2 of 5 · epoch 18 of 44 · step 812 · 3 min 20 s left'; speed and the cost of capture are in the bottom bar. */
export function progressText(run: RunProgress): string {
  const parts: string[] = [];
  if (run.runs > 1) parts.push(run.runName ?? foldWords(run));
  if (run.status === 'preparing')
    return [...parts, run.message === '' ? statusWords(run.status) : run.message].join(' · ');
  parts.push(
    t('epoch {epoch} of {epochs}', { epoch: Math.min(run.epoch + 1, run.epochs), epochs: run.epochs }),
    t('step {step}', { step: formatCount(run.step) }),
  );
  if (run.status === 'running') {
    if (run.secondsLeft !== null) parts.push(t('{time} left', { time: durationText(run.secondsLeft) }));
  } else parts.push(statusWords(run.status));
  return parts.join(' · ');
}

export const useTraining = defineStore('training', () => {
  const jobs = useJobs();
  const run = computed(() => jobs.run);
  const active = computed(() => jobs.training);
  const paused = computed(() => jobs.run?.status === 'paused');

  /** The run that the engine has in hand (the window was reloaded): events alone would tell of it at its next step. */
  async function restore(): Promise<void> {
    const ui = useUi();
    await ui.inBackground(async () => {
      const state = await request('run.state', {});
      if (state === null) return;
      if (jobs.run === null) jobs.run = state;
      if (jobs.training) ui.go('train');
    });
  }

  async function pause(): Promise<void> {
    await request('run.pause', {});
  }
  async function resume(): Promise<void> {
    await request('run.resume', {});
  }
  async function stop(): Promise<void> {
    await request('run.stop', {});
  }

  return { run, active, paused, restore, pause, resume, stop };
});
