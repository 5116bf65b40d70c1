/** Whether groups differ, by tests that are kept in the session or were made for the report. */
import type { TestRow } from '#app/inference/test-options.ts';
import { pCell } from '#app/statistics/p-value.ts';
import { heading, list, paragraph, quoted, section, type Composition } from './composition.ts';
import { count, counted, figure } from './format.ts';
import { effectFigure } from './effect-figure.ts';
import { ofTests } from './findings.ts';
import { dateOf } from './opening.ts';
import type { Content, Markup } from './markup.ts';
import type { ReportedTest, ReportMaterial } from './material.ts';
import { methodWords, quantitySymbols, significant, statisticWords } from './words.ts';

/** Of each method all that was found is printed, up to so many, and the next smallest p; the others are in the page's data. */
const mostRows = 40;
const rowsBesides = 8;
/** The newest are printed. */
const mostTests = 3;

export function inferenceSection({ tests, groups, capture }: ReportMaterial, composition: Composition): Markup {
  if (groups.length < 2) return section('inference', 'Inference', paragraph('One group: there is nothing to compare.'));
  if (tests.length === 0) {
    const how =
      capture.gramSteps === 0
        ? 'The session kept no sample Grams, so labels cannot be permuted in it; with three runs or more the test over runs remains. Train with --keep-grams to test by permutation.'
        : 'The session kept sample Grams: write the report with --test, or test in the window and keep the result.';
    return section('inference', 'Inference', paragraph(`No test was made. ${how}`));
  }
  return section(
    'inference',
    'Inference',
    paragraph(
      'Labels of subjects are exchanged, once for all steps and runs; what could have been recorded under every other labelling is computed from the kept sample Grams. Effects are first less second group. Ranks and slopes: difference; energy, nuclear norm and largest value: natural logarithm of the ratio; distance of spectra and alignment: against their mean under permuted labels. ',
      'Corrected p: ',
      composition.cite('falseDiscovery'),
      ' over all tests of a method',
      ...(tests.some(({ options }) => options.methods.includes('cluster-mass'))
        ? [
            '; each of several clusters of a test by the share of tests that are found ',
            composition.cite('selectedFamilies'),
          ]
        : []),
      '.',
    ),
    ...tests.slice(0, mostTests).flatMap((test, at) => testPart(test, at, tests.length, composition)),
    ...(tests.length > mostTests
      ? [
          paragraph(
            `${counted(tests.length - mostTests, 'older test')} that the session keeps: in the data of this page.`,
          ),
        ]
      : []),
  );
}

function testPart(test: ReportedTest, at: number, all: number, composition: Composition): Content[] {
  const { kept, sessions, options, answer } = test;
  const together = sessions.length > 1 ? ` Tested together: ${sessions.join(', ')}.` : '';
  const methods = [...new Set(answer.rows.map(({ method }) => method))];
  const source = kept === null ? 'made for this report' : `kept in the session on ${dateOf(kept)}`;
  return [
    ...(all > 1 ? [heading(`Test ${at + 1}`)] : []),
    paragraph(
      `${counted(answer.steps, 'batch', 'batches')} of all runs, ${counted(answer.permutations, 'permutation')} (seed ${options.seed}), strata: ${answer.strata}; no p can be below ${figure(answer.smallestP, 2)}; ${answer.groups.map(({ name, subjects }) => `${name} n = ${count(subjects)}`).join(', ')}; ${source}.${together}`,
    ),
    ...effects(test, at, composition),
    ...methods.map((method) => methodTable({ method, at, test }, composition)),
    ...(answer.notes.length === 0 ? [] : [list(answer.notes)]),
  ];
}

/** Of the means over all steps, or else over runs: one number for each layer, matrix and summary. */
function effects(test: ReportedTest, at: number, composition: Composition): Content[] {
  const { rows, groups } = test.answer;
  const method = (['permutation', 'runs'] as const).find((each) => rows.some((row) => row.method === each));
  if (method === undefined) return [];
  const of = rows.filter((row) => row.method === method);
  const pair = of[0]?.groups.join(' less ') ?? '';
  return [
    composition.figure(
      effectFigure(of, groups.length > 2),
      `Effects by ${methodWords[method]}, ${groups.length > 2 ? 'first less second group' : pair}, with 95 % intervals; filled: corrected p of ${significant} or less. Rows by their p, the smallest first.`,
      {
        tables: method === 'runs' ? ['summary', 'step'] : ['gram', 'step'],
        rows: 'steps that the test names',
        command: commandOf(test, method),
        data: `tests[${at}]`,
      },
    ),
  ];
}

