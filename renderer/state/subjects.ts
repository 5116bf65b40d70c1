/** Norms of single subjects' gradients over the visible steps, and which subjects are selected. */
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import type { SubjectNorms } from '#app/contract/review.ts';
import { request } from './client.ts';
import { Pull } from './pull.ts';
import { useReview } from './review.ts';
import { useTimeline } from './timeline.ts';
import { sentenceOf } from './ui.ts';

interface Question {
  session: string;
  run: number;
  from: number;
  to: number;
}

export const useSubjects = defineStore('subjects', () => {
  const timeline = useTimeline();
  const review = useReview();
  const norms = shallowRef<SubjectNorms | null>(null);
  const problem = ref('');
  /** Positions among the subjects. */
  const selected = shallowRef<ReadonlySet<number>>(new Set());

  const pull = new Pull<Question>(
    async (question) => {
      const answer = await request('session.subject-norms', question);
      if (question.session !== timeline.session || question.run !== timeline.run) return;
      norms.value = answer;
      problem.value = '';
    },
    (error) => (problem.value = sentenceOf(error)),
  );

  function select(subjects: Iterable<number>): void {
    selected.value = new Set(subjects);
  }
  function toggle(subject: number): void {
    const next = new Set(selected.value);
    if (!next.delete(subject)) next.add(subject);
    selected.value = next;
  }

  watch(
    () => timeline.session,
    () => {
      norms.value = null;
      select([]);
    },
  );
  watch(
    () => timeline.run,
    () => (norms.value = null),
  );
  watch(
    () =>
      [
        timeline.session,
        timeline.run,
        timeline.visible.from,
        timeline.visible.to,
        timeline.newest,
        review.view,
      ] as const,
    ([session, run, from, to, newest, view]) => {
      if (session === null || newest < 0 || view !== 'subjects') return;
      pull.ask({ session, run, from, to: Math.min(to, newest) });
    },
    { immediate: true },
  );

  return { norms, problem, selected, select, toggle };
});
