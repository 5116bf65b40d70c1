/** What the command line refuses: the exit code, one sentence, no stack; with --json one document. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  childrenOf,
  documentOf,
  errorOf,
  folderOf,
  interruptedInTerminal,
  isTraining,
  smallTable,
  spectroscope,
  type Outcome,
} from './command.ts';

const nul = String.fromCharCode(0);
const folder = folderOf({
  'cohort.csv': smallTable(),
  'empty.csv': '',
  'header.csv': 'subject,diagnosis,recall\n',
  'twice.csv': 'subject,diagnosis,recall\ns1,a,1\ns1,b,2\ns2,a,3\ns3,b,4\n',
  'words.csv': 'subject,diagnosis\ns1,a\ns2,b\n',
  'binary.csv': `PK${nul}${nul}${nul}\u0001\u0002${nul}`,
  'quote.csv': 'subject,diagnosis,recall\n"s1,a,1\ns2,b,2\n',
  'text.nii': 'this is no scan',
  'broken.json': '{"kind": "table", ',
  'other.json': '{"answer": 42}',
  'session.spectra': 'SQLite format 3',
  'half.tsv': 'participant_id\tfile\nsub-1\tgone.nii.gz\n',
  'nothing/readme.txt': 'no scans here',
});

/** One sentence or two for a person: no stack, no path into our code, no 'fault'. */
function expectWords({ stderr }: Outcome, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at |\.ts:\d|fault of the program|undefined|\[object/);
}

/** Progress may stand before it. */
const lastLine = ({ stderr }: Outcome): string => stderr.trim().split('\n').at(-1) ?? '';

const train = ['--group', 'diagnosis', '--epochs', '1', '--folds', '2', '--out', 'never.spectra'];

describe('malformed input ends with 1 and a sentence', () => {
  const cases: readonly [string, string[], RegExp][] = [
    ['a file that is not there', ['import', 'gone.csv', '--out', 'x.json'], /gone\.csv: there is no such file/],
    ['an empty table', ['import', 'empty.csv', '--out', 'x.json'], /empty\.csv.*(empty|no rows|nothing)/is],
    ['a table with a header only', ['import', 'header.csv', '--out', 'x.json'], /header\.csv|No subject/],
    ['a binary file called a table', ['import', 'binary.csv', '--out', 'x.json'], /binary\.csv/],
    ['a quote that is not closed', ['import', 'quote.csv', '--out', 'x.json'], /quote\.csv.*quot/is],
    ['a scan that is text', ['import', 'text.nii', '--out', 'x.json'], /text(\.nii)?.*NIfTI/s],
    ['a folder without scans', ['import', 'nothing', '--out', 'x.json'], /nothing/],
    ['scans that a table names and nobody has', ['import', 'half.tsv', '--out', 'x.json'], /gone\.nii\.gz/],
    ['a study that is cut', ['train', 'broken.json', ...train], /broken\.json/],
    ['a study file of another program', ['train', 'other.json', ...train], /other\.json/],
    ['a session that is cut', ['inspect', 'session.spectra'], /session\.spectra/],
    ['a session that is not there', ['inspect', 'gone.spectra'], /gone\.spectra/],
    ['a table in place of a session', ['export', 'cohort.csv', '--out', 'x.csv'], /cohort\.csv/],
    ['a table without features', ['train', 'words.csv', ...train], /feature/],
  ];
  it.concurrent.each(cases)('%s', async (_, words, message) => {
    const outcome = await spectroscope(folder, [...words, '--json']);
    expect(outcome.code, outcome.stderr).toBe(1);
    expectWords(outcome, message);
    expect(errorOf(outcome).message).toBe(lastLine(outcome));
  });

  it('a subject on two lines is not counted twice', async () => {
    const outcome = await spectroscope(folder, ['import', 'twice.csv', '--json', '--out', 'twice.json']);
    const { problems, subjects } = documentOf(outcome) as { problems: { message: string }[]; subjects: number };
    expect(problems.map(({ message }) => message).join()).toMatch(/s1/);
    expect(subjects).toBeLessThanOrEqual(3);
  });
});

