/** What a person can go back to and forward to again: kept with the study, so that it outlives the program. */
import * as v from 'valibot';
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { applyEdit } from './edit.ts';
import { stepBetween, stepSchema, takeStep, type Step } from './step.ts';
import type { Study, StudyEdit } from './study.ts';

const mostSteps = 500;
/** What is kept in a file: the steps nearest to the present. */
const kept = { steps: 100, characters: 2_000_000 };

export const savedHistorySchema = v.object({
  /** Steps back, the last one first undone. */
  past: v.array(stepSchema),
  /** Steps forth, the last one first done again. */
  future: v.array(stepSchema),
});
export type SavedHistory = v.InferOutput<typeof savedHistorySchema>;

export const noHistory: SavedHistory = { past: [], future: [] };

export class History {
  #past: Step[];
  #present: Study;
  #future: Step[];

  constructor(study: Study, saved: SavedHistory = noHistory) {
    this.#present = study;
    this.#past = [...saved.past];
    this.#future = [...saved.future];
  }

  get study(): Study {
    return this.#present;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** @throws SpectroscopeError (kind 'setting') as `applyEdit`; the state stays as it was then */
  edit(edit: StudyEdit): Study {
    const next = applyEdit(this.#present, edit);
    // What was dropped shall be nowhere, so nothing leads back to it.
    const back = edit.kind === 'drop-columns' ? [] : [...this.#past, stepBetween(next, this.#present)];
    this.#past = back.slice(-mostSteps);
    this.#present = next;
    this.#future = [];
    return next;
  }

  undo(): Study {
    const back = this.#past.pop();
    if (back === undefined) throw settingError('nothing-to-undo', t('There is nothing to undo.'));
    const previous = takeStep(this.#present, back);
    this.#future.push(stepBetween(previous, this.#present));
    this.#present = previous;
    return previous;
  }

  redo(): Study {
    const forth = this.#future.pop();
    if (forth === undefined) throw settingError('nothing-to-redo', t('There is nothing to redo.'));
    const next = takeStep(this.#present, forth);
    this.#past.push(stepBetween(next, this.#present));
    this.#present = next;
    return next;
  }

  /** The study with files elsewhere: no step of undo, since the old places hold nothing any more. */
  relocate(study: Study): void {
    this.#present = study;
  }

  /** What goes into the study's file. */
  saved(): SavedHistory {
    const past = nearest(this.#past, kept.characters);
    return { past, future: nearest(this.#future, kept.characters - sizeOf(past)) };
  }
}

function nearest(steps: readonly Step[], characters: number): Step[] {
  let left = characters;
  let count = 0;
  for (const step of [...steps].reverse()) {
    left -= sizeOf(step);
    if (left < 0 || count === kept.steps) break;
    count++;
  }
  return steps.slice(steps.length - count);
}

const sizes = new WeakMap<object, number>();

/** Characters in a file. A step does not change: it is measured once. */
function sizeOf(step: object): number {
  const known = sizes.get(step) ?? JSON.stringify(step).length;
  sizes.set(step, known);
  return known;
}
