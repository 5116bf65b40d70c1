/** Subjects from a list that a person pasted: ids as another program writes them, one or many to a line. */
import { matchFiles } from '#app/data/matching.ts';

export interface PastedSubjects {
  /** Ids as the study has them, in the order of the study, each once. */
  subjects: string[];
  /** Found although it is written otherwise: 'sub-0040013' for 40013. */
  differently: { pasted: string; subject: string }[];
  /** What fits no subject, or more than one. */
  unmatched: string[];
}

/**
 * Of a table that was pasted, the column that fits best is read. A heading that fits nobody counts as unmatched only if it
 * is not the first thing in the list.
 * @param ids of the study
 */
export function subjectsOfText(text: string, ids: readonly string[]): PastedSubjects {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const columns = columnsOf(lines);
  const candidates = columns.length > 1 ? columns : [lines.flatMap(wordsOf)];
  const exact = new Set(ids);
  const found = candidates.map((words) => match(words, ids, exact));
  const best = found.reduce((most, each) => (each.subjects.length > most.subjects.length ? each : most));
  const [heading] = candidates[found.indexOf(best)] ?? [];
  const isHeading = best.subjects.length > 0 && heading !== undefined && !/\d/.test(heading);
  return isHeading ? { ...best, unmatched: best.unmatched.filter((word) => word !== heading) } : best;
}

/** The columns of lines that all have as many tabs; a single one otherwise. */
function columnsOf(lines: readonly string[]): string[][] {
  const cells = lines.map((line) => line.split('\t').map(bare));
  const width = cells[0]?.length ?? 0;
  if (width < 2 || lines.length < 2 || cells.some((line) => line.length !== width)) return [];
  return Array.from({ length: width }, (_, at) => cells.map((line) => line[at] ?? '').filter((cell) => cell !== ''));
}

function wordsOf(line: string): string[] {
  return line
    .split(/[\t,;]+/)
    .map(bare)
    .filter((word) => word !== '');
}

function bare(word: string): string {
  return word
    .trim()
    .replace(/^["'](.*)["']$/, '$1')
    .trim();
}

function match(words: readonly string[], ids: readonly string[], exact: ReadonlySet<string>): PastedSubjects {
  const distinct = [...new Set(words)];
  // Ids do not hold blanks as a rule: what does, and is none, are several ids.
  const wanted = [...new Set(distinct.flatMap((word) => (exact.has(word) ? [word] : word.split(/\s+/))))];
  const subjectOf = new Map<string, string>(wanted.filter((word) => exact.has(word)).map((word) => [word, word]));
  const rest = wanted.filter((word) => !exact.has(word));
  assign(subjectOf, rest, ids);
  const left = rest.filter((word) => !subjectOf.has(word));
  assignBackwards(subjectOf, left, ids);
  const chosen = new Set(subjectOf.values());
  return {
    subjects: ids.filter((id) => chosen.has(id)),
    differently: rest.flatMap((pasted) => {
      const subject = subjectOf.get(pasted);
      return subject === undefined ? [] : [{ pasted, subject }];
    }),
    unmatched: wanted.filter((word) => !subjectOf.has(word)),
  };
}

/** As an id is found in the name of a scan. One subject may be listed twice, in two forms. */
function assign(subjectOf: Map<string, string>, words: readonly string[], ids: readonly string[]): void {
  matchFiles(words, ids).forEach((found, i) => {
    const [only, ...others] = found.file === null ? found.candidates : [found.file];
    if (only !== undefined && others.length === 0) subjectOf.set(words[i] ?? '', only);
  });
}

/** The study's id is part of what was pasted: 'Caltech_0051456' for 51456. */
function assignBackwards(subjectOf: Map<string, string>, words: readonly string[], ids: readonly string[]): void {
  const found = new Map<string, Set<string>>();
  matchFiles(ids, words).forEach((match, i) => {
    const [only, ...others] = match.file === null ? match.candidates : [match.file];
    if (only === undefined || others.length > 0) return;
    found.set(only, (found.get(only) ?? new Set()).add(ids[i] ?? ''));
  });
  for (const [word, subjects] of found) {
    const [subject, ...others] = subjects;
    if (subject !== undefined && others.length === 0) subjectOf.set(word, subject);
  }
}
