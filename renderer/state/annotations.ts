/** Remarks of a person on steps of the open session: kept in its file, marked on all charts. */
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { Annotation } from '#app/contract/review.ts';
import { request } from './client.ts';
import { useTimeline } from './timeline.ts';
import { useUi } from './ui.ts';

/** A remark with the number that its mark has on the charts. */
export type NumberedRemark = Annotation & { number: number };

export const useAnnotations = defineStore('annotations', () => {
  const timeline = useTimeline();
  const ui = useUi();
  const all = shallowRef<readonly Annotation[]>([]);
  /** Of the run that is shown, in the order of the steps. */
  const remarks = computed<NumberedRemark[]>(() =>
    all.value.filter(({ run }) => run === timeline.run).map((each, index) => ({ ...each, number: index + 1 })),
  );

  async function load(session: string): Promise<void> {
    const answer = await request('session.annotations', { session });
    if (session === timeline.session) all.value = answer;
  }

  /** @param annotation one that there is; null: a new one */
  async function write(
    annotation: number | null,
    remark: { run: number; first: number; last: number; text: string },
  ): Promise<void> {
    const { session } = timeline;
    if (session === null) return;
    await request('session.annotate', { session, annotation, ...remark });
    await load(session);
  }
  async function remove(annotation: number): Promise<void> {
    const { session } = timeline;
    if (session === null) return;
    await request('session.unannotate', { session, annotation });
    await load(session);
  }

  watch(
    () => timeline.session,
    (session) => {
      all.value = [];
      if (session !== null) void ui.inBackground(() => load(session));
    },
    { immediate: true },
  );

  return { remarks, write, remove };
});
