/** Nothing of the validation part reaches what a network is trained on, and what gives answers away is told. */
import { describe, expect, it } from 'vitest';
import { twinWarnings } from '#app/preparation/twins.ts';
import { SeededRandom } from '#app/run/random.ts';
import { usualPreparation, type PreparationSettings } from '#app/run/preparation.ts';
import { stratifiedFolds, type Fold } from '#app/study/split.ts';
import type { Study } from '#app/study/study.ts';
import { withLabellingProblems } from '#app/study/warnings.ts';
import { FoldData } from '../../../main/engine/train/fold-data.ts';
import type { PreparedData } from '../../../main/engine/train/types.ts';
import { exampleHeader } from '../../fixtures/sessions/example.ts';
import { streamedData, withoutGaps } from '../../fixtures/streamed-data.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();
const rows = 40;
const width = 6;

function table(): PreparedData & { covariates: NonNullable<PreparedData['covariates']> } {
  const random = new SeededRandom(3);
  const site = Array.from({ length: rows }, (_, row) => ['A', 'B', 'C'][row % 3] ?? 'A');
  return {
    kind: 'table',
    inputShape: [width],
    features: Array.from({ length: width }, (_, i) => `f${i}`),
    subjects: Array.from({ length: rows }, (_, row) => ({ id: `sub-${row}`, group: row % 2, target: row % 2 })),
    groups: ['control', 'patient'].map((name, colour) => ({ name, colour })),
    classes: ['control', 'patient'],
    targetIsGroups: true,
    values: Float32Array.from({ length: rows * width }, (_, i) =>
      random.next() < 0.1 ? NaN : random.normal() * (1 + (i % width)) + Number(site[Math.floor(i / width)] === 'B'),
    ),
    covariates: [
      { name: 'age', kind: 'number', values: Array.from({ length: rows }, () => 20 + 50 * random.next()) },
      { name: 'sex', kind: 'category', values: Array.from({ length: rows }, () => (random.next() < 0.5 ? 'F' : 'M')) },
      { name: 'site', kind: 'category', values: site },
    ],
  };
}

function volumes(): PreparedData {
  return { ...table(), kind: 'volumes', inputShape: [3, 2, 1, 1], features: [] };
}

/** Other people in the validation part: other values, other gaps, other ages, a site of their own. */
function withOthers<Data extends PreparedData>(data: Data, { validation }: Fold): Data {
  const values = data.values.slice();
  for (const row of validation) {
    for (let i = 0; i < width; i++) {
      const at = row * width + i;
      values[at] = i === row % width ? NaN : (Number.isNaN(values[at]) ? 1 : (values[at] as number)) * 1000 - 7;
    }
  }
  const held = new Set(validation);
  const covariates = data.covariates?.map((covariate) => ({
    ...covariate,
    values: covariate.values.map((value, row) => {
      if (!held.has(row)) return value;
      return covariate.kind === 'number' ? 900 : 'elsewhere';
    }),
  }));
  return { ...data, values, ...(covariates === undefined ? {} : { covariates }) };
}

function settings(change: Partial<PreparationSettings>) {
  return { ...exampleHeader().configuration, preparation: { ...usualPreparation, ...change } };
}

const whole: Partial<PreparationSettings> = {
  impute: 'median',
  minimumVariance: 2,
  covariates: ['age', 'sex'],
  harmonise: { site: 'site', keep: ['age', 'sex'] },
};
const cases: [string, PreparedData, Partial<PreparationSettings>, 'streamed'?][] = [
  ['z-scores', table(), {}],
  ['z-scores of voxels', volumes(), {}],
  ['filling gaps by the mean', table(), { standardise: false }],
  ['filling gaps by the median', table(), { standardise: false, impute: 'median' }],
  ['the variance filter', table(), { standardise: false, minimumVariance: 6 }],
  ['regression on covariates', table(), { standardise: false, covariates: ['age', 'sex', 'site'] }],
  ['harmonisation', table(), { standardise: false, harmonise: { site: 'site', keep: ['age'] } }],
  ['the whole chain', table(), whole],
  ['z-scores of streamed scans', volumes(), {}, 'streamed'],
  ['the variance filter of streamed scans', volumes(), { standardise: false, minimumVariance: 6 }, 'streamed'],
  ['regression of streamed scans', volumes(), { standardise: false, covariates: ['age', 'site'] }, 'streamed'],
  [
    'harmonisation of streamed scans',
    volumes(),
    { standardise: false, harmonise: { site: 'site', keep: ['age'] } },
    'streamed',
  ],
  ['the whole chain on streamed scans', volumes(), whole, 'streamed'],
];

