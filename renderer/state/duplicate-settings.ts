/** The settings of a session, to train the same study once more, or otherwise. */
import { nextTick } from 'vue';
import { inputError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { request } from './client.ts';
import { useDesign } from './design.ts';
import { useStudy } from './study.ts';
import { useUi } from './ui.ts';

/**
 * Opens Design with them, on the study that the session was trained on: by its id, or one of the same name.
 *
 * @throws SpectroscopeError (input) 'study-missing' with the study that is needed
 */
export async function duplicateSettings({ session }: { session: string }): Promise<void> {
  const ui = useUi();
  const store = useStudy();
  const { studyId, study: name, studyGroups, title, configuration } = await request('session.view', { session });
  if (store.study?.id !== studyId) {
    const studies = await request('study.list', {});
    const same = studies.find(({ id }) => id === studyId) ?? studies.find((each) => each.name === name);
    if (same === undefined) {
      const subjects = studyGroups.reduce((sum, each) => sum + each.subjects, 0);
      throw inputError(
        'study-missing',
        t(
          "'{title}' was trained on the study '{study}' ({subjects} subjects), which is not in this library: import its data or open its study file, then choose this again.",
          { title, study: name, subjects },
        ),
      );
    }
    if (store.study?.id !== same.id && !(await store.openById(same.id))) return;
  }
  // The design of a study that was just opened begins first.
  await nextTick();
  useDesign().adopt(configuration);
  ui.go('design');
  ui.say(t("The settings of '{title}'.", { title }));
}
