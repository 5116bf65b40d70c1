/** Tests of the open session: what is asked, and what the session keeps of what was answered. */
import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { KeptTest } from '#app/contract/kept-tests.ts';
import type { RegroupChoices } from '#app/contract/regroup.ts';
import { defaultStatistics, type TestStatistic } from '#app/inference/statistics.ts';
import { defaultMethods, type TestAnswer, type TestMethod, type TestOptions } from '#app/inference/test-options.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';
import { useTimeline } from './timeline.ts';
import { useUi } from './ui.ts';

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

export const useTests = defineStore('tests', () => {
  const jobs = useJobs();
  const timeline = useTimeline();
  const ui = useUi();
  const asked = reactive({
    statistics: [...defaultStatistics] as TestStatistic[],
    methods: [...defaultMethods] as TestMethod[],
    permutations: 999,
    strata: 'auto',
    /** Names of two groups; null: all pairs. */
    groups: null as [string, string] | null,
  });
  const seed = 1;
  /** The session that is being tested. */
  const running = ref<string | null>(null);

  /** What the open session kept that labels can be exchanged in; null: not known yet. */
  const choices = shallowRef<RegroupChoices | null>(null);
  /** Results that the open session keeps, the newest first. */
  const kept = shallowRef<readonly KeptTest[]>([]);
  /** The one of them that is shown; null: the newest. */
  const chosen = ref<number | null>(null);
  /** A result that could not be kept, since the session cannot be written to. */
  const unkept = shallowRef<TestAnswer | null>(null);
  const shown = computed(() => kept.value.find(({ test }) => test === chosen.value) ?? kept.value[0] ?? null);
  const answer = computed(() => unkept.value ?? shown.value?.answer ?? null);

  async function look(session: string): Promise<void> {
    const [known, tests] = await Promise.all([
      request('session.regroup-choices', { session }),
      request('session.kept-tests', { session }),
    ]);
    if (session !== timeline.session) return;
    choices.value = known;
    kept.value = tests;
  }

  /** A job: the bar below tells how far it is. @throws SpectroscopeError in words, also when it was cancelled */
  async function test(session: string, methods: readonly TestMethod[]): Promise<void> {
    const { statistics, permutations, strata, groups } = asked;
    await testBy(session, {
      statistics: [...statistics],
      methods: [...methods],
      permutations,
      seed,
      strata: strataOf(strata),
      groups: groups === null ? null : [groups[0], groups[1]],
    });
  }

  /** The same by options of its own. The session keeps the result, where it may be written to, and shows it under Tests. */
  async function testBy(session: string, options: TestOptions): Promise<TestAnswer> {
    const asking = (keep: boolean) => jobs.during(request('session.test', { sessions: [session], options, keep }));
    running.value = session;
    try {
      let found: TestAnswer;
      let isKept = true;
      try {
        found = await asking(true);
      } catch (error) {
        if (!(error instanceof SpectroscopeError) || error.code !== 'session-folder') throw error;
        isKept = false;
        found = await asking(false);
      }
      if (session !== timeline.session) return found;
      unkept.value = isKept ? null : found;
      chosen.value = null;
      await look(session);
      return found;
    } finally {
      running.value = null;
    }
  }

  async function forget(test: number): Promise<void> {
    const { session } = timeline;
    if (session === null) return;
    await request('session.forget-test', { session, test });
    chosen.value = null;
    await look(session);
  }

  watch(
    () => [timeline.session, timeline.live] as const,
    ([session]) => {
      [choices.value, kept.value, chosen.value, unkept.value] = [null, [], null, null];
      if (session !== null) void ui.inBackground(() => look(session));
    },
    { immediate: true },
  );

  return { asked, running, choices, kept, chosen, unkept, shown, answer, test, testBy, forget };
});
