/** What a network learns, as the model needs to know it. */
import type { Task } from '#app/model/description.ts';
import type { RunTask } from './configuration.ts';

/** @param classes classes of the study's target */
export function modelTask({ kind }: Pick<RunTask, 'kind'>, classes: number): Task {
  return kind === 'classification' ? { kind, classes } : { kind };
}
