import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { engineOperations, studyViewSchema } from '#app/contract/operations.ts';
import { changeBetween, withChange } from '#app/study/change.ts';
import { subjectFlow } from '#app/study/flow.ts';
import type { Study, StudyEdit } from '#app/study/study.ts';
import { importStudy } from '../../../main/engine/read/import.ts';
import { studyHandlers } from '../../../main/engine/serve/study.ts';
import { saveStudy } from '../../../main/engine/study/study-file.ts';
import { madeStudy } from '../../bench/made-study.ts';
import { makeTree, quietCall } from '../read/tree.ts';

const call = quietCall();
function area() {
  const library = makeTree({});
  return { library, ...studyHandlers({ library, emit: () => undefined }) };
}
const cohort = () => makeTree({ 'cohort.csv': 'id,group,x\na,1,0.5\nb,2,1.5\nc,1,2.5\nd,2,3.5\n' });
const request = (root: string) => ({
  paths: [{ path: join(root, 'cohort.csv') }],
  table: null,
  idColumn: null,
  fileColumn: null,
});

describe('the open study', () => {
  it('is imported, edited and undone, and is in the library after each step', async () => {
    const { handlers, openStudy, library } = area();
    const root = cohort();
    expect(openStudy()).toBeNull();
    expect(await handlers['study.current']({}, call)).toBeNull();
    const imported = await handlers['study.import'](request(root), call);
    expect(imported).toMatchObject({ groupOf: ['1', '2', '1', '2'], targetOf: ['1', '2', '1', '2'], canUndo: false });
    const stored = () =>
      JSON.parse(readFileSync(join(library, 'studies', imported.study.id, 'study.json'), 'utf8')) as { name: string };
    const renamed = await handlers['study.edit']({ edit: { kind: 'rename', name: 'Mine' } }, call);
    expect([renamed.study.name, renamed.canUndo, stored().name]).toEqual(['Mine', true, 'Mine']);
    expect((await handlers['study.change']({ kind: 'undo' }, call)).change.rest.name).toBe('cohort');
    expect(stored().name).toBe('cohort');
    expect((await handlers['study.change']({ kind: 'redo' }, call)).change.rest.name).toBe('Mine');
    expect(openStudy()).toMatchObject({ root, study: { name: 'Mine' } });
    await handlers['study.close']({}, call);
    const undo = Promise.resolve().then(() => handlers['study.change']({ kind: 'undo' }, call));
    await expect(undo).rejects.toThrow('No study is open.');
  });

  it('tells what changed, from which the whole is made again, whatever the edit was', async () => {
    const { handlers } = area();
    const root = cohort();
    let { study } = await handlers['study.import'](request(root), call);
    const edits: StudyEdit[] = [
      { kind: 'rename', name: 'Mine' },
      { kind: 'exclude', subjects: ['b'], reason: 'Motion' },
      { kind: 'column', column: 'x', change: { type: 'text' } },
      { kind: 'add-group', labelling: 'groups', group: { name: 'new', colour: 3, rule: null } },
      { kind: 'assign', labelling: 'groups', subjects: ['a', 'b'], group: 'new' },
      { kind: 'include', subjects: ['b'] },
    ];
    const steps = [
      ...edits.map((edit) => ({ kind: 'edit' as const, edit })),
      ...edits.map(() => ({ kind: 'undo' as const })),
      ...edits.map(() => ({ kind: 'redo' as const })),
    ];
    const sent: boolean[] = [];
    // Asked at once, as a person does who is quicker than the disk.
    const answers = await Promise.all(steps.map(async (step) => await handlers['study.change'](step, call)));
    for (const { change, ...beside } of answers) {
      expect(v.safeParse(engineOperations['study.change'].answer, { change, ...beside }).success).toBe(true);
      sent.push(change.subjects !== null);
      study = withChange(study, change) as Study;
    }
    expect(study).toEqual((await handlers['study.current']({}, call))?.study);
    expect(sent.slice(0, edits.length)).toEqual([false, false, true, false, false, false]);
    expect(withChange({ ...study, id: 'another' }, changeBetween(study, study))).toBeNull();
  });

  it('is given to a window piece by piece where it is large, each of one state of the study', async () => {
    const { handlers, library } = area();
    const file = join(library, 'large.json');
    const made = madeStudy(library, { subjects: 1000, features: 350 });
    await saveStudy(file, made);
    const first = await handlers['study.open']({ file: { path: file }, subjects: 'first' }, call);
    expect(v.safeParse(studyViewSchema, first).success).toBe(true);
    const following = first.following as NonNullable<typeof first.following>;
    expect(following.inAll).toBe(1000);
    expect(first.groupOf).toHaveLength(1000);
    const rest = async (from: Study['subjects'], state: number): Promise<Study['subjects']> => {
      const piece = await handlers['study.subjects']({ state, from: from.length }, call);
      return piece.length === 0 ? from : await rest([...from, ...piece], state);
    };
    expect(first.study.subjects.length).toBeLessThan(100);
    expect(await rest(first.study.subjects, following.state)).toEqual(made.subjects);

    const column = { kind: 'column' as const, column: 'feature_0', change: { type: 'text' as const } };
    const changed = await handlers['study.change']({ kind: 'edit', edit: column }, call);
    expect(changed.change.subjects).toBeNull();
    const stale = Promise.resolve().then(() => handlers['study.subjects']({ state: following.state, from: 0 }, call));
    await expect(stale).rejects.toMatchObject({ kind: 'setting', code: 'study-changed' });
    const whole = await handlers['study.current']({}, call);
    expect(whole?.following).toBeUndefined();
    expect(whole?.study.subjects[0]?.values['feature_0']).toBe(String(made.subjects[0]?.values['feature_0']));
    expect(await rest([], changed.following?.state ?? 0)).toEqual(whole?.study.subjects);
  });

  it('shows a window no absolute path', async () => {
    const { handlers } = area();
    const root = cohort();
    const elsewhere = makeTree({ 'table/list.csv': 'id,group\na,1\n' });
    const view = await handlers['study.import'](
      { ...request(root), paths: [...request(root).paths, { path: join(elsewhere, 'table/list.csv') }] },
      call,
    );
    expect(v.safeParse(studyViewSchema, view).success).toBe(true);
    expect(JSON.stringify(view)).not.toContain(root);
    expect(JSON.stringify(view)).not.toContain(elsewhere);
  });

  it('is listed and opened again by its id or from a file', async () => {
    const { handlers, library } = area();
    const { study } = await handlers['study.import'](request(cohort()), call);
    const copy = join(library, 'copy.json');
    await handlers['study.save-copy']({ file: { path: copy } }, call);
    await handlers['study.close']({}, call);
    expect(await handlers['study.list']({}, call)).toEqual([
      { id: study.id, name: 'cohort', subjects: 4, modified: expect.stringMatching(/^\d{4}-.*Z$/) as string },
    ]);
    expect((await handlers['study.open']({ id: study.id }, call)).study).toEqual(study);
    const opened = await handlers['study.open']({ file: { path: copy } }, call);
    expect(opened.study.subjects).toEqual(study.subjects);
    expect(opened.study.id).not.toBe(study.id);
    await expect(handlers['study.open']({ id: '../../etc' }, call)).rejects.toThrow(
      "There is no study '../../etc' in the library.",
    );
  });
});

