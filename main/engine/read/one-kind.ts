/** Which files of a folder are meant where each subject has several, under the same names. */
import { basename } from 'node:path';
import { parseBids } from '#app/data/bids.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';

/** Fewer folders than this with files of the same names are rather groups of subjects than subjects. */
const fewestFolders = 3;

/**
 * Of folders that each hold the same few names (`p01/T1.nii`, `p01/FLAIR.nii`, `p02/T1.nii`, …) the files of one name: the names
 * are kinds of file then, and each folder is a subject.
 */
export function oneKind(scans: readonly string[], problems: Problem[]): readonly string[] {
  if (scans.some((path) => parseBids(path) !== null)) return scans;
  const kinds = groupedBy(scans, (path) => basename(path));
  const folders = Math.min(...[...kinds.values()].map((files) => files.length));
  if (kinds.size < 2 || folders < fewestFolders || kinds.size > folders) return scans;
  const names = [...kinds.keys()].toSorted();
  const most = Math.max(...[...kinds.values()].map((files) => files.length));
  const inMost = names.filter((name) => kinds.get(name)?.length === most);
  const chosen = inMost.find(isAnatomical) ?? inMost[0] ?? '';
  const message = sentence(
    'Each subject has files of the same names ({names}). Those called {chosen} are used and the others left out; for others, choose a folder that holds those alone, a table with a column of files, or, of series, a pattern of their names.',
    { names: someOf(names, 6), chosen },
  );
  problems.push({
    code: 'kinds-left-out',
    severity: 'warning',
    file: null,
    subject: null,
    field: null,
    ...told({ message }),
  });
  return kinds.get(chosen) ?? scans;
}

function isAnatomical(name: string): boolean {
  return /(^|[^a-z0-9])(t1w?|mprage|anat)([^a-z0-9]|$)/i.test(name);
}
