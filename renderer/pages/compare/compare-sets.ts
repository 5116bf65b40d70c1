/** The sets of samples of a comparison, in the colours of their groups. */
import type { CompareAnswer, ComparedMember } from '#app/contract/compare.ts';
import { catalogue } from '#app/model/catalogue.ts';
import { t } from '#app/text/text.ts';
import { formatNumber } from '../../charts/format.ts';
import { allName } from '../../charts/words.ts';
import { groupColour, groupDash } from '../../theme/groups.ts';

export interface ComparedSet {
  /** Position in every array of sets of the answer. */
  index: number;
  /** As the engine names it. */
  key: string;
  name: string;
  colour: string;
  dash: readonly number[];
}

export function comparedSets({ groups }: CompareAnswer, dark: boolean): ComparedSet[] {
  return [
    ...groups.map(({ name, colour }, index) => ({
      index,
      key: name,
      name,
      colour: groupColour(colour, dark),
      dash: groupDash(colour),
    })),
    { index: groups.length, key: 'all', name: allName, colour: dark ? '#b6c0cc' : '#4a5562', dash: [] },
  ];
}

/** Title of the architecture. */
export function modelTitle(name: string): string {
  return catalogue.find((model) => model.name === name)?.title ?? (name === 'custom' ? t('Own model') : name);
}

/** 'LSTM → diagnosis' */
export function memberTitle({ model, target }: ComparedMember): string {
  return target === '' ? modelTitle(model) : `${modelTitle(model)} → ${target}`;
}

/** The metric that tells most, with its interval: 'AUC 0.80 (0.72 to 0.87)'. */
export function memberScore({ metrics }: ComparedMember, isRead: boolean): string {
  if (!isRead) return t('validation is being read…');
  const chosen = (
    [
      ['auc', t('AUC')],
      ['r', 'r'],
      ['accuracy', t('accuracy')],
      ['loss', t('loss')],
    ] as const
  ).find(([name]) => (metrics[name]?.value ?? null) !== null);
  if (chosen === undefined) return t('not validated yet');
  const { value, low, high } = metrics[chosen[0]] ?? { value: null, low: null, high: null };
  const score = `${chosen[1]} ${formatNumber(value)}`;
  return low === null || high === null
    ? score
    : t('{score} ({low} to {high})', { score, low: formatNumber(low), high: formatNumber(high) });
}

/** '180 subjects, 3 runs, study' */
export function memberDetails({ study, subjects, runs }: ComparedMember): string {
  const [only] = runs;
  const of = runs.length === 1 && only !== undefined ? only.name : t('{count} runs', { count: runs.length });
  return [t('{count} subjects', { count: subjects }), of, ...(study === '' ? [] : [study])].join(', ');
}
