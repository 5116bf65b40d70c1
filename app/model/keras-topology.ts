/**
 * A layers model as tfjs and Keras save it (`model.json`), read as a graph of layers of ours, or refused with every layer
 * that cannot be one. Its weights are not taken: only what the network looks like.
 */
import { inputError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { isCount, isRecord, KerasConfig, Unmappable, type Json } from './keras-config.ts';
import { mapKerasLayer } from './keras-layers.ts';
import type { MappedLayer } from './keras-parts.ts';

export interface KerasLayer extends MappedLayer {
  /** In the file. */
  name: string;
  className: string;
  /** Names of the layers that it takes from. */
  inputs: readonly string[];
}

export interface KerasTopology {
  /** Name of what the first layers take from. */
  input: string;
  /** One sample; null: any size. */
  inputShape: readonly (number | null)[];
  /** In an order in which each follows those it takes from. */
  layers: readonly KerasLayer[];
  /** Name of the last layer. */
  output: string;
}

interface RawLayer {
  name: string;
  className: string;
  config: Json;
  inputs: readonly string[];
}

const inputName = '(input)';

/**
 * @param text content of a model.json, or its `modelTopology` alone
 * @throws SpectroscopeError (input, code 'custom-model') that says what the file is not, or what cannot be mapped
 */
export function readKerasTopology(text: string): KerasTopology {
  const { className, config } = rootOf(text);
  const graph = className === 'Sequential' ? sequential(config) : functional(config);
  const problems: string[] = [];
  const layers = graph.layers.flatMap((layer) => {
    try {
      return [mapped(layer)];
    } catch (error) {
      if (!(error instanceof Unmappable)) throw error;
      problems.push(ofLayer(layer, error.message));
      return [];
    }
  });
  if (problems.length > 0)
    throw refused(t('These layers cannot be taken: {problems}.', { problems: problems.join('; ') }));
  return { ...graph, layers: inOrder(layers, graph.input) };
}

/** @param what the end of a sentence that names the layer */
export function ofLayer({ name, className }: Pick<KerasLayer, 'name' | 'className'>, what: string): string {
  return t('{layer} ({kind}) {what}', { layer: name, kind: className, what });
}

/** The topology alone, without the list of weights, as it is stored in a configuration. */
export function topologyText(text: string): string {
  const { className, config } = rootOf(text);
  return JSON.stringify({ class_name: className, config });
}

function rootOf(text: string): { className: string; config: Json } {
  const file = parse(text);
  if (file['format'] === 'graph-model') {
    throw refused(t('This is a graph model, whose layers are lost; save or convert it as a layers model.'));
  }
  const topology = file['modelTopology'] ?? file;
  const root = isRecord(topology) && isRecord(topology['model_config']) ? topology['model_config'] : topology;
  if (isRecord(root)) {
    const { class_name: className, config } = root;
    const known = className === 'Sequential' || className === 'Model' || className === 'Functional';
    // Older files hold the list of layers itself.
    if (known && Array.isArray(config)) return { className, config: { layers: config } };
    if (known && isRecord(config)) return { className, config };
  }
  throw refused(t('There is no layers model in it: expected a sequential or functional model as tfjs saves it.'));
}

function parse(text: string): Json {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isRecord(value)) return value;
  throw refused(t('It is not a JSON file of a model.'));
}

type Graph = Omit<KerasTopology, 'layers'> & { layers: readonly RawLayer[] };

function sequential(config: Json): Graph {
  const raw = rawLayers(config);
  const inputShape = inputShapeOf(raw[0]?.config);
  const layers = raw.filter(({ className }) => className !== 'InputLayer');
  const chained = layers.map((layer, at) => ({ ...layer, inputs: [layers[at - 1]?.name ?? inputName] }));
  const last = chained.at(-1);
  if (last === undefined) throw refused(t('It has no layers.'));
  return { input: inputName, inputShape, layers: chained, output: last.name };
}

