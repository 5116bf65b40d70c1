/** The network of a session, told from its configuration: all its layers, not only those that were recorded. */
import type { SessionLayer } from '#app/contract/session.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import { modelTask } from '#app/run/model-task.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { ModelFacts } from './material.ts';

/** A whole network as text is no setting to print: its layers are listed. */
const topologySetting = 'topology';

export function modelFacts(
  { model, task }: Pick<RunConfiguration, 'model' | 'task'>,
  inputShape: readonly number[],
  classes: number,
  recorded: readonly SessionLayer[],
): ModelFacts {
  const definition = modelNamed(model.name);
  const given = Object.entries(model.settings).filter(([name]) => name !== topologySetting);
  const titles = new Map(definition.settings.map(({ name, title }) => [name, title]));
  const defaults = definition.settings
    .filter(({ name }) => name !== topologySetting && !(name in model.settings))
    .map((setting) => [setting.name, setting.default] as const);
  const settings = [...given, ...defaults].map(([name, value]) => ({
    name: titles.get(name) ?? name,
    value: Array.isArray(value) ? value.join(', ') : String(value),
  }));
  const whole = describedLayers(definition, { model, task }, inputShape, classes);
  const layers = (whole ?? recorded).map((layer) => ({
    name: layer.name,
    kind: layer.kind,
    inputShape: [...layer.inputShape],
    outputShape: [...layer.outputShape],
    parameters: layer.parameters,
  }));
  return {
    name: model.name,
    title: definition.title,
    settings,
    inputShape: [...inputShape],
    layers,
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    isWhole: whole !== null,
  };
}

type Layers = ReturnType<ReturnType<typeof modelNamed>['describe']>['layers'];

/** @returns null where this version of the program describes another network than the session was trained with */
function describedLayers(
  definition: ReturnType<typeof modelNamed>,
  { model, task }: Pick<RunConfiguration, 'model' | 'task'>,
  inputShape: readonly number[],
  classes: number,
): Layers | null {
  try {
    return definition.describe(inputShape, modelTask(task, classes), model.settings).layers;
  } catch {
    return null;
  }
}
