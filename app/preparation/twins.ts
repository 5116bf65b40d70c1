/** Rows that hold the same data under different names: one is trained on while the network is measured on the other. */
import { t } from '#app/text/text.ts';
import type { Fold } from '#app/study/split.ts';

/**
 * @param contents what each row holds, as text; null: not known
 * @param ids name of each row; rows of one name are one subject, which folds keep together
 * @returns a warning where a fold parts such rows
 */
export function twinWarnings(
  contents: readonly (string | null)[],
  ids: readonly string[],
  folds: readonly Fold[],
): string[] {
  const rowsOf = new Map<string, number[]>();
  contents.forEach((content, row) => {
    if (content !== null) rowsOf.set(content, [...(rowsOf.get(content) ?? []), row]);
  });
  const same = [...rowsOf.values()].filter((rows) => rows.length > 1);
  const parted = same.filter((rows) =>
    folds.some(({ validation }) => {
      const held = new Set(validation);
      const count = rows.filter((row) => held.has(row)).length;
      return count > 0 && count < rows.length;
    }),
  );
  const [first] = parted;
  if (first === undefined) return [];
  const subjects = first
    .map((row) => ids[row] ?? '')
    .reduce((before, after) => t('{before} and {after}', { before, after }));
  const others = parted.length - 1;
  return [
    others === 0
      ? t(
          '{subjects} hold the same data: a fold trains on one and is measured on the other. Exclude all but one of them.',
          { subjects },
        )
      : t(
          '{subjects} hold the same data (and {count} more such sets): a fold trains on one and is measured on the other. Exclude all but one of them.',
          { subjects, count: others },
        ),
  ];
}
