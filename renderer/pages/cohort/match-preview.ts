/** What matching would do, before it is done: sizes of the groups and differences of the covariates, before and after. */
import { balanceColumns, balanceTable, type BalanceRow } from '#app/study/balance.ts';
import { notMatched } from '#app/study/exclusion.ts';
import { matchSubjects } from '#app/study/match-subjects.ts';
import { membersOf } from '#app/study/membership.ts';
import type { MatchSettings, Study } from '#app/study/study.ts';

export interface MatchPreview {
  groups: { name: string; before: number; after: number }[];
  rows: { column: string; before: BalanceRow; after: BalanceRow }[];
}

const settings = { byRank: false, seed: 1 };

/** @throws SpectroscopeError (kind 'setting') as `matchSubjects` */
export function matchPreview(study: Study, match: MatchSettings): MatchPreview {
  const before = withoutMatching(study);
  const unmatched = new Map(matchSubjects(before, match).unmatched.map(({ id, reason }) => [id, reason]));
  const after: Study = {
    ...before,
    subjects: before.subjects.map((subject) => ({
      ...subject,
      excluded: unmatched.get(subject.id) ?? subject.excluded,
    })),
  };
  const columns = balanceColumns(study, study.groups);
  const [rowsBefore, rowsAfter] = [before, after].map((each) => balanceTable(each, study.groups, columns, settings));
  const [sizesBefore, sizesAfter] = [sizesOf(before), sizesOf(after)];
  return {
    groups: study.groups.groups.map(({ name }) => ({
      name,
      before: sizesBefore.get(name) ?? 0,
      after: sizesAfter.get(name) ?? 0,
    })),
    rows: columns.flatMap((column, at) => {
      const [first, second] = [rowsBefore?.[at], rowsAfter?.[at]];
      return first === undefined || second === undefined ? [] : [{ column, before: first, after: second }];
    }),
  };
}

/** As it was before a matching, which another one starts from. */
function withoutMatching(study: Study): Study {
  return {
    ...study,
    subjects: study.subjects.map((subject) =>
      isLeftByMatching(subject.excluded) ? { ...subject, excluded: null } : subject,
    ),
  };
}

export function isLeftByMatching(excluded: string | null): boolean {
  return excluded?.startsWith(notMatched) === true;
}

function sizesOf(study: Study): Map<string, number> {
  const sizes = new Map<string, number>();
  membersOf(study, study.groups).forEach((group, row) => {
    if (group !== null && study.subjects[row]?.excluded === null) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  });
  return sizes;
}
