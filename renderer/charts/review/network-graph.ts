/** The layers of a session as a graph: what feeds what, and where each is drawn. */
import { modelNamed } from '#app/model/catalogue.ts';
import { modelInput, type LayerDescription } from '#app/model/description.ts';
import { modelTask } from '#app/run/model-task.ts';
import type { SessionView } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';

export interface GraphNode {
  /** Position among the layers of the session; -1: the input of the network, -2: its output; below: where ways meet. */
  layer: number;
  name: string;
  /** Steps from the input along the longest way. */
  depth: number;
  /** Place among those of its depth, and how many those are. */
  place: number;
  width: number;
}

export interface NetworkGraph {
  /** By depth, then by place. */
  nodes: readonly GraphNode[];
  /** Positions among the nodes. */
  edges: readonly (readonly [from: number, to: number])[];
  depths: number;
}

const input = -1;
const output = -2;
const firstJoin = -3;

/** Of the recorded layers; what lies between them (norms, pools, sums) is left out, and its connections are kept. */
export function networkGraph(
  view: Pick<SessionView, 'configuration' | 'classes' | 'inputShape' | 'layers'>,
): NetworkGraph {
  const names = view.layers.map(({ name }) => name);
  return laidOut(names, connections(names, describedLayers(view)));
}

/** Of a model that this version cannot describe any more, the layers follow one another. */
function describedLayers({
  configuration,
  classes,
  inputShape,
}: Parameters<typeof networkGraph>[0]): readonly LayerDescription[] | null {
  const { model, task } = configuration;
  try {
    return modelNamed(model.name).describe(inputShape, modelTask(task, classes.length), model.settings).layers;
  } catch {
    return null;
  }
}

/** Pairs of layers, input and output among them. */
export function connections(
  names: readonly string[],
  described: readonly LayerDescription[] | null,
): (readonly [number, number])[] {
  const chain = [input, ...names.keys(), output];
  if (described === null) return chain.slice(1).map((to, at) => [chain[at] ?? input, to] as const);
  const edges: (readonly [number, number])[] = [];
  /** Recorded layers whose outputs arrive at the output of a layer with nothing recorded between. */
  const behind = new Map<string, readonly number[]>([[modelInput, [input]]]);
  const join = (from: readonly number[], to: readonly number[]): void => {
    for (const end of to) for (const start of from) edges.push([start, end]);
  };
  let last: readonly number[] = [input];
  let joins = 0;
  for (const layer of described) {
    const ways = layer.inputs.map((name) => behind.get(name) ?? []);
    const before = [...new Set(ways.flat())];
    if (before.length > 1 && new Set(ways.map((way) => way.join())).size > 1) {
      last = [firstJoin - joins++];
      join(before, last);
      behind.set(layer.name, last);
      continue;
    }
    const own = [...names.keys()].filter((at) => names[at] === layer.name || names[at]?.startsWith(`${layer.name}/`));
    // Queries, keys and values meet in the attention, and its output follows them.
    const late = layer.kind === 'attention' ? own.filter((at) => names[at]?.endsWith('/output')) : [];
    const early = own.filter((at) => !late.includes(at));
    join(before, early);
    join(early.length > 0 ? early : before, late);
    last = late.length > 0 ? late : early.length > 0 ? early : before;
    behind.set(layer.name, last);
  }
  join(last, [output]);
  return edges;
}

function laidOut(names: readonly string[], pairs: readonly (readonly [number, number])[]): NetworkGraph {
  const joins = [...new Set(pairs.map(([, to]) => to).filter((to) => to <= firstJoin))];
  const layers = [input, ...names.keys(), ...joins, output];
  const depth = new Map<number, number>(layers.map((layer) => [layer, 0]));
  // Connections are in an order in which each follows those that lead to it.
  for (const [from, to] of pairs) depth.set(to, Math.max(depth.get(to) ?? 0, 1 + (depth.get(from) ?? 0)));
  const of = (layer: number): number => depth.get(layer) ?? 0;
  const sorted = layers.toSorted((a, b) => of(a) - of(b));
  const nodes = sorted.map((layer): GraphNode => {
    const row = sorted.filter((each) => of(each) === of(layer));
    const name = layer === input ? t('input') : layer === output ? t('output') : (names[layer] ?? '+');
    return { layer, name, depth: of(layer), place: row.indexOf(layer), width: row.length };
  });
  const position = (layer: number): number => sorted.indexOf(layer);
  return {
    nodes,
    edges: pairs.map(([from, to]) => [position(from), position(to)] as const),
    depths: 1 + of(output),
  };
}
