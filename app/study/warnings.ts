/** What the labels and the features together give away: problems that change with every edit. */
import { repeatsId } from '#app/data/columns.ts';
import { giveawayCodes, giveawayProblems } from './giveaway-problems.ts';
import { listed } from './labelling.ts';
import { membersOf, targetLabelling } from './membership.ts';
import type { Column, Problem, Study } from './study.ts';

const codes = new Set<string>([...giveawayCodes, 'feature-names-subject', 'feature-mostly-missing']);
/** With fewer subjects a feature parts the classes by chance. */
const fewestForSeparation = 10;
const fewestInClass = 3;

/** The study with its problems of labels and features brought up to date; those found at import stay. */
export function withLabellingProblems(study: Study): Study {
  return { ...study, problems: [...study.problems.filter(({ code }) => !codes.has(code)), ...featureProblems(study)] };
}

function featureProblems(study: Study): Problem[] {
  const features = study.columns.filter(({ role }) => role === 'feature');
  const classOf = membersOf(study, targetLabelling(study));
  const taking = study.subjects.map(({ excluded }, row) => excluded === null && classOf[row] !== null);
  const problems: Problem[] = [];
  const mostlyMissing: string[] = [];
  const rows = [...study.subjects.keys()].filter((row) => taking[row]);
  const ids = rows.map((row) => study.subjects[row]?.id ?? '');
  for (const feature of features) {
    const cells = rows.map((row) => study.subjects[row]?.values[feature.name] ?? null);
    if (repeatsId(cells, ids))
      problems.push(warning('feature-names-subject', feature, 'repeats the ids of the subjects'));
    else if (
      separates(
        cells,
        rows.map((row) => classOf[row] ?? ''),
      )
    ) {
      problems.push(warning('feature-tells-class', feature, 'alone tells every class apart without error'));
    }
    if (cells.filter((cell) => cell === null).length > cells.length / 2) mostlyMissing.push(feature.name);
  }
  const told = new Set(problems.map(({ field }) => field));
  problems.push(
    ...giveawayProblems(
      study,
      features.filter(({ name }) => !told.has(name)),
      classOf,
    ),
  );
  if (mostlyMissing.length > 0) {
    problems.push({
      code: 'feature-mostly-missing',
      severity: 'warning',
      file: null,
      subject: null,
      field: mostlyMissing[0] ?? null,
      message: `${mostlyMissing.length} ${mostlyMissing.length === 1 ? 'feature is' : 'features are'} missing for more than half of the subjects: ${listed(mostlyMissing, 6)}. Take them out of the features unless that is meant.`,
    });
  }
  return problems;
}

function warning(code: string, { name }: Column, what: string): Problem {
  return {
    code,
    severity: 'warning',
    file: null,
    subject: null,
    field: name,
    message: `Feature '${name}' ${what}: a network would read the answer off it. Take it out of the features unless that is meant.`,
  };
}

/** Whether the classes occupy intervals of the values that do not touch. */
function separates(cells: readonly (number | string | null)[], classes: readonly string[]): boolean {
  const ranges = new Map<string, { low: number; high: number; count: number }>();
  let count = 0;
  for (const [row, cell] of cells.entries()) {
    if (typeof cell !== 'number') continue;
    const name = classes[row] ?? '';
    const range = ranges.get(name) ?? { low: Infinity, high: -Infinity, count: 0 };
    ranges.set(name, { low: Math.min(range.low, cell), high: Math.max(range.high, cell), count: range.count + 1 });
    count++;
  }
  const sorted = [...ranges.values()].sort((a, b) => a.low - b.low);
  if (sorted.length < 2 || count < fewestForSeparation || count < cells.length / 2) return false;
  if (sorted.some((range) => range.count < fewestInClass)) return false;
  return sorted.every((range, i) => i === 0 || range.low > (sorted[i - 1]?.high ?? -Infinity));
}