describe.each(cases)('%s', (_, data, change, streamed) => {
  const configuration = settings(change);
  const [fold = { training: [], validation: [] }] = stratifiedFolds(data.subjects, 4, 1);

  /** Two sets of data as a fold's network sees them. */
  async function both(first: PreparedData, second: PreparedData, of: Fold): Promise<[FoldData, FoldData]> {
    const open = async (each: PreparedData): Promise<FoldData> => {
      const stored = streamed === undefined ? each : await streamedData(withoutGaps(each), folder);
      return FoldData.of(stored, of, configuration, 1);
    };
    return [await open(first), await open(second)];
  }

  it('feeds the training part the same, whoever is in the validation part', async () => {
    const [before, after] = await both(data, withOthers(data, fold), fold);
    expect(await after.valuesOf(fold.training)).toEqual(await before.valuesOf(fold.training));
    expect(await after.preparation()).toEqual(await before.preparation());
    // The others really are others.
    expect(await after.valuesOf(fold.validation)).not.toEqual(await before.valuesOf(fold.validation));
    for (const each of [before, after]) each.close();
  });

  it('would be caught if it were fitted on everybody', async () => {
    const everybody = { training: [...data.subjects.keys()], validation: [] };
    const others = withOthers(data, fold);
    // Of everybody one of few sites is known: what leaks there is the values.
    const leaking = { ...others, ...(data.covariates === undefined ? {} : { covariates: data.covariates }) };
    const [before, after] = await both(data, leaking, everybody);
    expect(await after.valuesOf(fold.training)).not.toEqual(await before.valuesOf(fold.training));
    for (const each of [before, after]) each.close();
  });
});

describe('a subject that is there twice', () => {
  it('is never parted by a fold when both rows have its id', () => {
    const twice = table().subjects.map((subject, row) => ({ ...subject, id: `sub-${row % 20}` }));
    for (const { training, validation } of stratifiedFolds(twice, 5, 1)) {
      const trained = new Set(training.map((row) => twice[row]?.id));
      expect(validation.filter((row) => trained.has(twice[row]?.id))).toEqual([]);
    }
  });

  it('under two ids is told of, when a fold parts them', () => {
    const folds = [
      { training: [0, 1], validation: [2] },
      { training: [2], validation: [0, 1] },
    ];
    const ids = ['sub-01', 'sub-02', 'sub-03'];
    expect(twinWarnings(['a', 'b', 'a'], ids, folds)).toEqual([
      'sub-01 and sub-03 hold the same data: a fold trains on one and is measured on the other. Exclude all but one of them.',
    ]);
    expect(twinWarnings(['a', 'a', 'b'], ids, folds)).toEqual([]);
    expect(twinWarnings(['a', 'b', 'c'], ids, folds)).toEqual([]);
  });
});

describe('a feature that encodes the group', () => {
  it('is warned about: numbers given out by group, and the id itself', () => {
    const column = (name: string): Study['columns'][number] => ({
      name,
      type: 'number',
      role: 'feature',
      meaning: null,
      levels: {},
      description: '',
    });
    const { study } = exampleHeader();
    const labelled: Study = {
      ...study,
      kind: 'table',
      columns: ['number', 'memory'].map(column),
      subjects: Array.from({ length: 40 }, (_, row) => ({
        id: String(row),
        scan: null,
        excluded: null,
        values: {
          number: (row % 2 === 0 ? 1000 : 2000) + row,
          memory: (row * 7) % 40,
          group: row % 2 === 0 ? 'c' : 'p',
        },
      })),
      groups: {
        column: 'group',
        groups: ['c', 'p'].map((name, colour) => ({
          name,
          colour,
          rule: { kind: 'value', column: 'group', values: [name] },
        })),
        assigned: {},
      },
      target: null,
      problems: [],
    };
    const found = withLabellingProblems(labelled).problems.map(({ code, field }) => `${code} ${field ?? ''}`);
    expect(found).toEqual(['feature-tells-class number']);
  });
});
