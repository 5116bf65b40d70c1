/** What somebody who knows more than the copy says could still learn from it. */
import type { ShareOptions } from '#app/contract/share.ts';
import { t } from '#app/text/text.ts';
import type { SessionBody } from '../../session/header.ts';

/** @param tables names of the tables of the copy that have rows */
export function revealed(body: SessionBody, options: ShareOptions, tables: readonly string[]): string[] {
  const alone = singledOut(body, options.columns);
  const sentences: [boolean, string][] = [
    [
      tables.includes('checkpoint'),
      t(
        'Weights: a network can remember its training data. Whoever has it can test whether a given person was in the training (membership inference), and of small studies reconstruct typical inputs; the preparation holds means and deviations of the inputs, by site where they were harmonised.',
      ),
    ],
    [
      tables.includes('gram'),
      t(
        'Products of samples: those of a first layer tell how alike the inputs of two subjects are. Whoever has the same scans or tables can find out which code is whom.',
      ),
    ],
    [
      tables.includes('prediction'),
      t('Predictions: probabilities of each validation subject, which whoever has network and data can match.'),
    ],
    [
      body.configuration.task.kind === 'regression',
      t('The target is a number of each subject: an unusual one can tell who it is.'),
    ],
    [
      alone > 0,
      t(
        '{alone} of {subjects} subjects are the only ones with their combination of group, class and {columns}: whoever knows those of a person finds the code.',
        { alone, subjects: body.subjects.length, columns: options.columns.join(', ') },
      ),
    ],
    [
      options.names,
      t('Title, study name, description and attribution stay as they were written: read them for names and places.'),
    ],
  ];
  return sentences.filter(([is]) => is).map(([, sentence]) => sentence);
}

/** Subjects whose group, class and kept values nobody else has; none when no values are kept. */
function singledOut({ study, subjects }: SessionBody, columns: readonly string[]): number {
  if (columns.length === 0) return 0;
  const valuesOf = new Map(study.subjects.map(({ id, values }) => [id, values]));
  const counts = new Map<string, number>();
  for (const { id, group, target } of subjects) {
    const key = JSON.stringify([group, target, ...columns.map((name) => valuesOf.get(id)?.[name] ?? null)]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()].filter((count) => count === 1).length;
}
