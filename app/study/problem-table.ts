/** The problems of a study as a table: filtered, counted by code, written as TSV or CSV. */
import { spokenProblem } from './problem-words.ts';
import type { Problem } from './study.ts';

const columns = ['severity', 'code', 'subject', 'file', 'field', 'found', 'expected', 'message'] as const;

export interface ProblemFilter {
  severity: Problem['severity'] | null;
  code: string | null;
  /** Part of any column; upper and lower case are the same. */
  text: string;
}

export function matchingProblems(problems: readonly Problem[], filter: ProblemFilter): Problem[] {
  const words = filter.text.trim().toLowerCase();
  return problems.filter(
    (problem) =>
      (filter.severity === null || problem.severity === filter.severity) &&
      (filter.code === null || problem.code === filter.code) &&
      (words === '' || holds(problem, words) || holds(spokenProblem(problem), words)),
  );
}

function holds(problem: Problem, words: string): boolean {
  return columns.some((column) => (problem[column] ?? '').toLowerCase().includes(words));
}

/** Codes and how often each occurs, the most frequent first. */
export function problemCodes(problems: readonly Problem[]): { code: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

/** One line a problem, in English, with a head line. Tabs and line ends within a text become spaces. */
export function problemsText(problems: readonly Problem[], format: 'tsv' | 'csv'): string {
  const [separator, cell] = format === 'tsv' ? (['\t', plain] as const) : ([',', quoted] as const);
  const lines = problems.map((problem) => columns.map((column) => cell(problem[column] ?? '')).join(separator));
  return `${[columns.join(separator), ...lines].join('\n')}\n`;
}

/** For scripts: the words without what they were made of. */
export function plainProblems(problems: readonly Problem[]): Omit<Problem, 'said'>[] {
  return problems.map(({ said: _, ...plainly }) => plainly);
}

/** By the ending of the file's name. */
export function problemsFormat(name: string): 'tsv' | 'csv' {
  return name.toLowerCase().endsWith('.csv') ? 'csv' : 'tsv';
}

function plain(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ');
}

function quoted(text: string): string {
  const line = plain(text);
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
