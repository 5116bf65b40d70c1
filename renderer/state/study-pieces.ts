/** The subjects of a large study, piece by piece: between two pieces the page draws and answers. */
import type { StudyView } from '#app/contract/operations.ts';
import type { Subject } from '#app/study/study.ts';
import { request } from './client.ts';

/**
 * @param first those that are here already
 * @param came told after each piece with all that are here; answers whether to go on
 * @returns all subjects; null where it was not to go on
 * @throws SpectroscopeError (kind 'setting', 'study-changed') where the study is another by now
 */
export async function restOfSubjects(
  first: readonly Subject[],
  { state, inAll }: NonNullable<StudyView['following']>,
  came: (subjects: readonly Subject[]) => boolean,
): Promise<Subject[] | null> {
  const subjects = [...first];
  const ask = async (): Promise<Subject[]> => await request('study.subjects', { state, from: subjects.length });
  let asked = ask();
  while (subjects.length < inAll) {
    const piece = await asked;
    if (piece.length === 0) break;
    subjects.push(...piece);
    if (!came(subjects)) return null;
    // It comes while what is here is drawn.
    if (subjects.length < inAll) {
      asked = ask();
      asked.catch(() => undefined);
    }
    await drawn();
  }
  return subjects;
}

/** A turn of the page: what waits for it (a key, a frame) comes first. */
async function drawn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