describe('a setting that cannot work ends with 1 and a sentence', () => {
  const cases: readonly [string, string[], RegExp][] = [
    ['an id column that is not there', ['cohort.csv', '--id', 'nobody'], /nobody/],
    ['a group column that is not there', ['cohort.csv', '--group', 'nobody'], /nobody/],
    ['a target that is not there', ['cohort.csv', '--target', 'nobody'], /nobody/],
    ['a feature that is not there', ['cohort.csv', '--features', 'nobody'], /nobody/],
    ['a table that is not there', ['cohort.csv', '--table', 'gone.csv'], /gone\.csv/],
    ['a model that is not there', ['cohort.csv', '--model', 'perceptron'], /perceptron/],
    ['a model for scans on a table', ['cohort.csv', '--model', 'cnn3d'], /does not take a table/],
    ['more folds than subjects', ['cohort.csv', '--folds', '19'], /folds/],
    ['a setting of the model that is not there', ['cohort.csv', '--set', 'depth=3'], /depth/],
    ['the GPU where there is none', ['cohort.csv', '--device', 'webgpu'], /webgpu/i],
    [
      'a text to predict as a number',
      ['cohort.csv', '--task', 'regression', '--target', 'sex'],
      /not a column of numbers/,
    ],
    [
      'a task that the model does not do',
      ['cohort.csv', '--task', 'reconstruction'],
      /does not learn to give back its input/,
    ],
    ['a session to resume that is not there', ['--resume', 'gone.spectra'], /gone\.spectra/],
    ['a sample that is not there', ['--sample', 'adni'], /adni/],
    ['a folder that does not exist', ['cohort.csv', '--out', 'no/where/x.spectra'], /no folder/],
  ];
  it.concurrent.each(cases)('%s', async (_, words, message) => {
    const outcome = await spectroscope(folder, ['train', ...train, ...words, '--json']);
    expect(outcome.code, outcome.stderr).toBe(1);
    expectWords(outcome, message);
    expect(errorOf(outcome).message).toBe(lastLine(outcome));
    expect(existsSync(join(folder, 'never.spectra'))).toBe(false);
  });

  it('a session that exists stays, also when it was to be replaced by a run that is refused', async () => {
    writeFileSync(join(folder, 'kept.spectra'), 'years of work');
    const refused = await spectroscope(folder, ['train', 'cohort.csv', ...train, '--out', 'kept.spectra']);
    expect(refused.code).toBe(1);
    expectWords(refused, /kept\.spectra exists already.*--overwrite/);
    const words = [...train, '--folds', '19', '--overwrite', '--out', 'kept.spectra'];
    expect((await spectroscope(folder, ['train', 'cohort.csv', ...words])).code).toBe(1);
    expect(readFileSync(join(folder, 'kept.spectra'), 'utf8')).toBe('years of work');
  });
});

describe('wrong usage ends with 2', () => {
  it.concurrent.each([
    ['an unknown option', ['device', '--colour'], /unknown option '--colour'/],
    ['an unknown command', ['paint'], /unknown command/],
    ['no output file', ['import', 'cohort.csv'], /--out/],
    ['nothing to train on', ['train', '--out', 'x.spectra'], /Name a table/],
    ['a word for a number', ['train', 'cohort.csv', ...train, '--epochs', 'many'], /whole number/],
    ['a seed beyond 32 bits', ['train', 'cohort.csv', ...train, '--seed', '1e12'], /at most 4294967295/],
    ['no session file', ['train', 'cohort.csv', '--group', 'diagnosis'], /--out/],
    ['a schedule that is not there', ['train', 'cohort.csv', ...train, '--schedule', 'step:x:2'], /step:EPOCHS:FACTOR/],
    ['a number to predict without its column', ['train', 'cohort.csv', ...train, '--task', 'regression'], /--target/],
    ['a loss that is not of the task', ['train', 'cohort.csv', ...train, '--loss', 'huber'], /cross-entropy/],
    ['a format that is not there', ['export', 'a.spectra', '--format', 'xlsx', '--out', 'x'], /csv/],
  ] as [string, string[], RegExp][])('%s', async (_, words, message) => {
    const outcome = await spectroscope(folder, [...words, '--json']);
    expect(outcome.code).toBe(2);
    expectWords(outcome, message);
    expect(errorOf(outcome).kind).toBe('usage');
  });

  it('and help ends with 0', async () => {
    const { code, stdout } = await spectroscope(folder, ['--help']);
    expect(code).toBe(0);
    for (const command of ['import', 'train', 'inspect', 'export', 'device']) expect(stdout).toContain(command);
  });
});

