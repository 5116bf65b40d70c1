/** The permutation band of the spectrum at the cursor: asked for when the cursor rests, one at a time. */
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import type { PermutationBand } from '#app/contract/review.ts';
import type { Input } from '#app/contract/operations.ts';
import { request } from './client.ts';
import { useFrames } from './frames.ts';
import { Pull } from './pull.ts';
import { useTimeline } from './timeline.ts';
import { sentenceOf } from './ui.ts';

const permutations = 199;
/** A cursor that moves on within this is not asked about. */
const restMs = 200;

type Question = Input<'session.permutation-band'>;

export const useBand = defineStore('band', () => {
  const timeline = useTimeline();
  const frames = useFrames();
  const wanted = ref(true);
  /** What was answered, and to what: null where the step kept no Grams that give it. */
  const answered = shallowRef<{ key: string; band: PermutationBand | null } | null>(null);
  const problem = ref('');
  let rest = 0;

  const pull = new Pull<{ key: string; question: Question }>(
    async ({ key, question }) => {
      const band = await request('session.permutation-band', question);
      answered.value = { key, band };
      problem.value = '';
    },
    (error) => (problem.value = sentenceOf(error)),
  );

  /** null: nothing to ask about. */
  function question(): Question | null {
    const { session, run, live } = timeline;
    const frame = frames.detail;
    const layer = frames.view?.layers.find(({ name }) => name === frame?.layer);
    if (session === null || live || frame === null || layer === undefined || frame.detail.step < 0) return null;
    const { quantity, scale, detail } = frame;
    return { session, run, step: detail.step, layer: layer.index, quantity, scale, permutations };
  }
  const keyOf = (asked: Question): string => JSON.stringify(Object.values(asked));

  /** Of the spectrum that is shown now; undefined: not known yet. */
  function current(): PermutationBand | null | undefined {
    const asked = question();
    if (!wanted.value || asked === null || answered.value?.key !== keyOf(asked)) return undefined;
    return answered.value.band;
  }

  watch(
    () => [wanted.value, frames.detail, timeline.live, timeline.run],
    () => {
      clearTimeout(rest);
      pull.drop();
      const asked = question();
      if (!wanted.value || asked === null || answered.value?.key === keyOf(asked)) return;
      rest = window.setTimeout(() => pull.ask({ key: keyOf(asked), question: asked }), restMs);
    },
    { immediate: true },
  );

  return { wanted, answered, problem, current };
});
