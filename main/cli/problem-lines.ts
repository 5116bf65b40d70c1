/** What is wrong with a study's data, as lines on a terminal: of each kind a few, and how many more there are. */
import { groupedBy } from '#app/data/grouped-by.ts';
import type { Problem } from '#app/study/study.ts';

const shown = 5;

export interface Excluded {
  subject: string;
  reason: string;
}

/** Whom an import left out, then what else it found; what excluded a subject is told once. */
export function importLines(excluded: readonly Excluded[], problems: readonly Problem[]): string[] {
  const codes = new Map(problems.filter(isError).map(({ subject, code }) => [subject, code]));
  const subjects = new Set(excluded.map(({ subject }) => subject));
  const others = problems.filter((problem) => !isError(problem) || !subjects.has(problem.subject ?? ''));
  return [
    ...fewOfEach(
      excluded,
      ({ subject }) => codes.get(subject) ?? '',
      ({ subject, reason }) => `  excluded ${subject}: ${reason}`,
      'excluded',
    ),
    ...(problems.some(({ code }) => code === 'id-twice') ? ['  (--rows all imports all rows of each person)'] : []),
    ...problemLines(others),
  ];
}

/** Problems by kind, of each the first few. */
export function problemLines(problems: readonly Pick<Problem, 'code' | 'severity' | 'message'>[]): string[] {
  return fewOfEach(
    problems,
    ({ severity, code }) => `${severity} ${code}`,
    ({ severity, message }) => `  ${severity}: ${message}`,
    'of this kind',
  );
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}

function fewOfEach<T>(
  items: readonly T[],
  kind: (item: T) => string,
  line: (item: T) => string,
  more: string,
): string[] {
  return [...groupedBy(items, kind).values()].flatMap((alike) => [
    ...alike.slice(0, alike.length > shown + 1 ? shown : alike.length).map(line),
    ...(alike.length > shown + 1 ? [`  … and ${alike.length - shown} more ${more}`] : []),
  ]);
}
