/** Columns of a study that a preparation can be told of. */
import type { Study } from '#app/study/study.ts';

/** Stands for no site: the value of no column. */
export const noSite = '';

/** Covariates that are numbers or categories, but for those that the groups and the target come from. */
export function covariateColumns({ columns, groups, target }: Pick<Study, 'columns' | 'groups' | 'target'>): string[] {
  const labels = [groups.column, target?.column ?? null];
  return columns
    .filter(({ role, type, name }) => role === 'covariate' && type !== 'text' && !labels.includes(name))
    .map(({ name }) => name);
}

/** Those that may name a site: categories, and a numbered column that is known to be one. */
export function siteColumns(study: Pick<Study, 'columns' | 'groups' | 'target'>): string[] {
  const known = covariateColumns(study);
  return study.columns
    .filter(({ name, type, meaning }) => known.includes(name) && (meaning === 'site' || type === 'category'))
    .map(({ name }) => name);
}
