/** The open study, as the engine holds it; every change goes through the engine, which saves it and can undo it. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { FileReference } from '#app/contract/file-reference.ts';
import type { Input, StudyView } from '#app/contract/operations.ts';
import { withChange } from '#app/study/change.ts';
import type { Study, StudyEdit } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';
import { restOfSubjects } from './study-pieces.ts';
import { useUi, type PageAction } from './ui.ts';

/** A large study begins with its first subjects. */
const subjects = 'first';

export interface ArrivingStudy {
  /** With the subjects that are here, the first ones. */
  view: StudyView;
  /** Subjects of the study. */
  inAll: number;
}

export const useStudy = defineStore('study', () => {
  const view = shallowRef<StudyView | null>(null);
  /** When the engine last answered that a change is stored (milliseconds since 1970), 0: never. */
  const savedMs = ref(0);
  const opening = ref(false);
  /** A large study on its way: what is here of it can be looked at. It is open (`view`) once all of it is here. */
  const arriving = shallowRef<ArrivingStudy | null>(null);
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

  let arrivals = 0;
  /**
   * Takes a study whose first subjects are here, and asks for the others. The one before is not shown any more: the engine
   * would carry out on the new one what a person does to it.
   *
   * @param begun once there is something to see
   * @returns whether it is the open study now: another can be opened meanwhile
   */
  async function arrive(answer: StudyView, begun = (): void => undefined): Promise<boolean> {
    const mine = ++arrivals;
    const { following, ...first } = answer;
    if (following === undefined) {
      arriving.value = null;
      take(answer);
      begun();
      return true;
    }
    const here = (subjects: Study['subjects']): StudyView => ({ ...first, study: { ...first.study, subjects } });
    const { inAll } = following;
    arriving.value = { view: first, inAll };
    view.value = null;
    begun();
    try {
      const subjects = await restOfSubjects(first.study.subjects, following, (some) => {
        if (mine === arrivals) arriving.value = { view: here([...some]), inAll };
        return mine === arrivals;
      });
      if (subjects === null) return false;
      arriving.value = null;
      take(here(subjects));
      return true;
    } catch (error) {
      if (mine !== arrivals) return false;
      arriving.value = null;
      throw error;
    }
  }

  /** The study that the engine has open already (the window was reloaded). */
  async function restore(): Promise<void> {
    await useUi().attempt(async () => {
      const answer = await request('study.current', { subjects });
      if (answer !== null && view.value === null) await arrive(answer, () => useUi().go('data'));
    });
  }

  /** After the engine was lost: the same study, from its file. */
  async function reopen(): Promise<void> {
    const id = (view.value ?? arriving.value?.view)?.study.id;
    if (id !== undefined) await arrive(await request('study.open', { id, subjects }));
  }

  async function openWith(work: Promise<StudyView>): Promise<boolean> {
    opening.value = true;
    const ui = useUi();
    try {
      return await ui.attempt(async () => {
        const answer = await useJobs().during(work);
        const isOpen = await arrive(answer, () => {
          ui.dismiss();
          ui.go('data');
        });
        if (isOpen) ui.say(t('{study} is open.', { study: view.value?.study.name ?? t('The study') }));
      });
    } finally {
      opening.value = false;
    }
  }

  const openSample = (sample: string): Promise<boolean> => openWith(request('sample.open', { sample, subjects }));
  const openById = (id: string): Promise<boolean> => openWith(request('study.open', { id, subjects }));
  const openFile = (file: FileReference): Promise<boolean> => openWith(request('study.open', { file, subjects }));
  const importFiles = (input: Input<'study.import'>): Promise<boolean> =>
    openWith(request('study.import', { ...input, subjects }));

  let changes: Promise<unknown> = Promise.resolve();
  /** One after the other: each goes on from the study that the last one left. */
  async function change(input: Input<'study.change'>): Promise<void> {
    const done = changes.then(async () => await changeNow(input));
    changes = done.catch(() => undefined);
    await done;
  }

  async function changeNow(input: Input<'study.change'>): Promise<void> {
    const before = view.value;
    if (before === null) return;
    const { change: changed, following, ...beside } = await request('study.change', input);
    const others = following === undefined ? changed.subjects : await restOfSubjects([], following, () => true);
    // A large study that is on its way comes as the engine has it.
    if (arriving.value !== null) return;
    const study = withChange((view.value ?? before).study, { ...changed, subjects: others });
    if (study !== null) take({ ...beside, study });
    else {
      // Another study was opened meanwhile.
      const current = await request('study.current', { subjects });
      if (current !== null) await arrive(current);
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
      const answer = await useJobs().during(request('study.relink', { folder: { token: folder.token }, subjects }));
      await arrive(answer.view);
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
    arriving,
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
