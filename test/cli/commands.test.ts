/** Each command through the launcher: what it prints, what it writes, and its exit code. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallScan } from '../engine/read/write-nifti.ts';
import { documentOf, folderOf, smallTable, spectroscope, type Outcome } from './command.ts';

const quick = ['--model', 'mlp', '--epochs', '2', '--batch', '8', '--folds', '2', '--seed', '7'];
const spectraOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n');

function scansTable(header: string, row: (i: number) => string): string {
  return `${header}\n${Array.from({ length: 12 }, (_, i) => row(i)).join('\n')}\n`;
}

describe('a table', () => {
  const folder = folderOf({ 'cohort.csv': smallTable() });
  let trained: Outcome;

  beforeAll(async () => {
    const words = ['cohort.csv', '--group', 'diagnosis', '--target', 'sex', ...quick, '--lr', '0.01'];
    trained = await spectroscope(folder, ['train', ...words, '--capture-every', '2', '--json', '--out', 'a.spectra']);
  });

  it('is imported: the document tells what was found, the study is written', async () => {
    const outcome = await spectroscope(folder, [
      'import',
      'cohort.csv',
      '--id',
      'subject',
      '--json',
      '--out',
      's.json',
    ]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const document = documentOf(outcome);
    expect(document).toMatchObject({ subjects: 24, excluded: [], problems: [], features: ['recall', 'speed'] });
    expect(document['groups']).toEqual([
      { name: 'control', subjects: 12 },
      { name: 'patient', subjects: 12 },
    ]);
    expect(JSON.parse(readFileSync(join(folder, 's.json'), 'utf8'))).toMatchObject({ kind: 'table' });
  });

  it('is imported in words without --json', async () => {
    const { code, stdout } = await spectroscope(folder, ['import', 'cohort.csv', '--out', 'words.json']);
    expect(code).toBe(0);
    expect(stdout).toContain('24 of 24 subjects can be used.');
    expect(stdout).toContain('patient: 12');
  });

  it('trains with groups that are not the target', () => {
    expect(trained.code).toBe(0);
    const document = documentOf(trained);
    expect(document['study']).toMatchObject({
      groups: [
        { name: 'control', subjects: 12 },
        { name: 'patient', subjects: 12 },
      ],
      classes: expect.arrayContaining(['F', 'M']) as string[],
      targetIsGroups: false,
    });
    expect(document['configuration']).toMatchObject({ learningRate: 0.01, batchSize: 8, epochs: 2, seed: 7 });
  });

  it('is inspected: groups, layers, folds, metrics and what was captured', async () => {
    const outcome = await spectroscope(folder, ['inspect', 'a.spectra', '--json']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const document = documentOf(outcome) as {
      layers: { name: string; kind: string; quantities: string[] }[];
      runs: { fold: number; seed: number; steps: number; metrics: { validation: Record<string, number> } }[];
      spectra: { captured: number };
    };
    expect(document.layers.length).toBeGreaterThan(1);
    for (const layer of document.layers) {
      expect(layer).toMatchObject({ kind: 'dense', quantities: ['activations', 'adjoints', 'gradient'] });
    }
    expect(document.runs.map(({ fold }) => fold)).toEqual([1, 2]);
    for (const { steps, metrics } of document.runs) {
      // 12 subjects in batches of 8, twice.
      expect(steps).toBe(4);
      expect(metrics.validation['accuracy']).toBeGreaterThanOrEqual(0);
      expect(metrics.validation['auc']).toBeLessThanOrEqual(1);
    }
    // Every other step of both folds.
    expect(document.spectra.captured).toBe(2 * 2 * document.layers.length);
    const words = await spectroscope(folder, ['inspect', 'a.spectra']);
    expect(words.stdout).toMatch(/Fold 2: finished, 4 steps, validation loss/);
  });

  it('gives its numbers as CSV', async () => {
    for (const what of ['spectra', 'scalars', 'summaries', 'epochs', 'study']) {
      const out = `${what}.csv`;
      const words = ['export', 'a.spectra', '--what', what, '--format', 'csv', '--json', '--out', out];
      const outcome = await spectroscope(folder, words);
      expect(outcome.code, outcome.stderr).toBe(0);
      expect(documentOf(outcome)).toMatchObject({ what, rows: spectraOf(folder, out).length - 1 });
    }
    const [header, ...rows] = spectraOf(folder, 'spectra.csv');
    expect(header).toMatch(/layer.*quantity.*group/);
    for (const group of ['control', 'patient', 'all']) expect(rows.some((row) => row.includes(group))).toBe(true);
    const scalars = spectraOf(folder, 'scalars.csv');
    expect(scalars.length).toBe(1 + 8);
  });

  it('trains from its study file to the same bits with the same seed, and to others with another', async () => {
    const run = async (name: string, seed: string): Promise<string> => {
      const words = ['s.json', '--group', 'diagnosis', '--target', 'sex', ...quick.slice(0, -1), seed];
      const outcome = await spectroscope(folder, ['train', ...words, '--out', `${name}.spectra`]);
      expect(outcome.code, outcome.stderr).toBe(0);
      expect(outcome.stdout).toContain(`Session: ${name}.spectra`);
      await spectroscope(folder, ['export', `${name}.spectra`, '--what', 'spectra', '--out', `${name}.csv`]);
      return readFileSync(join(folder, `${name}.csv`), 'utf8');
    };
    const [first, second, other] = await Promise.all([run('one', '3'), run('two', '3'), run('three', '4')]);
    expect(first.length).toBeGreaterThan(1000);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('is inspected with metrics: per run, of all runs and of each group, with intervals', async () => {
    const { metrics } = documentOf(await spectroscope(folder, ['inspect', 'a.spectra', '--json'])) as {
      metrics: {
        classes: string[];
        parts: {
          kind: string;
          name: string;
          subjects: number;
          scores: Record<string, { value: number; low: number; high: number }>;
          confusion: number[][];
        }[];
      };
    };
    expect(metrics.classes).toHaveLength(2);
    expect(metrics.parts.map(({ kind, name }) => [kind, name])).toEqual([
      ['run', 'fold 1'],
      ['run', 'fold 2'],
      ['pooled', 'pooled'],
      ['group', 'control'],
      ['group', 'patient'],
    ]);
    const pooled = metrics.parts[2];
    expect(pooled?.subjects).toBe(24);
    expect(pooled?.confusion.flat().reduce((sum, each) => sum + each, 0)).toBe(24);
    const { accuracy, auc } = pooled?.scores ?? {};
    expect(accuracy?.low).toBeLessThanOrEqual(accuracy?.value ?? NaN);
    expect(auc?.high).toBeGreaterThanOrEqual(auc?.value ?? NaN);
    const words = await spectroscope(folder, ['inspect', 'a.spectra']);
    expect(words.stdout).toMatch(/All runs together, 24 subjects: accuracy 0\.\d{3} \(/);
  });

  it('gives the model of a run', async () => {
    const words = ['export', 'a.spectra', '--what', 'model', '--run', '1', '--json', '--out', 'model'];
    const document = documentOf(await spectroscope(folder, words));
    expect(document).toMatchObject({ run: 1, unmapped: [] });
    expect(readdirSync(join(folder, 'model')).sort()).toEqual([
      'model.json',
      'preprocessing.json',
      'weights.bin',
      'weights.npz',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'model', 'preprocessing.json'), 'utf8'))).toMatchObject({
      fold: 2,
      features: ['recall', 'speed'],
      standardised: true,
    });
  });

  it('is planned without training: what is captured and what it costs', async () => {
    const words = [
      'cohort.csv',
      '--group',
      'diagnosis',
      '--set',
      'hidden=16',
      '--batch',
      '6',
      '--folds',
      '2',
      '--dry-run',
    ];
    const document = documentOf(await spectroscope(folder, ['train', ...words, '--json'])) as {
      plan: { layers: { name: string; operations: number; bytes: number }[]; operations: number; bytes: number };
    };
    expect(document).toMatchObject({ dryRun: true, inputShape: [2], stepsPerEpoch: 2 });
    const { layers, operations, bytes } = document.plan;
    expect(layers.map(({ name }) => name)).toEqual(['dense_1', 'dense_2']);
    expect(operations).toBe(layers.reduce((sum, layer) => sum + layer.operations, 0));
    expect(bytes).toBe(layers.reduce((sum, layer) => sum + layer.bytes, 0));
    // One of two units: A 2, D 6, G 2 values of two groups and all, and three inner products of gradients.
    expect(layers[0]?.bytes).toBe(4 * (3 * (2 + 6 + 2) + 3));
  });

  it('is told before training what the session will take on disk', async () => {
    const words = ['cohort.csv', '--group', 'diagnosis', ...quick, '--batch', '6', '--keep-grams', '2', '--json'];
    const planned = documentOf(await spectroscope(folder, ['train', ...words, '--dry-run'])) as {
      session: { spectraBytes: number; gramBytes: number; replayBytes: number; replaySteps: number };
    };
    await spectroscope(folder, ['train', ...words, '--out', 'sized.spectra']);
    const database = new DatabaseSync(join(folder, 'sized.spectra'), { readOnly: true });
    const bytes = (table: string, column: string): number =>
      Number(database.prepare(`SELECT sum(length(${column})) AS bytes FROM ${table}`).get()?.['bytes']);
    const stored = {
      spectraBytes: bytes('spectra', 'spectra') + bytes('summary', 'summaries') + bytes('sample_norm', 'norms'),
      gramBytes: bytes('gram', 'grams'),
      replayBytes: bytes('replay_weights', 'weights'),
      replaySteps: Number(database.prepare('SELECT count(*) AS steps FROM replay').get()?.['steps']) / 2,
    };
    database.close();
    expect(stored.gramBytes).toBeGreaterThan(1000);
    expect(planned.session).toEqual(stored);
  });

  it('counts its subjects alike, and captures some quantities, where that is asked for', async () => {
    const words = ['cohort.csv', '--group', 'diagnosis', ...quick, '--class-weights', 'none'];
    const some = ['--capture-quantities', 'gradient', '--json', '--dry-run'];
    expect(documentOf(await spectroscope(folder, ['train', ...words, ...some]))).toMatchObject({
      configuration: { classWeights: 'none', capture: { quantities: ['gradient'] } },
      plan: { layers: [{ quantities: [{ quantity: 'gradient' }] }, {}, {}] },
    });
  });

  it('predicts a number, in repeats, with every setting of training', async () => {
    const words = [
      'cohort.csv',
      '--group',
      'diagnosis',
      '--features',
      'recall',
      '--task',
      'regression',
      '--target',
      'speed',
    ];
    const settings = ['--loss', 'huber', '--schedule', 'cosine:0.1:1', '--clip', '0.5', '--optimizer', 'adamw'];
    const more = [
      '--early-stopping',
      '3',
      '--checkpoint-minutes',
      '0.5',
      '--repeats',
      '2',
      '--epochs',
      '3',
      '--folds',
      '2',
    ];
    const outcome = await spectroscope(folder, [
      'train',
      ...words,
      ...settings,
      ...more,
      '--json',
      '--out',
      'r.spectra',
    ]);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stderr).toContain('repeat 2, fold 2 of 2');
    const document = documentOf(outcome) as {
      runs: { fold: number; repeat: number; seed: number; bestEpoch: number; metrics: { validation: object } }[];
    };
    expect(document).toMatchObject({
      study: { target: 'speed', classes: [] },
      configuration: {
        task: { kind: 'regression', column: 'speed', loss: 'huber' },
        schedule: { kind: 'cosine', final: 0.1, warmupEpochs: 1 },
        gradientClipping: 0.5,
        checkpointMinutes: 0.5,
        earlyStopping: { patience: 3 },
      },
    });
    expect(document.runs.map(({ repeat, fold }) => [repeat, fold])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
    expect(new Set(document.runs.map(({ seed }) => seed)).size).toBe(4);
    for (const { metrics, bestEpoch } of document.runs) {
      expect(Object.keys(metrics.validation)).toEqual(expect.arrayContaining(['r', 'mae', 'r2']));
      expect(bestEpoch).toBeLessThan(3);
    }
  });

  it('leaves nothing behind but what was asked for', () => {
    expect(readdirSync(folder).filter((name) => name.startsWith('spectroscope-'))).toEqual([]);
  });
});

describe('scans', () => {
  const scans = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`scans/sub-${i + 1}.nii.gz`, smallScan(i, 8, { gzip: true })]),
  );
  const cnn = ['--model', 'cnn3d', '--epochs', '1', '--batch', '4', '--folds', '2', '--spacing', '0'];
  const broken = (scans['scans/sub-3.nii.gz'] as Buffer).subarray(0, 90);
  const folder = folderOf({
    ...scans,
    'scans/sub-3.nii.gz': broken,
    'people.tsv': scansTable('who\timage\tgroup', (i) => `sub-${i + 1}\tsub-${i + 1}.nii.gz\t${i % 2 ? 'a' : 'b'}`),
    'bids/participants.tsv': scansTable('participant_id\tgroup', (i) => `sub-${i + 1}\t${i % 2 ? 'a' : 'b'}`),
    'bids/dataset_description.json': '{"Name": "Small", "BIDSVersion": "1.8.0"}',
    ...Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `bids/sub-${i + 1}/anat/sub-${i + 1}_T1w.nii.gz`,
        smallScan(i, 8, { gzip: true }),
      ]),
    ),
    'none/one.nii': smallScan().subarray(0, 400),
  });

  it('in a folder with a table are imported; the broken one is excluded with its reason', async () => {
    const source = ['scans', '--table', 'people.tsv', '--id', 'who', '--file', 'image'];
    const outcome = await spectroscope(folder, ['import', ...source, '--json', '--out', 'study.json']);
    expect(outcome.code, outcome.stderr).toBe(0);
    const document = documentOf(outcome) as Record<string, never>;
    expect(document).toMatchObject({
      subjects: 11,
      excluded: [
        { subject: 'sub-3', reason: expect.stringMatching(/sub-3\.nii\.gz: .*(short|ends|damaged)/) as string },
      ],
    });
    const [problem] = document['problems'] as unknown as Record<string, string>[];
    expect(problem).toMatchObject({ severity: 'error', file: expect.stringContaining('sub-3.nii.gz') as string });
    expect(problem?.['code']).toMatch(/^[a-z-]+$/);
    expect(problem?.['message']).not.toBe('');

    const words = ['train', 'study.json', '--group', 'group', ...cnn, '--json', '--out', 'study.spectra'];
    const trained = await spectroscope(folder, words);
    expect(trained.code, trained.stderr).toBe(0);
    const { layers, runs } = documentOf(trained) as { layers: { kind: string }[]; runs: { steps: number }[] };
    expect(layers[0]?.kind).toBe('conv3d');
    expect(runs.every(({ steps }) => steps > 0)).toBe(true);
  });

  it('in a folder with a table and in a BIDS tree are trained without a study file', async () => {
    const table = ['scans', '--table', 'people.tsv', '--id', 'who', '--file', 'image'];
    for (const [source, out, subjects] of [
      [table, 'folder.spectra', 11],
      [['bids'], 'bids.spectra', 12],
    ] as const) {
      const words = ['train', ...source, '--group', 'group', ...cnn, '--json', '--out', out];
      const outcome = await spectroscope(folder, words);
      expect(outcome.code, outcome.stderr).toBe(0);
      const { study } = documentOf(outcome) as { study: { groups: { subjects: number }[] } };
      expect(study.groups.reduce((sum, group) => sum + group.subjects, 0)).toBe(subjects);
    }
  });

  it('of which none can be used are refused', async () => {
    const outcome = await spectroscope(folder, ['import', 'none', '--json', '--out', 'none.json']);
    expect(outcome.code).toBe(1);
    expect(documentOf(outcome)).toMatchObject({ error: { kind: 'input' } });
    expect(readdirSync(folder)).not.toContain('none.json');
  });
});

describe('the device', () => {
  it('is told with its reason and with those that were refused', async () => {
    const folder = folderOf();
    const outcome = await spectroscope(folder, ['device', '--json']);
    expect(outcome.code).toBe(0);
    const document = documentOf(outcome) as { kind: string; refused: { kind: string; reason: string }[] };
    expect(document).toMatchObject({ name: expect.any(String) as string, reason: expect.any(String) as string });
    expect(document.refused.map(({ kind }) => kind)).toContain('webgpu');
    const refused = await spectroscope(folder, ['device', '--device', 'webgpu', '--json']);
    expect(refused.code).toBe(1);
    expect(documentOf(refused)).toMatchObject({ error: { kind: 'setting', code: 'device-unavailable' } });
    const words = await spectroscope(folder, ['device']);
    expect(words.stdout).toMatch(/tensorflow \d/);
  });
});
