/**
 * What an edit of a table of 10,000 subjects and 350 features takes in the engine, in milliseconds of a core: the edit with
 * what the features give away, and writing the study's file. Medians. And how the window opens that study: when its first rows
 * and when all of it is there, what an edit there takes and its undo, and the longest that the page was blocked. One line of JSON: node test/bench/study.ts [--quick]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '#app/study/history.ts';
import type { StudyEdit } from '#app/study/study.ts';
import { loadStudyFile, saveStudy } from '../../main/engine/study/study-file.ts';
import { exampleHeader } from '../fixtures/sessions/example.ts';
import { launchApp } from '../desktop/app.ts';
import { madeStudy } from './made-study.ts';
import { round } from './timing.ts';
import { blocksWhile, onDisplay } from './window.ts';

const subjects = process.argv.includes('--quick') ? 2000 : 10_000;
const features = 350;
const edits = 12;

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

/** Opens the study of a library three times, each in a window that was just started. Medians. */
async function opened(library: string) {
  const times: Opening[] = [];
  for (let round = 0; round < 3; round++) times.push(await openedOnce(library));
  const of = (name: keyof Opening): number => median(times.map((each) => each[name]));
  return {
    ...{ firstRowsMs: of('firstRowsMs'), wholeMs: of('wholeMs'), longestBlockMs: of('longestBlockMs') },
    ...{ editMs: of('editMs'), undoMs: of('undoMs'), editBlockMs: of('editBlockMs') },
  };
}

interface Opening {
  /** From the press that opens it. */
  firstRowsMs: number;
  wholeMs: number;
  longestBlockMs: number;
  /** A subject taken out of its group on the Cohort page, and that undone, each until it is stored and shown. */
  editMs: number;
  undoMs: number;
  editBlockMs: number;
}

async function openedOnce(library: string): Promise<Opening> {
  const app = await launchApp({ library, size: { width: 1280, height: 800 } });
  try {
    const { page } = app;
    const link = page.getByRole('button', { name: exampleHeader().study.name, exact: true });
    await link.waitFor({ timeout: 120_000 });
    const work = async () => {
      const start = performance.now();
      await link.click();
      await page.locator('[role=grid] .line').nth(5).waitFor({ timeout: 120_000 });
      const first = performance.now() - start;
      await page.getByText('is open.').first().waitFor({ timeout: 120_000 });
      return { firstRowsMs: first, wholeMs: performance.now() - start };
    };
    const { answer, longestMs } = await blocksWhile(page, work);
    await page.keyboard.press('Control+2');
    await page.locator('[role=grid] .line').first().click({ timeout: 120_000 });
    const bar = page.getByRole('toolbar', { name: 'Selected subjects' });
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    const timed = async (press: () => Promise<void>, isThen: 'enabled' | 'disabled'): Promise<number> => {
      const start = performance.now();
      await press();
      await page.locator(`button:${isThen}`, { hasText: /^\s*Undo\s*$/ }).waitFor({ timeout: 120_000 });
      return performance.now() - start;
    };
    const edited = await blocksWhile(page, async () => ({
      editMs: await timed(() => bar.getByRole('button', { name: 'No group' }).click(), 'enabled'),
      undoMs: await timed(() => undo.click(), 'disabled'),
    }));
    return { ...answer, longestBlockMs: longestMs, ...edited.answer, editBlockMs: edited.longestMs };
  } finally {
    await app.close();
  }
}

const work = mkdtempSync(join(tmpdir(), 'bench-study-'));
try {
  const id = exampleHeader().study.id;
  const file = join(work, 'studies', id, 'study.json');
  const history = new History(madeStudy(work, { subjects, features }));
  const firstSaveMs = await coreMs(() => saveStudy(file, history.study, history.saved()));
  const [editMs, saveMs]: [number[], number[]] = [[], []];
  for (let at = 0; at < edits; at++) {
    editMs.push(await coreMs(() => history.edit(editAt(at))));
    saveMs.push(await coreMs(() => saveStudy(file, history.study, history.saved())));
  }
  const loadMs = await coreMs(() => loadStudyFile(file));
  const window = await onDisplay(() => opened(work));
  const megabytes = round(statSync(file).size / 1e6);
  console.info(
    JSON.stringify({
      ...{ subjects, features, megabytes, loadMs: round(loadMs), firstSaveMs: round(firstSaveMs) },
      ...{ firstEditMs: round(editMs[0] ?? NaN), editMs: median(editMs), saveMs: median(saveMs) },
      window,
    }),
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
