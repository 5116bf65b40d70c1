/** The open study, as the engine holds it; every change goes through the engine, which saves it and can undo it. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { FileReference } from '#app/contract/file-reference.ts';
import type { Input, StudyView } from '#app/contract/operations.ts';
import { withChange } from '#app/study/change.ts';
import type { StudyEdit } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';
import { useUi, type PageAction } from './ui.ts';

export const useStudy = defineStore('study', () => {
  const view = shallowRef<StudyView | null>(null);
  /** When the engine last answered that a change is stored (milliseconds since 1970), 0: never. */
  const savedMs = ref(0);
  const opening = ref(false);
  const study = computed(() => view.value?.study ?? null);
  const groups = computed(() => view.value?.study.groups.groups ?? []);
  const included = computed(
    () => view.value?.study.subjects.filter((subject) => subject.excluded === null).length ?? 0,
  );
  /** Subjects that take part: not excluded, and in a group. */
  const analysed = computed(() => {
    const { value } = view;
    if (value === null) return 0;
    return value.study.subjects.filter((each, at) => each.excluded === null && (value.groupOf[at] ?? null) !== null)
      .length;
  });

  function take(answer: StudyView): void {
    view.value = answer;
    savedMs.value = Date.now();
  }

  /** The study that the engine has open already (the window was reloaded). */
  async function restore(): Promise<void> {
    await useUi().attempt(async () => {
      const answer = await request('study.current', {});
      if (answer !== null && view.value === null) {
        take(answer);
        useUi().go('data');
      }
    });
  }

  /** After the engine was lost: the same study, from its file. */
  async function reopen(): Promise<void> {
    if (view.value !== null) take(await request('study.open', { id: view.value.study.id }));
  }

  async function openWith(work: Promise<StudyView>): Promise<boolean> {
    opening.value = true;
    const ui = useUi();
    try {
      return await ui.attempt(async () => {
        take(await useJobs().during(work));
        ui.dismiss();
        ui.go('data');
        ui.say(t('{study} is open.', { study: view.value?.study.name ?? t('The study') }));
      });
    } finally {
      opening.value = false;
    }
  }

  const openSample = (sample: string): Promise<boolean> => openWith(request('sample.open', { sample }));
  const openById = (id: string): Promise<boolean> => openWith(request('study.open', { id }));
  const openFile = (file: FileReference): Promise<boolean> => openWith(request('study.open', { file }));
  const importFiles = (input: Input<'study.import'>): Promise<boolean> => openWith(request('study.import', input));

  async function change(input: Input<'study.change'>): Promise<void> {
    const { change: changed, ...beside } = await request('study.change', input);
    const study = view.value === null ? null : withChange(view.value.study, changed);
    if (study !== null) take({ ...beside, study });
    else {
      // Another study was opened meanwhile.
      const current = await request('study.current', {});
      if (current !== null) take(current);
    }
  }

  /** One step of undo. @returns whether the engine took it; a refusal is shown */
  async function edit(edit: StudyEdit): Promise<boolean> {
    return useUi().attempt(() => change({ kind: 'edit', edit }));
  }

  async function undo(): Promise<void> {
    if (view.value?.canUndo === true) await useUi().attempt(() => change({ kind: 'undo' }));
  }

  async function redo(): Promise<void> {
    if (view.value?.canRedo === true) await useUi().attempt(() => change({ kind: 'redo' }));
  }

  /** For the top bar of each page that edits. */
  const historyActions = computed<PageAction[]>(() => [
    { label: t('Undo'), run: undo, refused: view.value?.canUndo === true ? null : t('There is nothing to undo.') },
    { label: t('Redo'), run: redo, refused: view.value?.canRedo === true ? null : t('There is nothing to redo.') },
  ]);

  /** Asks where the files of the study are now, and finds them there by their content. */
  async function relink(): Promise<void> {
    const ui = useUi();
    await ui.attempt(async () => {
      const [folder] = await request('dialog.open', { what: 'moved-files' });
      if (folder === undefined) return;
      const answer = await useJobs().during(request('study.relink', { folder: { token: folder.token } }));
      take(answer.view);
      const [count, missing] = [answer.found, answer.missing.length];
      ui.say(
        missing === 0
          ? t('{count} files were found again.', { count })
          : t('{count} files were found again; {missing} are still missing.', { count, missing }),
      );
    });
  }

  return {
    view,
    study,
    groups,
    included,
    analysed,
    savedMs,
    opening,
    restore,
    reopen,
    openSample,
    openById,
    openFile,
    importFiles,
    edit,
    undo,
    redo,
    historyActions,
    relink,
  };
});
