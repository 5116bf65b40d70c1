/** From what a person asks a network to learn to what its model is described for. */
import { settingError } from '#app/contract/errors.ts';
import type { RunTask } from '#app/run/configuration.ts';
import type { ModelDefinition, Task } from './description.ts';

/**
 * @param classes classes among the subjects that take part; 0 where there are none to learn
 * @throws SpectroscopeError (kind 'setting') 'model-task' when the model cannot learn it
 */
export function modelTask(definition: Pick<ModelDefinition, 'title' | 'tasks'>, task: RunTask, classes: number): Task {
  if (!definition.tasks.includes(task.kind)) {
    throw settingError(
      'model-task',
      `${definition.title} does not do ${task.kind}: choose another model or another task.`,
      { field: 'task', expected: definition.tasks.join(' or ') },
    );
  }
  return task.kind === 'classification' ? { kind: 'classification', classes } : { kind: task.kind };
}
