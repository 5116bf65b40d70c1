/** Which group each subject is in. */
import type { Labelling, Rule, Study, Subject } from './study.ts';

/**
 * @returns the group's name of each subject (same order as `study.subjects`), null: in no group. Exclusion is another
 * matter: an excluded subject keeps its group.
 */
export function membersOf(study: Pick<Study, 'subjects'>, labelling: Labelling): (string | null)[] {
  const rules = labelling.groups.map(({ name, rule }) => ({ name, matches: rule === null ? never : matcher(rule) }));
  return study.subjects.map((subject) => {
    const assigned = Object.hasOwn(labelling.assigned, subject.id) ? labelling.assigned[subject.id] : undefined;
    if (assigned !== undefined) return assigned;
    return rules.find(({ matches }) => matches(subject))?.name ?? null;
  });
}

/** What the network learns: the target, or the groups themselves. */
export function targetLabelling(study: Pick<Study, 'groups' | 'target'>): Labelling {
  return study.target ?? study.groups;
}

function never(): boolean {
  return false;
}

function matcher(rule: Rule): (subject: Subject) => boolean {
  switch (rule.kind) {
    case 'value': {
      const wanted = new Set(rule.values.map((value) => value.trim()));
      return ({ values }) => {
        const cell = values[rule.column] ?? null;
        return cell !== null && wanted.has(String(cell).trim());
      };
    }
    case 'range':
      return ({ values }) => {
        const cell = values[rule.column] ?? null;
        if (typeof cell !== 'number') return false;
        return (rule.minimum === null || cell >= rule.minimum) && (rule.maximum === null || cell < rule.maximum);
      };
    case 'pattern': {
      const pattern = globPattern(rule.pattern);
      if (rule.field === 'id') return ({ id }) => pattern.test(id);
      const wholePath = rule.pattern.includes('/');
      return ({ scan }) => scan !== null && pattern.test(wholePath ? scan.path : fileName(scan.path));
    }
    case 'all':
    case 'any': {
      const parts = rule.rules.map(matcher);
      return rule.kind === 'all'
        ? (subject) => parts.every((matches) => matches(subject))
        : (subject) => parts.some((matches) => matches(subject));
    }
    case 'not': {
      const matches = matcher(rule.rule);
      return (subject) => !matches(subject);
    }
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `*` stands for any text, `?` for one character; capitals do not matter. The whole name must match. */
function globPattern(pattern: string): RegExp {
  const escaped = pattern.trim().replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
}
