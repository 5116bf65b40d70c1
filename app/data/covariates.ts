/** The columns that a preparation is told of beside the features. */
import { settingError } from '#app/contract/errors.ts';
import type { Covariate } from '#app/preparation/rows.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Column, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';

/** A category of more levels than this is an identifier or a free text. */
const mostLevels = 30;

/** Names of the columns that the steps ask for, each once. */
export function covariateNames({ covariates, harmonise }: PreparationSettings): string[] {
  return [...new Set([...covariates, ...(harmonise === null ? [] : [harmonise.site, ...harmonise.keep])])];
}

/**
 * @param subjects those that take part
 * @throws SpectroscopeError (kind 'setting') when the study lacks a column or it can be no covariate
 */
export function covariatesOf(study: Study, subjects: readonly Subject[], settings: PreparationSettings): Covariate[] {
  const site = settings.harmonise?.site;
  return covariateNames(settings).map((name) => {
    const column = study.columns.find((each) => each.name === name);
    if (column === undefined) throw noSuchColumn(study, name);
    const values = subjects.map((subject) => subject.values[name] ?? null);
    // Sites are often numbered: a number is a name here.
    const kind = name !== site && column.type === 'number' ? 'number' : 'category';
    const covariate: Covariate = { name, kind, values };
    refuseWrong(column, covariate, subjects);
    return covariate;
  });
}

/** What a person should know of the columns. */
export function covariateWarnings(
  study: Study,
  covariates: readonly Covariate[],
  { harmonise }: PreparationSettings,
  learned: string | null,
): string[] {
  return covariates.flatMap(({ name, values }) => {
    const warnings: string[] = [];
    const missing = values.filter((value) => value === null).length;
    if (missing > 0) {
      const isSite = name === harmonise?.site;
      const counts = { name, missing, all: values.length };
      warnings.push(
        isSite
          ? t('{name}: {missing} of {all} subjects have no value; they are left as they are.', counts)
          : t('{name}: {missing} of {all} subjects have no value; the training mean is taken.', counts),
      );
    }
    if (name === learned)
      warnings.push(t('{name} is what the network learns: taking it out of the data takes the answer out.', { name }));
    if (study.columns.some((column) => column.name === name && column.role === 'feature')) {
      warnings.push(t('{name} is a feature as well as a covariate: the network is still fed with it.', { name }));
    }
    return warnings;
  });
}

function refuseWrong(column: Column, { name, kind, values }: Covariate, subjects: readonly Subject[]): void {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) throw wrong(name, t('no subject that takes part has a value'));
  if (kind === 'number') {
    const at = values.findIndex((value) => typeof value === 'string');
    if (at !== -1)
      throw wrong(name, t("subject {id} has '{value}'", { id: subjects[at]?.id ?? '', value: String(values[at]) }));
    return;
  }
  const levels = new Set(known.map(String)).size;
  if (levels > mostLevels) throw wrong(name, t('it has {n} different values', { n: levels }), column.type);
}

function wrong(name: string, why: string, type = 'number') {
  return settingError(
    'bad-covariate',
    t('{name}: {why}, so it cannot be a covariate. Choose another column.', { name, why }),
    {
      field: name,
      expected: type === 'number' ? 'a column of numbers' : `a category of at most ${mostLevels} levels`,
    },
  );
}

function noSuchColumn(study: Study, name: string) {
  const names = study.columns.filter(({ role }) => role !== 'id' && role !== 'file').map((column) => column.name);
  const some = names.slice(0, 8).join(', ');
  return settingError('no-such-column', t('The study has no column {name}: name a covariate of its table.', { name }), {
    field: name,
    expected: names.length === 0 ? 'a study with a table' : `${some}${names.length > 8 ? ', …' : ''}`,
  });
}
