import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { History } from '#app/study/history.ts';
import type { Study } from '#app/study/study.ts';
import { loadStudy, loadStudyFile, saveStudy, studyInShort } from '../../../main/engine/study/study-file.ts';
import { madeStudy } from '../../bench/made-study.ts';
import { smallStudy } from '../../app/study/small-study.ts';
import { makeTree } from '../read/tree.ts';

function written(change: (study: Record<string, unknown>) => void): string {
  const study = structuredClone(smallStudy()) as unknown as Record<string, unknown>;
  change(study);
  return join(makeTree({ 'study.json': JSON.stringify(study) }), 'study.json');
}

describe('a study file', () => {
  it('comes back as it was saved, wherever it moved with its data', async () => {
    const root = makeTree({ 'data/x.csv': 'id\n' });
    const study: Study = { ...smallStudy(), root: join(root, 'data') };
    await saveStudy(join(root, 'study.json'), study);
    expect(JSON.parse(readFileSync(join(root, 'study.json'), 'utf8'))).toMatchObject({ root: 'data' });
    expect(await loadStudy(join(root, 'study.json'))).toEqual(study);
    const elsewhere = makeTree({ 'study.json': readFileSync(join(root, 'study.json'), 'utf8') });
    expect((await loadStudy(join(elsewhere, 'study.json'))).root).toBe(join(elsewhere, 'data'));
  });

  it('is pretty-printed, and leaves nothing beside it', async () => {
    const root = makeTree({});
    await saveStudy(join(root, 'deep/study.json'), { ...smallStudy(), root });
    expect(readdirSync(join(root, 'deep'))).toEqual(['study.json']);
    expect(readFileSync(join(root, 'deep/study.json'), 'utf8')).toMatch(/^\{\n {2}"format": "spectroscope-study",\n/);
  });

  it('keeps the old content when the new one cannot be written', async () => {
    const root = makeTree({ 'study.json': 'old' });
    mkdirSync(join(root, `study.json.${process.pid}.tmp`));
    await expect(saveStudy(join(root, 'study.json'), smallStudy())).rejects.toMatchObject({
      kind: 'input',
      code: 'study-not-written',
    });
    expect(readFileSync(join(root, 'study.json'), 'utf8')).toBe('old');
  });

  it.each<[string, (study: Record<string, unknown>) => void, string]>([
    ['another format', (study) => (study['format'] = 'other'), 'study.json: is not a study file of Spectroscope.'],
    ['a field of the wrong type', (study) => (study['name'] = 3), "study.json: field 'name' is 3, expected string."],
    [
      'a wrong value deep inside',
      (study) => ((study['columns'] as { role: string }[])[1]!.role = 'boss'),
      'field \'columns.1.role\' is "boss"',
    ],
    [
      'a value that is a list',
      (study) => ((study['subjects'] as { values: Record<string, unknown> }[])[2]!.values['age'] = [3]),
      "field 'subjects.2.values' is Object, expected a number, a text or nothing for each column",
    ],
    [
      'an id twice',
      (study) => ((study['subjects'] as { id: string }[])[1]!.id = 's1'),
      "field 'subjects' has the id 's1' twice",
    ],
    [
      'a column twice',
      (study) => ((study['columns'] as { name: string }[])[1]!.name = 'id'),
      "field 'columns' has the name 'id' twice",
    ],
  ])('is refused with the field that is wrong: %s', async (_, change, message) => {
    await expect(loadStudy(written(change))).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is refused when it is no JSON, or not there', async () => {
    const root = makeTree({});
    writeFileSync(join(root, 'study.json'), '{"format": ');
    await expect(loadStudy(join(root, 'study.json'))).rejects.toMatchObject({ kind: 'input', code: 'study-not-json' });
    await expect(loadStudy(join(root, 'gone.json'))).rejects.toThrow('gone.json: there is no such file.');
  });
});

describe('the text of a study', () => {
  it('has a line for each subject, so that an edit changes few lines, and keeps what can be undone', async () => {
    const root = makeTree({});
    const history = new History({ ...smallStudy(), root });
    const path = join(root, 'study.json');
    const text = async () => {
      await saveStudy(path, history.study, history.saved());
      return readFileSync(path, 'utf8').split('\n');
    };
    const before = await text();
    expect(before.filter((line) => line.startsWith('    {"id":"s'))).toHaveLength(9);
    history.edit({ kind: 'exclude', subjects: ['s1'], reason: 'Motion' });
    const after = await text();
    const added = after.filter((line) => !before.includes(line));
    expect(added).toHaveLength(4);
    expect(added[0]).toMatch(/^ {4}\{"id":"s1","scan":null,"excluded":"Motion","values":\{/);
    const reopened = await loadStudyFile(path);
    expect(reopened.study).toEqual(history.study);
    expect(new History(reopened.study, reopened.history).undo()).toEqual({ ...smallStudy(), root });
  });

  it('is read subject by subject, between which others have their turn, and written again as it was', async () => {
    const root = makeTree({});
    const path = join(root, 'study.json');
    await saveStudy(path, madeStudy(root, { subjects: 1500, features: 350 }));
    const text = readFileSync(path, 'utf8');
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    const { study, history } = await loadStudyFile(path);
    clearInterval(turn);
    expect(study).toEqual(madeStudy(root, { subjects: 1500, features: 350 }));
    expect(turns).toBeGreaterThan(2);
    await saveStudy(path, study, history);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    [
      'a subject whose keys a person put in another order',
      /\{"id":"s2"(.*),"values":(\{.*\})\}/,
      '{"values":$2,"id":"s2"$1}',
    ],
    [
      'values before what else a subject has',
      /"excluded":null,"values":(\{.*"s2.*\})\}/,
      '"values":$1,"excluded":null}',
    ],
    ['spaces', /"values":\{/g, '"values": { '],
    ['a brace in a value', /"sex":"M"/, '"sex":"}, {"'],
  ])('laid out in another way is the same study: %s', async (_, from, to) => {
    const root = makeTree({});
    const path = join(root, 'study.json');
    await saveStudy(path, { ...smallStudy(), root });
    const before = readFileSync(path, 'utf8');
    const text = before.replace(from, to);
    expect(text).not.toBe(before);
    writeFileSync(path, text);
    const { study, history } = await loadStudyFile(path);
    expect(study.subjects).toEqual((JSON.parse(text) as Study).subjects);
    await saveStudy(path, study, history);
    expect((JSON.parse(readFileSync(path, 'utf8')) as Study).subjects).toEqual(study.subjects);
  });

  it('says its name and how many it has without its subjects being read', async () => {
    const root = makeTree({});
    const path = join(root, 'study.json');
    await saveStudy(path, madeStudy(root, { subjects: 700, features: 3 }));
    const { name } = madeStudy(root, { subjects: 1, features: 1 });
    expect(await studyInShort(path)).toEqual({ name, subjects: 700 });
    // A subject that is damaged is told when the study is opened.
    writeFileSync(path, readFileSync(path, 'utf8').replace('"excluded":null', '"excluded":7'));
    expect(await studyInShort(path)).toEqual({ name, subjects: 700 });
    await expect(loadStudyFile(path)).rejects.toMatchObject({ code: 'study-invalid' });
    await saveStudy(path, { ...smallStudy(), root, subjects: [] });
    expect((await studyInShort(path)).subjects).toBe(0);
    writeFileSync(path, JSON.stringify({ ...smallStudy(), root }));
    expect(await studyInShort(path)).toEqual({ name: smallStudy().name, subjects: smallStudy().subjects.length });
    writeFileSync(path, '{"format": "spectroscope-study"');
    await expect(studyInShort(path)).rejects.toMatchObject({ kind: 'input' });
  });

  it('with a history that makes no sense is a study without one', async () => {
    expect((await loadStudyFile(written((study) => (study['history'] = { past: 3 })))).history.past).toEqual([]);
  });
});
