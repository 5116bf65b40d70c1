/** The states of a study that a person can go back to and forward to again. */
import { settingError } from '#app/contract/errors.ts';
import { applyEdit } from './edit.ts';
import type { Study, StudyEdit } from './study.ts';

/** States share what an edit did not touch, so that many of them are cheap. */
const mostSteps = 500;

export class History {
  #past: Study[] = [];
  #present: Study;
  #future: Study[] = [];

  constructor(study: Study) {
    this.#present = study;
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
    this.#past = edit.kind === 'drop-columns' ? [] : [...this.#past, this.#present].slice(-mostSteps);
    this.#present = next;
    this.#future = [];
    return next;
  }

  undo(): Study {
    const previous = this.#past.pop();
    if (previous === undefined) throw settingError('nothing-to-undo', 'There is nothing to undo.');
    this.#future.push(this.#present);
    this.#present = previous;
    return previous;
  }

  redo(): Study {
    const next = this.#future.pop();
    if (next === undefined) throw settingError('nothing-to-redo', 'There is nothing to redo.');
    this.#past.push(this.#present);
    this.#present = next;
    return next;
  }
}