function functional(config: Json): Graph {
  const inputs = endsOf(config['input_layers']);
  const outputs = endsOf(config['output_layers']);
  const [input = '', output = ''] = [inputs[0], outputs[0]];
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw refused(
      t('It has {inputs} inputs and {outputs} outputs; one of each can be taken.', {
        inputs: inputs.length,
        outputs: outputs.length,
      }),
    );
  }
  const raw = rawLayers(config);
  const inputShape = inputShapeOf(raw.find(({ name }) => name === input)?.config);
  return { input, inputShape, layers: raw.filter(({ className }) => className !== 'InputLayer'), output };
}

function rawLayers(config: Json): RawLayer[] {
  const list = config['layers'];
  if (!Array.isArray(list)) throw refused(t('It has no list of layers.'));
  return list.map((layer: unknown, at) => {
    const own = isRecord(layer) ? layer['config'] : undefined;
    if (!isRecord(layer) || !isRecord(own) || typeof layer['class_name'] !== 'string') {
      throw refused(t('Its layer {layer} has no class_name or no config.', { layer: at + 1 }));
    }
    const name = layer['name'] ?? own['name'];
    return {
      // eslint-disable-next-line spectroscope/bare-text -- a name of a layer, kept in the session
      name: typeof name === 'string' ? name : `layer ${at + 1}`,
      className: layer['class_name'],
      config: own,
      inputs: inboundOf(layer['inbound_nodes']),
    };
  });
}

function inputShapeOf(config: Json | undefined): (number | null)[] {
  const shape: unknown = config?.['batch_input_shape'] ?? config?.['batch_shape'];
  const isSize = (size: unknown): size is number | null => size === null || isCount(size);
  if (Array.isArray(shape) && shape.length > 1 && shape.slice(1).every(isSize)) {
    return shape.slice(1) as (number | null)[];
  }
  throw refused(t('Its first layer does not say the shape of the input (batch_input_shape).'));
}

/** [['name', 0, 0]], or ['name', 0, 0] as Keras 3 writes it. */
function endsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const ends = (typeof value[0] === 'string' ? [value] : value) as unknown[];
  return ends.map((end) => String(Array.isArray(end) ? end[0] : end));
}

/** Names that a layer takes from; of one that is used at several places all, so that it has too many. */
function inboundOf(nodes: unknown): string[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown): string[] => {
    if (Array.isArray(node)) return node.map((source: unknown) => String(Array.isArray(source) ? source[0] : source));
    return historyOf(node);
  });
}

/** Keras 3 hides the name of each source in {keras_history: [name, 0, 0]}. */
function historyOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(historyOf);
  if (!isRecord(value)) return [];
  const history = value['keras_history'];
  return Array.isArray(history) ? [String(history[0])] : Object.values(value).flatMap(historyOf);
}

function mapped({ name, className, config, inputs }: RawLayer): KerasLayer {
  const layer = mapKerasLayer(className, new KerasConfig(config));
  if (inputs.length === 0) throw new Unmappable(t('takes from nothing'));
  if (layer.joins !== true && inputs.length > 1)
    throw new Unmappable(t('is used in several places with the same weights'));
  return { ...layer, name, className, inputs };
}

function inOrder(layers: readonly KerasLayer[], input: string): KerasLayer[] {
  const known = new Set([input]);
  const ordered: KerasLayer[] = [];
  let waiting = [...layers];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ inputs }) => inputs.every((name) => known.has(name)));
    if (ready.length === 0) {
      const names = waiting.map(({ name }) => name).join(', ');
      throw refused(
        t('These layers take from layers that are not in the file, or from each other: {names}.', { names }),
      );
    }
    for (const layer of ready) known.add(layer.name);
    ordered.push(...ready);
    waiting = waiting.filter((layer) => !ready.includes(layer));
  }
  return ordered;
}

function refused(message: string): Error {
  return inputError('custom-model', message, { field: 'model', expected: t('a layers model of tfjs (model.json)') });
}
