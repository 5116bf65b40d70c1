/** What a study file holds, and what is wrong with its data. */
import { resolve } from 'node:path';
import { plainProblems, problemCodes, problemsText } from '#app/study/problem-table.ts';
import { withEngine } from '../engine-run.ts';
import { groupCounts } from '../study-source.ts';
import type { Terminal } from '../terminal.ts';
import { writeProblems } from './import.ts';

export interface InspectOptions {
  /** true: on stdout. */
  problems?: string | true;
}

export async function inspectStudy(terminal: Terminal, file: string, { problems }: InspectOptions): Promise<number> {
  return await withEngine(terminal, async ({ engine }) => {
    const view = await engine.request('study.open', { file: { path: resolve(file) } });
    const { study } = view;
    if (typeof problems === 'string') writeProblems(problems, study.problems);
    const usable = study.subjects.filter(({ excluded }) => excluded === null).length;
    const groups = groupCounts(view);
    const codes = problemCodes(study.problems);
    const document = {
      file: resolve(file),
      name: study.name,
      kind: study.kind,
      imported: study.subjects.length,
      subjects: usable,
      groups,
      problems: plainProblems(study.problems),
    };
    const words = [
      `${study.name}: ${usable} of ${study.subjects.length} subjects can be used.`,
      ...groups.map(({ name, subjects }) => `  ${name}: ${subjects}`),
      `Problems: ${study.problems.length}`,
      ...codes.map(({ code, count }) => `  ${code}: ${count}`),
    ];
    terminal.result(document, problems === true ? [problemsText(study.problems, 'tsv').trimEnd()] : words);
    return 0;
  });
}
