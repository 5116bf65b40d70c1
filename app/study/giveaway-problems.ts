/** Problems of a study whose ids, or one of whose features alone, tell the classes. */
import { idsTellClass, tellingAbsence, tellingAucOf } from '#app/data/giveaway.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { told } from './problem-words.ts';
import type { CellsOf } from './cells.ts';
import type { Column, Problem, Study } from './study.ts';

/** They change with the labels, and so are found anew after every edit. */
export const giveawayCodes = ['feature-tells-class', 'feature-missing-tells-class', 'ids-tell-class'] as const;

/**
 * @param features those that nothing was said of yet
 * @param classOf of each subject, null: of none
 * @param cells of the study
 */
export function giveawayProblems(
  { subjects }: Study,
  features: readonly Column[],
  classOf: readonly (string | null)[],
  cells: CellsOf,
): Problem[] {
  const rows = [...subjects.keys()].filter((row) => subjects[row]?.excluded === null && classOf[row] !== null);
  const classes = rows.map((row) => classOf[row] ?? '');
  const problems: Problem[] = [];
  const ids = idsTellClass(
    rows.map((row) => subjects[row]?.id ?? ''),
    classes,
  );
  if (ids !== null) {
    problems.push({
      code: 'ids-tell-class',
      severity: 'note',
      file: null,
      subject: null,
      field: null,
      ...told({
        message: sentence(
          'The ids tell the class ({ids}). They are no feature; see that nothing made of them, such as the number of a file or the order of the rows, becomes one.',
          { ids },
        ),
      }),
    });
  }
  for (const { name } of features) {
    const column = cells(name);
    const cellAt = (at: number) => column[rows[at] ?? -1] ?? null;
    const auc = tellingAucOf(cellAt, classes);
    if (auc !== null) {
      const message = sentence(
        "Feature '{name}' alone tells a class from the rest (area under the ROC curve {auc}): a network would read the answer off it. Take it out of the features unless that is meant.",
        { name, auc: auc.toFixed(3) },
      );
      problems.push(ofFeature('feature-tells-class', name, message));
    }
    if (auc === null && tellingAbsence(cellAt, classes) !== null) {
      const message = sentence(
        "Feature '{name}' is missing for one class and known for another, which tells a class from the rest: a network would read the answer off it. Take it out of the features unless that is meant.",
        { name },
      );
      problems.push(ofFeature('feature-missing-tells-class', name, message));
    }
  }
  return problems;
}

/** A warning about one of the features. */
export function ofFeature(code: string, name: string, message: Sentence): Problem {
  return { code, severity: 'warning', file: null, subject: null, field: name, ...told({ message }) };
}
