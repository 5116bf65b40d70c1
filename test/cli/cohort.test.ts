/** The cohort and its files from the command line. */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallScan } from '../engine/read/write-nifti.ts';
import { documentOf, errorOf, folderOf, spectroscope } from './command.ts';

/** Patients are older, and there are fewer of them. */
function ages(): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const isPatient = i % 3 === 0;
    const age = 25 + ((i * 7) % 30) + (isPatient ? 8 : 0);
    return `sub-${String(i).padStart(3, '0')},${isPatient ? 'patient' : 'control'},${age},${i % 2 ? 'F' : 'M'},${(i % 11) / 10}\n`;
  });
  return `subject,diagnosis,age,sex,recall\n${rows.join('')}`;
}

interface Row {
  column: string;
  difference: number;
  test: { test: string; p: number };
}

describe('the cohort', () => {
  const folder = folderOf({ 'table.csv': ages(), 'chosen.txt': '3\nSUB_006\nsub-9\nnobody-77\n' });
  const run = (...words: string[]) => spectroscope(folder, ['cohort', 's.json', ...words]);

  beforeAll(async () => {
    const words = ['import', 'table.csv', '--id', 'subject', '--group', 'diagnosis', '--out', 's.json'];
    expect((await spectroscope(folder, words)).code).toBe(0);
  });

  it('is told with its flow, the differences of the groups and what their sizes resolve', async () => {
    const outcome = await run('--json', '--table', 't.csv', '--flow', 'f.svg');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const document = documentOf(outcome);
    expect(document['flow']).toMatchObject({
      imported: 60,
      analysed: 60,
      groups: [
        { name: 'patient', subjects: 20 },
        { name: 'control', subjects: 40 },
      ],
    });
    const [age, sex] = document['balance'] as Row[];
    expect(age).toMatchObject({ column: 'age', imbalance: 'strong', test: { test: 'welch' } });
    expect(sex).toMatchObject({ column: 'sex', kind: 'category', test: { test: 'chi-squared' } });
    expect((document['power'] as { sentence: string }).sentence).toContain('how many permutations are tried');
    expect(readFileSync(join(folder, 't.csv'), 'utf8')).toMatch(/^covariate,level,patient: n,.*\r\nage,,20,/);
    expect(readFileSync(join(folder, 'f.svg'), 'utf8')).toContain('>Analysed</text>');
  });

  it('is matched, and the matched study is written with what can be undone', async () => {
    const words = ['--match', 'age,sex', '--caliper', '0.2', '--seed', '1', '--out', 'm.json', '--json'];
    const document = documentOf(await run(...words));
    const before = (document['balanceBefore'] as Row[])[0]!;
    const after = (document['balance'] as Row[])[0]!;
    expect(Math.abs(after.difference)).toBeLessThan(Math.abs(before.difference) / 2);
    const flow = document['flow'] as { excluded: { reason: string; subjects: number }[]; analysed: number };
    expect(flow.excluded[0]?.reason).toBe('Not matched on age, sex');
    expect(flow.analysed).toBe(60 - flow.excluded[0]!.subjects);
    const saved = JSON.parse(readFileSync(join(folder, 'm.json'), 'utf8')) as { history: { past: unknown[] } };
    expect(saved.history.past).toHaveLength(2);
    expect(documentOf(await run(...words))['balance']).toEqual(document['balance']);
  });

  it('is grouped within groups and from a list, with ids of nobody named', async () => {
    const nested = await run('--split-by', 'sex', '--versus-rest', 'patient · F');
    expect(nested.code).toBe(0);
    expect(nested.stdout).toContain('  patient · F: 10\n  not patient · F: 50');
    const pasted = documentOf(await run('--pasted', 'chosen.txt', '--json'));
    expect(pasted['unmatchedIds']).toEqual(['nobody-77']);
    expect((pasted['flow'] as { groups: unknown[] }).groups).toContainEqual({ name: 'chosen', subjects: 3 });
  });

  it('refuses what cannot be, naming it', async () => {
    expect(errorOf(await run('--match', 'weight', '--json'))).toMatchObject({
      kind: 'setting',
      code: 'unknown-column',
    });
    expect(errorOf(await run('--exact', 'age:x', '--json')).message).toContain("'x' is not a tolerance");
    expect(errorOf(await run('--pasted', 'gone.txt', '--json'))).toMatchObject({ code: 'list-not-read' });
    expect((await run('--caliper', 'wide')).code).toBe(2);
  });
});

describe('a study whose scans moved', () => {
  it('is linked to them again, in its own file', async () => {
    const folder = folderOf({
      'data/participants.tsv': 'participant_id\tgroup\nsub-1\ta\nsub-2\tb\n',
      'data/sub-1.nii': smallScan(1),
      'data/sub-2.nii': smallScan(2),
    });
    expect((await spectroscope(folder, ['import', 'data', '--group', 'group', '--out', 's.json'])).code).toBe(0);
    mkdirSync(join(folder, 'archive'));
    renameSync(join(folder, 'data'), join(folder, 'archive/scans'));
    const outcome = await spectroscope(folder, ['relink', 's.json', 'archive', '--json']);
    expect(outcome.code).toBe(0);
    expect(documentOf(outcome)).toMatchObject({ found: 3, missing: [] });
    expect(JSON.parse(readFileSync(join(folder, 's.json'), 'utf8'))).toMatchObject({ root: 'archive/scans' });
    expect((await spectroscope(folder, ['relink', 's.json', '.'])).stdout).toContain('are where they were');
  });
});
