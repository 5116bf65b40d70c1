/** Tests of the open session: what is asked, and what was answered. */
import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef } from 'vue';
import type { RegroupChoices } from '#app/contract/regroup.ts';
import { defaultStatistics, type TestStatistic } from '#app/inference/statistics.ts';
import type { TestAnswer, TestMethod, TestOptions } from '#app/inference/test-options.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';

/** Strata as a choice of a list: 'auto', 'none', 'class', or 'column:' and its name. */
export type StrataChoice = string;
const columnPrefix = 'column:';

export function strataOf(choice: StrataChoice): TestOptions['strata'] {
  if (choice === 'none' || choice === 'class') return { kind: choice };
  return choice.startsWith(columnPrefix)
    ? { kind: 'column', column: choice.slice(columnPrefix.length) }
    : { kind: 'auto' };
}

export function strataOfColumn(column: string): StrataChoice {
  return `${columnPrefix}${column}`;
}

/** Those that need kept Grams. */
export function isPermuted(method: TestMethod): boolean {
  return method !== 'runs' && method !== 'per-iteration';
}

export const useTests = defineStore('tests', () => {
  const jobs = useJobs();
  const asked = reactive({
    statistics: [...defaultStatistics] as TestStatistic[],
    methods: ['permutation', 'cluster-mass'] as TestMethod[],
    permutations: 999,
    strata: 'auto',
    /** Names of two groups; null: all pairs. */
    groups: null as [string, string] | null,
  });
  const seed = 1;
  const answers = shallowRef<ReadonlyMap<string, TestAnswer>>(new Map());
  /** The session that is being tested. */
  const running = ref<string | null>(null);
  const isRunning = computed(() => running.value !== null);

  /** What the session kept that labels can be exchanged in; null: not known yet. */
  const choices = shallowRef<RegroupChoices | null>(null);

  async function look(session: string): Promise<void> {
    choices.value = null;
    choices.value = await request('session.regroup-choices', { session });
  }

  function answerOf(session: string): TestAnswer | null {
    return answers.value.get(session) ?? null;
  }

  /** A job: the bar below tells how far it is. @throws SpectroscopeError in words, also when it was cancelled */
  async function test(session: string, methods: readonly TestMethod[]): Promise<void> {
    const { statistics, permutations, strata, groups } = asked;
    const options = {
      statistics: [...statistics],
      methods: [...methods],
      permutations,
      seed,
      strata: strataOf(strata),
      groups: groups === null ? null : ([groups[0], groups[1]] satisfies [string, string]),
    };
    running.value = session;
    try {
      const answer = await jobs.during(request('session.test', { sessions: [session], options }));
      answers.value = new Map([...answers.value, [session, answer]]);
    } finally {
      running.value = null;
    }
  }

  return { asked, running, isRunning, choices, look, answerOf, test };
});
