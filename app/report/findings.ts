/** What a session says, in plain words. Each sentence follows by a rule from numbers that stand in a table of the report. */
import type { MetricsPart } from '#app/contract/session.ts';
import { comparisonOf } from '#app/inference/statistics.ts';
import type { TestRow } from '#app/inference/test-options.ts';
import { count, counted, estimate, figure, fixed, joined } from './format.ts';
import { pText } from '#app/statistics/p-value.ts';
import type { ReportMaterial } from './material.ts';
import { methodWords, quantityWords, scoreWords, significant, statisticWords } from './words.ts';

export function findings(material: ReportMaterial): string[] {
  return [
    ...unfinished(material),
    ...performance(material),
    ...groupPerformance(material),
    ...trainingCourse(material),
    ...testFindings(material),
    ...covariates(material),
  ];
}

function unfinished({ runs, session }: ReportMaterial): string[] {
  const ended = runs.filter(({ status }) => status === 'finished').length;
  if (ended === runs.length) return [];
  return [
    `The training is not complete: ${ended} of ${counted(runs.length, 'run')} finished (the session is ${session.status}). What follows is of what was stored.`,
  ];
}

function performance({ metrics, target, runs, configuration }: ReportMaterial): string[] {
  const pooled = metrics.parts.find(({ kind }) => kind === 'pooled');
  if (pooled === undefined) return ['No run has ended, so nothing is known of how well the network predicts.'];
  const who = `${counted(pooled.subjects, 'subject')} that the networks had not been trained on (${counted(runs.length, 'run')})`;
  if (metrics.task === 'classification') return [classification(pooled, target, who, metrics.classes)];
  if (metrics.task === 'regression') return [regression(pooled, target, who)];
  const { loss } = pooled.scores;
  const kind = configuration.task.kind === 'reconstruction' ? configuration.task.loss : 'mse';
  return loss === undefined
    ? []
    : [
        `The network learned to give its input back; the mean error (${kind === 'mse' ? 'squared' : 'Huber’s'}, of standardised numbers where they were standardised) was ${estimate(loss)} in ${who}. Nothing was predicted, so there is no accuracy.`,
      ];
}

function classification({ scores }: MetricsPart, target: string, who: string, classes: readonly string[]): string {
  const auc = scores['auc'];
  const accuracy = scores['accuracy'];
  const told = [...named('AUC', auc), ...named('accuracy', accuracy)];
  const hasAuc = (auc?.value ?? null) !== null;
  const measure = hasAuc ? auc : scores['balancedAccuracy'];
  const chance = hasAuc ? 0.5 : 1 / Math.max(2, classes.length);
  const low = measure?.low ?? null;
  const better = low !== null && low > chance;
  const verb = better ? 'better than chance' : 'no better than chance can';
  return `The network predicted ${target} (${joined(classes, 'or')}) ${verb}: ${joined(told)} in ${who}; 95 % intervals in brackets, chance is ${fixed(chance, 2)}.`;
}

/** 'AUC 0.81 (0.74 to 0.87)', or nothing where there is no value. */
function named(name: string, score: MetricsPart['scores'][string] | undefined): string[] {
  return score === undefined || score.value === null ? [] : [`${name} ${estimate(score)}`];
}

function regression({ scores }: MetricsPart, target: string, who: string): string {
  const { r, mae, r2 } = scores;
  const better = (r?.low ?? null) !== null && (r?.low ?? 0) > 0;
  const told = [...named('Pearson r', r), ...named('mean absolute error', mae), ...named('R²', r2)];
  const worse =
    (r2?.value ?? 0) < 0 ? ' R² is negative: the mean of all subjects would have been the better guess.' : '';
  return `The network predicted ${target} ${better ? 'better than chance' : 'no better than chance can'}: ${joined(told)} in ${who}.${worse}`;
}