describe('the bundled samples', () => {
  it('open with groups and features set, in the order in which they are listed', async () => {
    const { handlers, openStudy } = area();
    const samples = await handlers['sample.list']({}, call);
    expect(samples.map(({ id, licence }) => [id, licence])).toEqual([
      ['ucla-cnp-cognition', 'CC0 1.0'],
      ['lesymap-lesions', 'Apache-2.0'],
    ]);
    await expect(handlers['sample.open']({ sample: 'gone' }, call)).rejects.toThrow("There is no sample 'gone'.");

    const { study } = await handlers['sample.open']({ sample: 'ucla-cnp-cognition' }, call);
    expect(study.groups.groups.map(({ name }) => name)).toEqual(['control', 'schizophrenia']);
    const flow = subjectFlow(study);
    expect([0, 1].map((group) => flow.analysed.filter((subject) => subject.group === group).length)).toEqual([130, 50]);
    const features = study.columns.filter(({ role }) => role === 'feature').map(({ name }) => name);
    expect(features).toHaveLength(203);
    for (const name of ['participant_id', 'diagnosis', 'age', 'gender']) expect(features).not.toContain(name);
    expect(study.problems.map(({ code }) => code)).toEqual(['cells-empty', 'ids-tell-class']);
    expect(study.subjects.some(({ values }) => features.some((name) => values[name] === null))).toBe(true);

    const lesions = await handlers['sample.open']({ sample: 'lesymap-lesions' }, call);
    expect(lesions.study.kind).toBe('volumes');
    expect(lesions.groupOf.filter((name) => name === 'high score')).toHaveLength(65);
    expect(lesions.groupOf.filter((name) => name === 'low score')).toHaveLength(66);
    expect(openStudy()?.study.subjects[130]?.scan).toMatchObject({
      path: 'lesions/Subject_131.nii.gz',
      shape: [181, 217, 181],
    });
  });

  it('are opened again as they were left, as one study of the library; a damaged one is set aside', async () => {
    const { handlers, library } = area();
    const sample = 'ucla-cnp-cognition';
    await handlers['sample.open']({ sample }, call);
    await handlers['study.edit']({ edit: { kind: 'rename', name: 'Mine' } }, call);
    await handlers['study.close']({}, call);
    expect((await handlers['sample.open']({ sample }, call)).study.name).toBe('Mine');
    expect(await handlers['study.list']({}, call)).toHaveLength(1);

    const file = join(library, 'studies', `sample-${sample}`, 'study.json');
    writeFileSync(file, '{ "format": ');
    expect((await handlers['sample.open']({ sample }, call)).study.name).toContain('UCLA');
    expect(readFileSync(`${file}.damaged`, 'utf8')).toBe('{ "format": ');
  });

  it('hold whole scans, so that their headers may be trusted', async () => {
    const place = join(import.meta.dirname, '../../../main/samples/lesymap-lesions');
    const three = [1, 64, 131].map((i) => join(place, `lesions/Subject_${String(i).padStart(3, '0')}.nii.gz`));
    const study = await importStudy(
      { paths: three, table: null, idColumn: null, fileColumn: null, check: 'whole' },
      call,
    );
    expect(study.subjects.map(({ excluded }) => excluded)).toEqual([null, null, null]);
  });
});