/** What the effect of steps that were chosen after the fact is worth. */
const chosenSteps: Readonly<Partial<Record<TestRow['method'], string>>> = {
  'max-statistic':
    ' The steps were chosen because groups deviate most there: p takes that into account, effect and interval do not, and overstate it.',
  'cluster-mass':
    ' The steps were chosen because groups deviate there: p is family-wise over the clusters of a test, effect and interval are not corrected, and overstate it.',
};

/** Gives the rows of a method again. */
function commandOf({ options, answer }: ReportedTest, method: TestRow['method']): string {
  const { statistics, permutations, seed, groups } = options;
  const pair = groups === null ? '' : ` --groups ${quoted(groups.join(','))}`;
  return `test FILE --method ${method} --statistic ${statistics.join(',')} --permutations ${permutations} --seed ${seed} --strata ${quoted(answer.strata)}${pair}`;
}

function methodTable(
  { method, at, test }: { method: TestRow['method']; at: number; test: ReportedTest },
  composition: Composition,
): Markup {
  const { kept, answer } = test;
  const rows = answer.rows.filter((row) => row.method === method);
  const ordered = [...rows].sort((a, b) => a.pCorrected - b.pCorrected || a.p - b.p);
  const found = rows.filter(({ pCorrected }) => pCorrected <= significant).length;
  const several = answer.groups.length > 2;
  const shown = ordered.slice(0, Math.min(mostRows, found + rowsBesides));
  const cite = {
    permutation: ['permutation', 'neverZero'],
    'max-statistic': ['maxStatistic'],
    'cluster-mass': ['clusterMass'],
    runs: ['correctedRuns'],
    'per-iteration': ['autospec'],
  } as const;
  const left =
    rows.length > shown.length
      ? ` The ${shown.length} smallest of ${rows.length} are printed; all are in the data of the page.`
      : '';
  return composition.table({
    caption: [
      `Tests by ${methodWords[method]} `,
      composition.cite(...cite[method]),
      `: ${found} of ${ofTests(rows, method)} with a corrected p of ${significant} or less, marked *.${several ? '' : ` Effect: ${rows[0]?.groups.join(' less ') ?? ''}.`}${left}`,
      method === 'per-iteration'
        ? ' Steps of a training are not independent: these p mean nothing and are no finding.'
        : '',
    ],
    head: [
      'Layer',
      'Matrix',
      'Summary',
      ...(several ? ['Groups'] : []),
      'Steps',
      'Effect',
      '95 % interval',
      'n',
      'p',
      'Corrected p',
    ],
    words: several ? [0, 1, 2, 3] : [0, 1, 2],
    rows: shown.map((row) => [
      row.layer,
      quantitySymbols[row.quantity],
      statisticWords[row.summary],
      ...(several ? [row.groups.join(' − ')] : []),
      `${count(row.window.first)}–${count(row.window.last)}`,
      figure(row.effect),
      `${figure(row.interval[0])} to ${figure(row.interval[1])}`,
      count(row.n),
      pCell(row.p),
      `${pCell(row.pCorrected)}${row.pCorrected <= significant ? ' *' : ''}`,
    ]),
    note:
      method === 'runs'
        ? 'n: runs.'
        : method === 'per-iteration'
          ? 'n: steps.'
          : `n: labellings, the true one among them.${chosenSteps[method] ?? ''}`,
    source: {
      tables: method === 'runs' || method === 'per-iteration' ? ['summary', 'step'] : ['gram', 'step'],
      rows: kept === null ? 'steps that are named' : 'steps that are named; the result is kept in the session',
      command: commandOf(test, method),
      data: `tests[${at}]`,
    },
  });
}