/** Whether the groups were served alike: intervals that do not meet are named, others are not called equal. */
function groupPerformance({ metrics }: ReportMaterial): string[] {
  const groups = metrics.parts.filter(({ kind }) => kind === 'group');
  const score = { classification: 'accuracy', regression: 'mae', reconstruction: 'loss' }[metrics.task];
  const known = groups.flatMap(({ name, scores }) => {
    const of = scores[score];
    return of === undefined || of.value === null || of.low === null || of.high === null
      ? []
      : [{ name, value: of.value, low: of.low, high: of.high }];
  });
  if (known.length < 2) return [];
  const apart = known.flatMap((a, i) =>
    known
      .slice(i + 1)
      // An interval without width is of a group that resamples could not vary: too few subjects to set against another.
      .filter((b) => a.low < a.high && b.low < b.high && (a.low > b.high || b.low > a.high))
      .map((b) => `${a.name} and ${b.name}`),
  );
  const told = known.map((each) => `${each.name} ${estimate(each)}`);
  const judged =
    apart.length === 0
      ? known.some(({ low, high }) => low === high)
        ? 'An interval without width comes from too few subjects to vary, and compares with none.'
        : 'The intervals of all groups overlap; that is no proof that they are served alike.'
      : `The intervals of ${joined(apart)} do not overlap.`;
  return [`${scoreWords[score] ?? score} by group: ${joined(told)}. ${judged}`];
}

function trainingCourse({ runs, configuration, epochs }: ReportMaterial): string[] {
  const known = runs.flatMap(({ bestEpoch, index }) => {
    const rows = epochs.filter(({ run }) => run === index);
    const row = rows.find(({ epoch }) => epoch === bestEpoch);
    const best = row?.validation.loss ?? null;
    const last = rows.at(-1)?.validation.loss ?? null;
    const isLearned = (rows.at(-1)?.training.loss ?? Number.NaN) < (row?.training.loss ?? Number.NaN);
    return (bestEpoch ?? null) === null || best === null || last === null
      ? []
      : [{ bestEpoch: bestEpoch ?? 0, best, last, isLearned }];
  });
  if (known.length === 0) return [];
  const rose = known.filter(({ best, last }) => last > best * 1.05);
  const bests = known.map(({ bestEpoch }) => bestEpoch + 1).sort((a, b) => a - b);
  const range =
    bests[0] === bests.at(-1) ? `epoch ${bests[0] ?? 0}` : `epochs ${bests[0] ?? 0} to ${bests.at(-1) ?? 0}`;
  const over =
    rose.length === 0
      ? 'It did not rise by more than 5 % afterwards in any run.'
      : `In ${rose.length} of ${known.length} it had risen by more than 5 % at the end${overFitted(rose.filter(({ isLearned }) => isLearned).length, rose.length)}.`;
  return [`The validation loss was lowest at ${range} of ${count(configuration.epochs)}. ${over}`];
}

/** Over-fitting is a training loss that falls while the validation loss rises. */
function overFitted(learned: number, rose: number): string {
  if (learned === rose) return ', while the training loss had fallen: a sign of over-fitting';
  if (learned === 0) return ', and the training loss had not fallen: the network did not learn any more';
  return `, in ${learned} of them while the training loss had fallen: a sign of over-fitting`;
}

function testFindings({ tests, targetIsGroups, capture, groups }: ReportMaterial): string[] {
  if (groups.length < 2) return [];
  if (tests.length === 0) {
    return [
      capture.layerSteps === 0
        ? 'No spectra were recorded, so nothing is said of how the groups drive the training.'
        : 'Whether the groups differ in how they drive the training was not tested: the curves below are a description and no finding.',
    ];
  }
  const caution = targetIsGroups
    ? ' The groups are what the network learns, so such differences are expected by construction.'
    : '';
  // The newest; what else is kept stands in its own tables.
  return tests.slice(0, 1).flatMap(({ answer, options }) =>
    options.methods.flatMap((method) => {
      const rows = answer.rows.filter((row) => row.method === method);
      if (method === 'per-iteration') return [];
      if (rows.length === 0) return method === 'cluster-mass' && answer.rows.length > 0 ? [noCluster] : [];
      return [`${methodSentence(rows, method, answer.smallestP)}${caution}`];
    }),
  );
}

