/** Which layers and groups of different sessions are put beside each other. */
import type { LayerMatch, MatchedLayer } from '#app/contract/compare.ts';
import { inputError, settingError } from '#app/contract/errors.ts';
import type { SessionLayer } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { quantityWord } from '#app/run/quantity-word.ts';
import { t } from '#app/text/text.ts';

export interface ComparedNetwork {
  /** 'A' */
  letter: string;
  /** Of the file or the session, for errors. */
  name: string;
  /** Name of the architecture in the catalogue. */
  model: string;
  layers: readonly Pick<SessionLayer, 'index' | 'name' | 'quantities'>[];
}

const depths = ['first', 'middle', 'last'] as const;

/** A label of matched layers as a person reads it: a layer's own name is as it is. */
export function layerLabelWord(label: string): string {
  // One text: alone, 'last' has other words where another thing than a layer is meant.
  const words = t('first, middle, last').split(', ');
  return words[depths.findIndex((each) => each === label)] ?? label;
}

/**
 * @throws SpectroscopeError (input) 'nothing-captured'; (setting) 'no-common-layer' when names are asked for and none is shared
 */
export function matchLayers(
  networks: readonly ComparedNetwork[],
  quantity: Quantity,
  wanted: LayerMatch,
): { layers: MatchedLayer[]; words: string } {
  const captured = networks.map((network) => {
    const layers = network.layers.filter(({ quantities }) => quantities.some((each) => each.quantity === quantity));
    if (layers.length > 0) return { ...network, layers };
    throw inputError(
      'nothing-captured',
      t('{file} holds no spectra of the {quantity}: compare another quantity, or train again with it recorded.', {
        file: network.name,
        quantity: quantityWord(quantity),
      }),
      { file: network.name, field: 'quantity', expected: t('a quantity that all sessions recorded') },
    );
  });
  const shared = sharedNames(captured);
  const oneArchitecture = new Set(captured.map(({ model }) => model)).size === 1;
  if (wanted === 'name' && shared.length === 0) {
    throw settingError(
      'no-common-layer',
      t('The networks have no layer of the same name ({layers}): match them by depth.', {
        layers: captured
          .map(({ letter, layers }) => `${letter}: ${layers.map(({ name }) => name).join(', ')}`)
          .join('; '),
      }),
      { field: 'match', expected: 'depth' },
    );
  }
  const byName = wanted === 'name' || (wanted === 'auto' && oneArchitecture && shared.length > 0);
  return byName ? matchedByName(captured, shared) : matchedByDepth(captured);
}

function sharedNames([first, ...others]: readonly ComparedNetwork[]): string[] {
  return (first?.layers ?? [])
    .map(({ name }) => name)
    .filter((name) => others.every(({ layers }) => layers.some((layer) => layer.name === name)));
}

function matchedByName(
  networks: readonly ComparedNetwork[],
  names: readonly string[],
): { layers: MatchedLayer[]; words: string } {
  const layers = names.map((label) => ({
    label,
    layers: networks.map((network) => {
      const layer = network.layers.find(({ name }) => name === label);
      return layer === undefined ? null : { name: layer.name, index: layer.index };
    }),
  }));
  const alone = networks.flatMap(({ letter, layers: all }) => {
    const rest = all.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
    return rest.length === 0 ? [] : [t('{names} of {letter}', { names: rest.join(', '), letter })];
  });
  return {
    layers,
    words:
      alone.length === 0
        ? t('Layers are matched by their names.')
        : t('Layers are matched by their names. Without a counterpart in all: {layers}.', { layers: alone.join('; ') }),
  };
}

/** The first, the middle and the last weight layer; a network with fewer than three has no middle one. */
function matchedByDepth(networks: readonly ComparedNetwork[]): { layers: MatchedLayer[]; words: string } {
  const rows = depths.map((label) => ({
    label,
    layers: networks.map(({ layers }) => {
      const last = layers.length - 1;
      const at = { first: 0, middle: Math.round(last / 2), last }[label];
      const layer = label === 'middle' && layers.length < 3 ? undefined : layers[at];
      return layer === undefined ? null : { name: layer.name, index: layer.index };
    }),
  }));
  const layers = rows.filter((row) => row.layers.some((layer) => layer !== null));
  const told = layers.map(({ label, layers: of }) => {
    const names = of.map((layer, i) => `${networks[i]?.letter ?? ''}: ${layer?.name ?? t('none')}`);
    return `${layerLabelWord(label)} (${names.join(', ')})`;
  });
  return {
    layers,
    words: t('Layers are matched by relative depth among the weight layers: {layers}.', { layers: told.join('; ') }),
  };
}

export interface ComparedGroups {
  letter: string;
  name: string;
  groups: readonly { name: string; colour: number }[];
}

/**
 * Groups that all sessions have, by name, in the order and the colours of the first.
 * @throws SpectroscopeError (input) 'groups-differ' when a session shares none with the others
 */
export function matchGroups(members: readonly ComparedGroups[]): {
  groups: { name: string; colour: number }[];
  notes: string[];
} {
  const [first, ...others] = members;
  const namesOf = ({ groups }: ComparedGroups): string => groups.map(({ name }) => name).join(', ');
  const has = (member: ComparedGroups, group: string): boolean => member.groups.some(({ name }) => name === group);
  let common = [...(first?.groups ?? [])];
  for (const member of others) {
    common = common.filter(({ name }) => has(member, name));
    if (common.length > 0 || first === undefined) continue;
    throw inputError(
      'groups-differ',
      t(
        '{file} has the groups {groups} and shares none with those before it: {first} has {expected}. Regroup one of them by the same column, or leave it out.',
        { file: member.name, groups: namesOf(member), first: first.name, expected: namesOf(first) },
      ),
      {
        file: member.name,
        field: 'groups',
        found: namesOf(member),
        expected: t('a group of {groups}', { groups: namesOf(first) }),
      },
    );
  }
  const left = members.flatMap(({ letter, groups }) => {
    const alone = groups.filter(({ name }) => !common.some((each) => each.name === name)).map(({ name }) => name);
    return alone.length === 0 ? [] : [t('{names} of {letter}', { names: alone.join(', '), letter })];
  });
  return {
    groups: common.map(({ name, colour }) => ({ name, colour })),
    notes:
      left.length === 0
        ? []
        : [t('Groups that not all sessions have are left out: {groups}.', { groups: left.join('; ') })],
  };
}
