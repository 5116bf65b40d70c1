/** What stands out in the session that is shown: findings in words and, as training goes, layers that left the band of chance. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { EarlySigns } from '#app/contract/early-signs.ts';
import type { Finding } from '#app/contract/findings.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';
import { Pull } from './pull.ts';
import { useTimeline } from './timeline.ts';
import { sentenceOf } from './ui.ts';

export const useWatched = defineStore('watched', () => {
  const timeline = useTimeline();
  const jobs = useJobs();
  const findings = shallowRef<readonly Finding[]>([]);
  const signs = shallowRef<EarlySigns | null>(null);
  const problem = ref('');
  const failed = (error: unknown): void => {
    problem.value = sentenceOf(error);
  };

  const findingPull = new Pull<string>(async (session) => {
    const answer = await request('session.findings', { session });
    if (session === timeline.session) findings.value = answer;
  }, failed);
  const signPull = new Pull<string>(async (session) => {
    const answer = await request('session.early-signs', { session });
    if (session === timeline.session) signs.value = answer;
  }, failed);

  watch(
    () => timeline.session,
    (session) => {
      findings.value = [];
      signs.value = null;
      problem.value = '';
      if (session === null) return;
      findingPull.ask(session);
      signPull.ask(session);
    },
    { immediate: true },
  );

  const inHand = computed(() => (jobs.run?.session === timeline.session ? jobs.run : null));
  // What is read changes with an epoch or a look; the end brings the last of both.
  watch([() => inHand.value?.epoch, () => inHand.value?.run, () => inHand.value?.status], () => {
    if (timeline.session !== null && inHand.value !== null) findingPull.ask(timeline.session);
  });
  watch([() => inHand.value?.looks, () => inHand.value?.status], () => {
    if (timeline.session !== null && inHand.value !== null) signPull.ask(timeline.session);
  });

  function markOf(layer: string): EarlySigns['marks'][number] | null {
    return signs.value?.marks.find((mark) => mark.layer === layer) ?? null;
  }

  return { findings, signs, problem, markOf };
});
