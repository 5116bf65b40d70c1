/** Reports of trainings that really ran: what the page says, that it says no more, and that it asks for nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionMetrics } from '#app/contract/session.ts';
import type { TestRow } from '#app/inference/test-options.ts';
import { figure } from '#app/report/format.ts';
import type { ReportMaterial } from '#app/report/material.ts';
import { smallScan } from '../engine/read/write-nifti.ts';
import { documentOf, errorOf, folderOf, spectroscope } from './command.ts';
import {
  all,
  dataOf,
  everything,
  rawText,
  readPage,
  sectionOf,
  tableOf,
  textOf,
  type PageElement,
} from './read-page.ts';

const hostile = '<script>alert("1")</script> & \'co\'';

/** A table with a name for a group that would be a tag, sites, ages, gaps and ids that can be looked for. */
function cohort(subjects = 32): string {
  const rows = Array.from({ length: subjects }, (_, i) => {
    const noise = ((i * 37) % 17) / 17;
    return [
      `person-${1000 + i}`,
      i % 4 < 2 ? `"${hostile.replaceAll('"', '""')}"` : 'patient',
      i % 3 === 0 ? 'F' : 'M',
      i % 2 === 0 ? 'Rome' : 'Oslo',
      String(30 + ((i * 7) % 29)),
      ((i % 3 === 0 ? 0.5 : 0) + noise).toFixed(3),
      i === 5 ? '' : (noise * noise).toFixed(3),
      (((i * 11) % 13) / 13).toFixed(3),
    ];
  });
  const head = ['subject', 'diagnosis', 'sex', 'site', 'age', 'recall', 'speed', 'span'];
  return [head, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

const scans = Object.fromEntries(
  Array.from({ length: 12 }, (_, i) => [`scans/sub-${i + 1}.nii.gz`, smallScan(i, 8, { gzip: true })]),
);
const folder = folderOf({
  'cohort.csv': cohort(),
  ...scans,
  'people.tsv': `who\timage\tgroup\n${Array.from({ length: 12 }, (_, i) => `sub-${i + 1}\tsub-${i + 1}.nii.gz\t${i % 2 ? 'a' : 'b'}\n`).join('')}`,
});

async function run(...words: string[]) {
  const outcome = await spectroscope(folder, words);
  expect(outcome.code, outcome.stderr).toBe(0);
  return outcome;
}

/** Written, read as a page, with what --json printed. */
async function reportOf(session: string, ...words: string[]) {
  const name = `${session}.html`;
  const outcome = await run('report', session, '--json', '--overwrite', '--out', name, ...words);
  const html = readFileSync(join(folder, name), 'utf8');
  const page = readPage(html);
  return { html, page, document: documentOf(outcome), data: dataOf(page) as unknown as ReportMaterial };
}

const network = [
  '--set',
  'hidden=6',
  '--epochs',
  '3',
  '--batch',
  '8',
  '--folds',
  '2',
  '--features',
  'recall,speed,span',
];

/** Nothing that a browser would fetch: only links that a person may follow. */
function expectSelfContained(html: string, page: PageElement): void {
  for (const { name, attributes } of everything(page)) {
    expect([
      'link',
      'img',
      'iframe',
      'object',
      'embed',
      'video',
      'audio',
      'base',
      'form',
      'use',
      'image',
    ]).not.toContain(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(attribute, value).not.toMatch(/^(on\w+|src|srcset|style|action|background|xlink:href)$/);
      if (attribute === 'href') expect(value).toMatch(/^(#|https:\/\/doi\.org\/10\.)/);
    }
  }
  const [style] = all(page, 'style');
  expect(rawText(style)).not.toMatch(/url\(|@import|expression/);
  const scripts = all(page, 'script');
  expect(scripts.map(({ attributes }) => attributes['type'])).toEqual(['application/json']);
  expect(html).toContain('default-src &#39;none&#39;');
}

/** Headings in order, tables with captions and heads, figures with words for who does not see them, targets for links. */
function expectAccessible(page: PageElement): void {
  const levels = everything(page).flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
  expect(levels[0]).toBe(1);
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  levels.slice(1).forEach((level, i) => expect(level - (levels[i] as number)).toBeLessThanOrEqual(1));
  for (const table of all(page, 'table')) {
    expect(all(table, 'caption')).toHaveLength(1);
    expect(all(table, 'th').every(({ attributes }) => ['col', 'row'].includes(attributes['scope'] ?? ''))).toBe(true);
    const widths = all(table, 'tr').map(({ children }) => children.length);
    expect(new Set(widths).size, textOf(all(table, 'caption')[0] as PageElement)).toBe(1);
  }
  for (const figure of all(page, 'figure')) {
    const image = everything(figure).find(({ attributes }) => attributes['role'] === 'img');
    expect((image?.attributes['aria-label'] ?? '').length).toBeGreaterThan(20);
    expect(textOf(figure)).toMatch(/Source: .*spectra/);
  }
  const ids = everything(page).flatMap(({ attributes }) => attributes['id'] ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { attributes } of all(page, 'a')) {
    const target = attributes['href'] ?? '';
    if (target.startsWith('#')) expect(ids).toContain(target.slice(1));
  }
}

describe('the report of a table, its groups not the target', () => {
  let report: Awaited<ReturnType<typeof reportOf>>;
  let inspected: { metrics: SessionMetrics; layers: { name: string; parameters: number }[] };

  beforeAll(async () => {
    await run(
      'train',
      'cohort.csv',
      '--group',
      'diagnosis',
      '--target',
      'sex',
      ...network,
      '--keep-grams',
      '--out',
      'a&b.spectra',
    );
    report = await reportOf('a&b.spectra', '--test', '--permutations', '39');
    inspected = documentOf(await run('inspect', 'a&b.spectra', '--json')) as unknown as typeof inspected;
  });

  it('is one page that fetches nothing and that can be read without seeing', () => {
    expectSelfContained(report.html, report.page);
    expectAccessible(report.page);
  });

  it('shows a hostile name as text, on the page and in its data', () => {
    expect(textOf(sectionOf(report.page, 'cohort'))).toContain(hostile);
    expect(report.data.groups.map(({ name }) => name)).toContain(hostile);
    expect(report.html).not.toContain('<script>alert');
    expect(report.html.match(/<script/g)).toHaveLength(1);
  });

  it('names no subject', () => {
    expect(report.html).not.toMatch(/person-\d/);
    expect(JSON.stringify(report.document)).not.toMatch(/person-\d/);
    expect(report.html).not.toContain(folder);
  });

  it('prints the numbers that inspect tells', () => {
    const rows = tableOf(report.page, 'Performance on the validation subjects');
    const pooled = inspected.metrics.parts.find(({ kind }) => kind === 'pooled');
    const printed = rows.find(({ Part }) => Part === 'All runs');
    expect(printed?.['Subjects']).toBe(String(pooled?.subjects));
    const { value, low, high } = pooled?.scores['auc'] ?? {};
    const [shown, from, to] = (printed?.['AUC'] ?? '').split(/[ –]/);
    expect(Number(shown)).toBeCloseTo(value ?? NaN, 2);
    expect(Number(from)).toBeCloseTo(low ?? NaN, 2);
    expect(Number(to)).toBeCloseTo(high ?? NaN, 2);
    expect(report.data.metrics).toEqual(inspected.metrics);
    const layers = tableOf(report.page, 'Layers of the network');
    for (const { name, parameters } of inspected.layers) {
      expect(layers.find(({ Layer }) => Layer === name)?.['Parameters']).toBe(String(parameters));
    }
  });

  it('draws ROC curves of runs, all together and groups, with the areas that inspect tells', () => {
    const { metrics } = inspected;
    const { roc } = report.data;
    expect(roc.filter(({ kind }) => kind === 'run')).toHaveLength(2);
    for (const { kind, name, auc, falsePositive, truePositive } of roc) {
      const part = metrics.parts.find((each) => each.kind === kind && each.name === name);
      expect(auc).toBeCloseTo(part?.scores['auc']?.value ?? Number.NaN, 10);
      expect([falsePositive[0], truePositive[0], falsePositive.at(-1), truePositive.at(-1)]).toEqual([0, 0, 1, 1]);
      // The area under what is drawn, by trapezes, is the area that is told.
      const area = falsePositive.slice(1).reduce((sum, x, i) => {
        const height = ((truePositive[i] ?? 0) + (truePositive[i + 1] ?? 0)) / 2;
        return sum + (x - (falsePositive[i] ?? 0)) * height;
      }, 0);
      expect(area).toBeCloseTo(auc, 4);
    }
    const drawn = all(report.page, 'figure').find((each) => textOf(each).includes('ROC curves'));
    const pooled = roc.find(({ kind }) => kind === 'pooled');
    expect(drawn && textOf(drawn)).toContain(`all runs ${figure(pooled?.auc, 2)}`);
    expect(drawn && all(drawn, 'path').length).toBeGreaterThan(roc.length);
  });

  it('draws a reliability diagram of the bins that its data hold', () => {
    const drawn = all(report.page, 'figure').find((each) => textOf(each).includes('Reliability diagram'));
    const pooled = report.data.metrics.parts.find(({ kind }) => kind === 'pooled');
    const filled = (pooled?.reliability ?? []).filter(({ subjects }) => subjects > 0).map(({ subjects }) => subjects);
    expect(drawn && textOf(drawn)).toContain(`from the least sure on: ${filled.join(', ')};`);
    expect(drawn && textOf(drawn)).toContain(`all runs ${figure(pooled?.scores['calibrationError']?.value, 2)}`);
  });

  it('prints with --json what the page carries', () => {
    const { file, bytes, findings, ...numbers } = report.document;
    expect(numbers).toEqual(report.data);
    expect(file).toBe(join(folder, 'a&b.spectra.html'));
    expect(bytes).toBe(Buffer.byteLength(report.html));
    const told = all(sectionOf(report.page, 'findings'), 'li').map(textOf);
    expect(findings).toEqual(told);
  });

  it('draws the means of the exported summaries', async () => {
    await run('export', 'a&b.spectra', '--what', 'summaries', '--out', 'summaries.csv');
    const [head = [], ...rows] = readFileSync(join(folder, 'summaries.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(','));
    const column = (name: string): number => head.indexOf(name);
    const values = rows
      .filter(
        (row) =>
          row[column('step')] === '0' &&
          row[column('layer')] === 'dense_1' &&
          row[column('quantity')] === 'gradient' &&
          row[column('group')] === 'patient',
      )
      .map((row) => Number(row[column('largest normalised')]));
    expect(values).toHaveLength(2);
    const { spectra } = report.data;
    const curve = spectra?.summaries.find(
      (each) => each.layer === 'dense_1' && each.quantity === 'gradient' && each.summary === 'largest',
    )?.curves[spectra.sets.indexOf('patient')];
    expect(curve?.mean[0]).toBeCloseTo(((values[0] as number) + (values[1] as number)) / 2, 5);
    expect(curve?.low[0]).toBeCloseTo(Math.min(...values), 5);
    expect(curve?.high[0]).toBeCloseTo(Math.max(...values), 5);
  });

  it('tells the tests as the test command gives them', async () => {
    const tested = documentOf(await run('test', 'a&b.spectra', '--permutations', '39', '--json'));
    expect(report.data.tests).toHaveLength(1);
    expect(report.data.tests[0]?.answer.rows).toEqual(tested['rows']);
    const printed = tableOf(report.page, 'Tests by mean over all steps');
    const [smallest] = (tested['rows'] as TestRow[])
      .filter(({ method }) => method === 'permutation')
      .sort((one, other) => one.pCorrected - other.pCorrected || one.p - other.p);
    expect(printed[0]).toMatchObject({ Layer: smallest?.layer, p: smallest?.p.toFixed(3) });
    expect(textOf(sectionOf(report.page, 'findings'))).toMatch(/Tested by mean over all steps/);
  });

  it('names commands that give its numbers again', async () => {
    const commands = new Set(
      all(report.page, 'p')
        .filter(({ attributes }) => attributes['class'] === 'source')
        .flatMap((source) => all(source, 'code').map(textOf))
        .filter((text) => text.startsWith('spectroscope ')),
    );
    expect(commands.size).toBeGreaterThan(6);
    const words = [...commands].map((command) =>
      [...command.matchAll(/'([^']*)'|(\S+)/g)].slice(1).map(([, quoted, plain]) => quoted ?? plain ?? ''),
    );
    expect(words.every((each) => each[1] === 'a&b.spectra')).toBe(true);
    for (const each of words) {
      // What needs minutes, or a folder, is run by other tests.
      if (each[0] === 'test' || each.includes('model')) continue;
      await run(...each.map((word) => (word.endsWith('.csv') ? `again-${word}` : word)));
    }
    expect(readFileSync(join(folder, 'again-alignment.csv'), 'utf8')).toMatch(/dense_1/);
  }, 300_000);

  it('tells tests that the session keeps, when they were made and how to make them again', async () => {
    await run(
      'train',
      'cohort.csv',
      '--group',
      'diagnosis',
      '--target',
      'sex',
      ...network,
      '--keep-grams',
      '--out',
      'kept.spectra',
    );
    await run(
      'test',
      'kept.spectra',
      '--keep',
      '--permutations',
      '29',
      '--statistic',
      'energy',
      '--method',
      'permutation',
    );
    const { page, data, html } = await reportOf('kept.spectra');
    expectSelfContained(html, page);
    expectAccessible(page);
    expect(data.tests).toHaveLength(1);
    expect(data.tests[0]).toMatchObject({ options: { permutations: 29, statistics: ['energy'] } });
    const text = textOf(sectionOf(page, 'inference'));
    expect(text).toMatch(/29 permutations .*kept in the session on \d+ \w+ \d{4}/);
    expect(text).toContain(
      'test kept.spectra --method permutation --statistic energy --permutations 29 --seed 1 --strata class',
    );
    await run('regroup', 'kept.spectra', '--by', 'site', '--out', 'by-site.spectra');
    const regrouped = await reportOf('by-site.spectra');
    expect(regrouped.data.groups.map(({ name }) => name).sort()).toEqual(['Oslo', 'Rome']);
    expect(textOf(sectionOf(regrouped.page, 'limits'))).toMatch(/Regrouped afterwards/);
  }, 180_000);

  it('counts gaps and writes of imputation, and of ComBat and early stopping not, since they did not happen', () => {
    const methods = textOf(sectionOf(report.page, 'methods'));
    expect(textOf(sectionOf(report.page, 'cohort'))).toContain('Of 96 values of features 1 (1.0 %) are missing');
    expect(methods).toMatch(/Missing values were replaced by the mean/);
    expect(methods).toContain('by 39 permutations');
    const whole = textOf(report.page);
    expect(whole).not.toMatch(/ComBat|Johnson WE/);
    expect(whole).not.toMatch(/training stopped after/);
    expect(textOf(sectionOf(report.page, 'references'))).toMatch(/Maris E, Oostenveld R/);
  });

  it('leaves to the authors what no session knows', () => {
    const claim = tableOf(report.page, 'CLAIM 2024');
    expect(claim.map(({ Item }) => Item)).toEqual(Array.from({ length: 44 }, (_, i) => String(i + 1)));
    expect(claim.find(({ Item }) => Item === '44')?.['In this report']).toBe('To be filled in by the authors.');
    expect(claim.find(({ Item }) => Item === '19')?.['In this report']).toContain('2 folds');
    const tripod = tableOf(report.page, 'TRIPOD+AI');
    expect(tripod.find(({ Item }) => Item === '17')?.['In this report']).toBe('To be filled in by the authors.');
    expect(tripod).toHaveLength(52);
  });

  it('is not written over another unasked, nor over the session', async () => {
    const again = await spectroscope(folder, ['report', 'a&b.spectra', '--json', '--out', 'a&b.spectra.html']);
    expect(again.code).toBe(1);
    expect(errorOf(again)).toMatchObject({ code: 'report-exists' });
    const over = await spectroscope(folder, ['report', 'a&b.spectra', '--overwrite', '--json', '--out', 'a&b.spectra']);
    expect(errorOf(over)).toMatchObject({ code: 'report-exists' });
    const nowhere = await spectroscope(folder, ['report', 'a&b.spectra', '--json', '--out', 'nowhere/a.html']);
    expect(errorOf(nowhere)).toMatchObject({ code: 'report-failed', file: 'a.html' });
  });

  it('tells a calibration that was measured, and refuses what is none', async () => {
    const rate = { hits: 3, runs: 60, rate: 0.05, interval: [0.01, 0.14] };
    const result = { nominal: 0.05, runs: 60, permutations: 99, subjects: 32, any: { permutation: rate }, power: [] };
    writeFileSync(join(folder, 'calibration.json'), JSON.stringify(result));
    const { page } = await reportOf('a&b.spectra', '--calibration', 'calibration.json');
    expect(tableOf(page, 'Random groups: 60 trainings')[0]).toMatchObject({ Method: 'permutation', Found: '3' });
    const refused = await spectroscope(folder, [
      ...['report', 'a&b.spectra', '--json', '--overwrite', '--out', 'x.html'],
      ...['--calibration', 'cohort.csv'],
    ]);
    expect(errorOf(refused)).toMatchObject({ code: 'not-a-calibration', file: 'cohort.csv' });
  });
});

describe('the report of', () => {
  it('groups that are the target, harmonised by ComBat and stopped early, says so', async () => {
    const words = ['--harmonise', 'site', '--harmonise-keep', 'age', '--early-stopping', '2'];
    await run('train', 'cohort.csv', '--group', 'sex', ...network, ...words, '--out', 'combat.spectra');
    const { html, page } = await reportOf('combat.spectra');
    expectSelfContained(html, page);
    expectAccessible(page);
    const methods = textOf(sectionOf(page, 'methods'));
    expect(methods).toMatch(/Effects of site were taken out by ComBat \[\d+, \d+\], with age kept/);
    expect(methods).toMatch(/training stopped after 2 epochs/);
    expect(textOf(sectionOf(page, 'references'))).toMatch(/Johnson WE.*Fortin JP/s);
    const limits = textOf(sectionOf(page, 'limits'));
    expect(limits).toMatch(/The groups are the target/);
    expect(limits).toMatch(/Sample Grams were not kept/);
    expect(limits).toMatch(/Nothing was tested/);
    expect(textOf(sectionOf(page, 'inference'))).toContain('No test was made');
    expect(textOf(sectionOf(page, 'references'))).not.toMatch(/Maris E|Benjamini Y/);
  });

  it('a regression has its own measures, and no confusion matrix', async () => {
    const words = ['--group', 'diagnosis', '--target', 'age', '--task', 'regression', ...network];
    await run('train', 'cohort.csv', ...words, '--out', 'age.spectra');
    const { html, page } = await reportOf('age.spectra');
    expectSelfContained(html, page);
    expectAccessible(page);
    expect(textOf(sectionOf(page, 'findings'))).toMatch(/predicted age .*mean absolute error/);
    const text = textOf(sectionOf(page, 'training'));
    expect(text).not.toMatch(/Confusion matrix|AUC/);
    expect(textOf(sectionOf(page, 'methods'))).toMatch(/stratified by group and fifths of the target/);
  });

  it('a reconstruction predicts nothing', async () => {
    const words = ['--group', 'diagnosis', '--task', 'reconstruction', '--model', 'autoencoder', ...network.slice(2)];
    await run('train', 'cohort.csv', ...words, '--out', 'again.spectra');
    const { html, page } = await reportOf('again.spectra');
    expectSelfContained(html, page);
    expectAccessible(page);
    expect(textOf(sectionOf(page, 'findings'))).toContain('Nothing was predicted');
    expect(textOf(page)).not.toMatch(/AUC/);
  });

  it('scans tells their preparation, and that rows of layers are positions', async () => {
    const source = ['scans', '--table', 'people.tsv', '--id', 'who', '--file', 'image', '--group', 'group'];
    const words = [
      '--model',
      'cnn3d',
      '--epochs',
      '1',
      '--batch',
      '4',
      '--folds',
      '2',
      '--spacing',
      '0',
      '--keep-grams',
    ];
    await run('train', ...source, ...words, '--out', 'scans.spectra');
    const { html, page, data } = await reportOf('scans.spectra');
    expectSelfContained(html, page);
    expectAccessible(page);
    expect(html).not.toMatch(/sub-\d/);
    expect(data.study).toMatchObject({ kind: 'volumes', hashedFiles: 12 });
    expect(textOf(sectionOf(page, 'limits'))).toMatch(/Layers with several rows for a subject/);
    expect(textOf(sectionOf(page, 'methods'))).toMatch(/RAS order/);
  });
});
