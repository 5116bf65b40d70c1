/**
 * What an edit of a table of 10,000 subjects and 350 features takes in the engine, in milliseconds of a core: the edit with
 * what the features give away, and writing the study's file. Medians. One line of JSON: node test/bench/study.ts [--quick]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '#app/run/random.ts';
import { History } from '#app/study/history.ts';
import type { Column, Study, StudyEdit } from '#app/study/study.ts';
import { loadStudyFile, saveStudy } from '../../main/engine/study/study-file.ts';
import { exampleHeader } from '../fixtures/sessions/example.ts';
import { round } from './timing.ts';

const subjects = process.argv.includes('--quick') ? 2000 : 10_000;
const features = 350;
const edits = 12;

function made(root: string): Study {
  const random = new SeededRandom(1);
  const names = Array.from({ length: features }, (_, i) => `feature_${i}`);
  const column: Column = { name: '', type: 'number', role: 'feature', meaning: null, levels: {}, description: '' };
  return {
    ...exampleHeader().study,
    root,
    kind: 'table',
    columns: [
      ...names.map((name) => ({ ...column, name })),
      { ...column, name: 'group', type: 'category', role: 'covariate' },
    ],
    subjects: Array.from({ length: subjects }, (_, row) => ({
      id: `s${(row * 7919) % subjects}`,
      scan: null,
      excluded: null,
      values: {
        ...Object.fromEntries(names.map((name) => [name, Number(random.normal().toFixed(6))])),
        group: random.next() < 0.5 ? 'c' : 'p',
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
}

/** Alternately what changes who takes part, and what changes a label. */
function editAt(at: number): StudyEdit {
  const ids = [`s${at}`];
  if (at % 2 === 0) return { kind: 'exclude', subjects: ids, reason: 'motion' };
  return { kind: 'assign', labelling: 'groups', subjects: ids, group: 'c' };
}

async function coreMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN);
}

const work = mkdtempSync(join(tmpdir(), 'bench-study-'));
try {
  const file = join(work, 'study.json');
  const history = new History(made(work));
  const firstSaveMs = await coreMs(() => saveStudy(file, history.study, history.saved()));
  const [editMs, saveMs]: [number[], number[]] = [[], []];
  for (let at = 0; at < edits; at++) {
    editMs.push(await coreMs(() => history.edit(editAt(at))));
    saveMs.push(await coreMs(() => saveStudy(file, history.study, history.saved())));
  }
  const loadMs = await coreMs(() => loadStudyFile(file));
  const megabytes = round(statSync(file).size / 1e6);
  console.info(
    JSON.stringify({
      ...{ subjects, features, megabytes, loadMs: round(loadMs), firstSaveMs: round(firstSaveMs) },
      ...{ firstEditMs: round(editMs[0] ?? NaN), editMs: median(editMs), saveMs: median(saveMs) },
    }),
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