const noCluster =
  'Tested by clusters of neighbouring steps, no difference between the groups is more than chance explains: nowhere do neighbouring steps deviate.';

/** '18 tests', '61 clusters': a test has any number of clusters, and each has its p. */
export function ofTests(rows: readonly TestRow[], method: TestRow['method']): string {
  return method === 'cluster-mass' ? counted(rows.length, 'cluster') : counted(rows.length, 'test');
}

function methodSentence(rows: readonly TestRow[], method: TestRow['method'], smallestP: number): string {
  const found = rows.filter(({ pCorrected }) => pCorrected <= significant);
  const ordered = [...rows].sort(
    (a, b) => a.pCorrected - b.pCorrected || a.p - b.p || Math.abs(b.effect) - Math.abs(a.effect),
  );
  const [clearest] = ordered;
  if (clearest === undefined) return '';
  const what = `Tested by ${methodWords[method]}`;
  if (found.length === 0) {
    return `${what}, no difference between the groups is more than chance explains: none of ${ofTests(rows, method)} has a corrected p of ${significant} or less (the smallest is ${fixed(clearest.pCorrected, 3)}; p cannot be below ${figure(smallestP, 2)}).`;
  }
  return `${what}, ${found.length} of ${ofTests(rows, method)} ${found.length === 1 ? 'shows' : 'show'} a difference between the groups (corrected p of ${significant} or less). The clearest: ${effectSentence(clearest)} (uncorrected ${pText(clearest.p)}, corrected ${pText(clearest.pCorrected)}).`;
}

/** 'in dense_1, the energy of the gradient was 12 % larger in A than in B'. */
export function effectSentence({
  layer,
  quantity,
  summary,
  groups: [first, second],
  effect,
  interval,
}: TestRow): string {
  const what = `the ${statisticWords[summary]}${summary === 'alignment' ? '' : ` of the ${quantityWords[quantity]}`}`;
  const place = `in ${layer}, ${what}`;
  if (comparisonOf(summary) === 'log-ratio') {
    const [larger, smaller] = effect >= 0 ? [first, second] : [second, first];
    return `${place} was ${ratioWords(Math.exp(Math.abs(effect)), larger, smaller)}, beyond what relabelling gives`;
  }
  const size = `${figure(Math.abs(effect), 2)} (95 % interval of the effect ${figure(interval[0], 2)} to ${figure(interval[1], 2)})`;
  if (summary === 'alignment') {
    return `${place} of ${first} and ${second} was ${effect >= 0 ? 'higher' : 'lower'} by ${size} than under permuted labels`;
  }
  if (summary === 'spectrum-distance') {
    return `${place} between ${first} and ${second} was larger by ${size} than under permuted labels`;
  }
  return `${place} was higher by ${size} in ${effect >= 0 ? first : second} than in ${effect >= 0 ? second : first}`;
}

/** '12 % larger in A than in B', '9.4 times as large in A as in B'. */
function ratioWords(ratio: number, larger: string, smaller: string): string {
  return ratio < 2
    ? `${fixed((ratio - 1) * 100, 0)} % larger in ${larger} than in ${smaller}`
    : `${figure(ratio, 2)} times as large in ${larger} as in ${smaller}`;
}

function covariates({ balance }: ReportMaterial): string[] {
  const strong = balance.filter(({ imbalance }) => imbalance === 'strong');
  if (strong.length === 0) return [];
  const told = strong.map(
    ({ table, difference, between }) =>
      `${table.column} (standardised difference ${figure(difference, 2)}${between === null ? '' : ` between ${between.join(' and ')}`})`,
  );
  return [`The groups differ strongly in ${joined(told)}: what differs between the groups may be due to that.`];
}