describe('a training that ends early', () => {
  const long = ['--group', 'diagnosis', '--model', 'mlp', '--epochs', '100000', '--folds', '2', '--patience', '0'];

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends with 130; what was trained opens', async (signal) => {
    const out = `${signal}.spectra`;
    const words = ['train', 'cohort.csv', ...long, '--json', '--out', out];
    const outcome = await spectroscope(folder, words, async (child) => {
      await isTraining(join(folder, out));
      child.kill(signal);
    });
    expect(outcome.code, outcome.stderr).toBe(130);
    expect(documentOf(outcome)).toMatchObject({ status: 'stopped' });
    const inspected = documentOf(await spectroscope(folder, ['inspect', out, '--json']));
    const { runs } = inspected as { runs: { steps: number }[] };
    expect(runs[0]?.steps).toBeGreaterThan(0);
    expect(existsSync(join(folder, `${out}-wal`))).toBe(false);
  });

  it('by Ctrl C while the preparation of streamed scans is fitted, which is shown, leaves no session', async () => {
    const lesions = resolve(import.meta.dirname, '..', '..', 'main', 'samples', 'lesymap-lesions', 'participants.tsv');
    // A fit that was made before is kept in the cache: this one is nobody's.
    const variance = String(1e-4 + Date.now() * 1e-18);
    const streamed = ['--model', 'cnn3d', '--storage', 'disk', '--minimum-variance', variance];
    const words = ['train', lesions, ...streamed, '--out', 'fitted.spectra'];
    const fitting = /Fitting the preparation, pass \d+: \d+ of \d+/;
    const { code, shown } = await interruptedInTerminal(folder, words, fitting);
    expect(code, shown).toBe(130);
    expect(shown).toMatch(fitting);
    expect(shown).toContain('Training was cancelled.');
    expect(shown).not.toMatch(/epoch \d/);
    expect(readdirSync(folder).filter((name) => name.startsWith('fitted.spectra'))).toEqual([]);
  }, 60_000);

  it('by the death of the engine ends with 3 and its last words; what was stored opens', async () => {
    const words = ['train', 'cohort.csv', ...long, '--json', '--out', 'killed.spectra'];
    const outcome = await spectroscope(folder, words, async (child) => {
      await isTraining(join(folder, 'killed.spectra'));
      for (const pid of childrenOf(child)) process.kill(pid, 'SIGKILL');
    });
    expect(outcome.code).toBe(3);
    expect(errorOf(outcome)).toMatchObject({ kind: 'fault', code: 'engine-died' });
    expect(errorOf(outcome).message).toContain('SIGKILL');
    const inspected = documentOf(await spectroscope(folder, ['inspect', 'killed.spectra', '--json']));
    expect(inspected).toMatchObject({ status: 'interrupted' });
    expect((inspected['runs'] as { steps: number }[])[0]?.steps).toBeGreaterThan(0);
  });

  it('is resumed after the death of the engine, and ends as one that was not cut short', async () => {
    const some = ['cohort.csv', '--group', 'diagnosis', '--epochs', '150', '--batch', '6', '--folds', '2'];
    const often = ['--checkpoint-minutes', '0.002'];
    await spectroscope(folder, ['train', ...some, ...often, '--out', 'cut.spectra'], async (child) => {
      await isTraining(join(folder, 'cut.spectra'));
      for (const pid of childrenOf(child)) process.kill(pid, 'SIGKILL');
    });
    const resumed = await spectroscope(folder, ['train', '--resume', 'cut.spectra', '--json']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(documentOf(resumed)).toMatchObject({
      status: 'finished',
      provenance: { resumed: expect.any(String) as string },
    });
    await spectroscope(folder, ['train', ...some, '--out', 'straight.spectra']);
    const csvOf = async (name: string): Promise<string> => {
      await spectroscope(folder, ['export', `${name}.spectra`, '--what', 'spectra', '--out', `${name}.csv`]);
      return readFileSync(join(folder, `${name}.csv`), 'utf8');
    };
    const straight = await csvOf('straight');
    expect(straight.length).toBeGreaterThan(100_000);
    expect((await csvOf('cut')) === straight).toBe(true);
    const again = await spectroscope(folder, ['train', '--resume', 'cut.spectra', '--json']);
    expect(again.code).toBe(1);
    expectWords(again, /finished/);
  }, 180_000);
});
