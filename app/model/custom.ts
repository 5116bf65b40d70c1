/** A person's own model: the topology of a tfjs layers model, which travels in the settings. */
import { settingError, SpectroscopeError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { outputSize, type InputKind, type ModelDefinition, type Task } from './description.ts';
import { kindOfShape } from './input-kinds.ts';
import { ofLayer, readKerasTopology, type KerasLayer, type KerasTopology } from './keras-topology.ts';
import { activate } from './keras-parts.ts';
import type { Place } from './layer-input.ts';
import { LayerStack } from './layers.ts';
import type { SettingValues } from './settings.ts';

export const customName = 'custom';
const allKinds: readonly InputKind[] = ['table', 'series', 'matrix', 'volumes'];

export const custom: ModelDefinition = {
  name: customName,
  get title() {
    return t('Own model');
  },
  get summary() {
    return t('A layers model of tfjs, from a file; trained from new weights.');
  },
  inputs: allKinds,
  tasks: ['classification', 'regression', 'reconstruction'],
  settings: [],
  inputsFor(settings) {
    const { inputShape } = topologyOf(settings);
    const kind = kindOfShape(inputShape);
    if (kind !== null) return [kind];
    throw refused(t('The model takes inputs of {shape}, which no study has.', { shape: shapeText(inputShape) }));
  },
  describe(inputShape, task, settings) {
    const topology = topologyOf(settings);
    requireShape(topology, inputShape);
    const stack = new LayerStack(inputShape);
    build(stack, topology, task);
    const expected = task.kind === 'reconstruction' ? inputShape : [outputSize(task, inputShape)];
    if (stack.outputShape.join() !== expected.join()) {
      throw refused(
        t('The model gives {given}, and what it has to learn is {expected}.', {
          given: shapeText(stack.outputShape),
          expected: shapeText(expected),
        }),
      );
    }
    return { name: customName, inputShape, task, layers: stack.layers };
  },
  notes: (settings) => notesOf(topologyOf(settings)),
};

function topologyOf({ topology }: SettingValues): KerasTopology {
  if (typeof topology === 'string') return readKerasTopology(topology);
  throw refused(t('An own model needs its topology: name its model.json.'));
}

function requireShape(topology: KerasTopology, given: readonly number[]): void {
  const { inputShape } = topology;
  const fits =
    inputShape.length === given.length && inputShape.every((size, at) => size === null || size === given[at]);
  if (fits) return;
  throw refused(
    t('The model takes inputs of {taken}, and this study gives {given}.', {
      taken: shapeText(inputShape),
      given: shapeText(given),
    }),
  );
}

/** A head learns other classes than those of the file: the last dense layer has as many units as the task asks for. */
function build(stack: LayerStack, topology: KerasTopology, task: Task): void {
  const places = new Map<string, Place>([[topology.input, stack.place]]);
  const head = task.kind === 'reconstruction' ? null : headOf(topology);
  for (const layer of topology.layers) {
    const [first, ...others] = layer.inputs.map((name) => places.get(name) as Place);
    stack.from(first as Place);
    const isLast = layer.name === topology.output;
    named(layer, () => {
      if (layer === head) {
        stack.dense(outputSize(task, stack.outputShape));
        if (!isOutputShare(layer.dense?.activation, task)) activate(stack, layer.dense?.activation ?? null);
      } else if (!(isLast && isOutputShare(layer.activation, task))) {
        layer.build(stack, others);
      }
    });
    places.set(layer.name, stack.place);
  }
  stack.from(places.get(topology.output) ?? stack.place);
}

/** The last dense layer, with nothing after it but its activation. */
function headOf({ layers, output }: KerasTopology): KerasLayer | null {
  const last = layers.find(({ name }) => name === output);
  const head = last?.activation === undefined ? last : layers.find(({ name }) => name === last.inputs[0]);
  return head?.dense === undefined ? null : head;
}

/** The loss of classes takes logits: it has the softmax in itself. */
function isOutputShare(activation: { name: string } | null | undefined, { kind }: Task): boolean {
  return kind === 'classification' && (activation?.name === 'softmax' || activation?.name === 'sigmoid');
}

function named({ name, className }: KerasLayer, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SpectroscopeError)) throw error;
    throw settingError(
      'custom-model',
      t('{layer} ({kind}): {what}', { layer: name, kind: className, what: error.message }),
      {
        field: 'model',
        cause: error,
      },
    );
  }
}

function notesOf({ layers }: KerasTopology): string[] {
  const changes = layers.flatMap(({ name, className, notes }) =>
    notes.map((note) => ofLayer({ name, className }, note)),
  );
  return [
    t(
      'The weights of the model file are not taken: training starts from new ones, with as many outputs as are to be learnt.',
    ),
    ...(changes.length === 0 ? [] : [t('Not as in the model file: {changes}.', { changes: changes.join('; ') })]),
  ];
}

function shapeText(shape: readonly (number | null)[]): string {
  return shape.map((size) => size ?? t('any')).join(' x ');
}

function refused(message: string): Error {
  return settingError('custom-model', message, { field: 'model' });
}
